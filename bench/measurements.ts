import { setTimeout as delay } from 'node:timers/promises';
import type { RequestInput } from '../src/contract/request.js';
import { historyFacts, type HistoryFacts } from './histories.js';
import { now, onboard, type OneRun, runRollback, runsOf, runScript, runWorkflow, type WorkflowRun } from './oneRun.js';
import type { Rig } from './rig.js';
import { type Spread, spreadOf } from './statistics.js';
import type { Usage } from './workerMessages.js';

/** What the workflow may take, as a multiple of the script. Aimed at, never asserted. */
export const AIM = 1.15;

/** What a worker takes is read once its runs have come to rest. */
const REST_MS = 1_000;

/** One number at a time. Milliseconds. */
export interface Single {
  readonly workflow: Timed & { readonly ownMs: Spread };
  readonly script: Timed;
  /** Medians of workflow to script: as the caller sees it; by Temporal's clock; until the cut-over. */
  readonly ratio: { readonly total: number; readonly own: number; readonly toCutOver: number };
  readonly aim: number;
  readonly history: HistoryFacts;
}

/** One way to onboard. */
export interface Timed {
  readonly totalMs: Spread;
  readonly toCutOverMs: Spread;
  /** Sequential rounds of requests until the cut-over: every number of them that was seen. */
  readonly rounds: readonly number[];
  readonly requests: readonly number[];
}

/** Refused cut-overs, one at a time. Milliseconds. */
export interface Rollback {
  readonly rollbackMs: Spread;
  readonly totalMs: Spread;
  readonly rounds: readonly number[];
  readonly isRestored: boolean;
}

/** One onboarding of many numbers. */
export interface ManyNumbers {
  readonly numbers: number;
  /** Milliseconds. */
  readonly totalMs: number;
  readonly requests: number;
  readonly history: HistoryFacts;
  readonly cpuMs: number;
}

/** Many onboardings at once. */
export interface Crowd {
  readonly atOnce: number;
  readonly assistants: 'one each' | 'one for all';
  readonly workflow: Load & {
    readonly usage: { readonly before: Usage; readonly after: Usage };
    /** Of all onboardings together. */
    readonly history: HistoryFacts;
    /** Lines that the Temporal server logged as errors meanwhile. */
    readonly serverErrors: number;
  };
  /** Left out where the script would lose edits: it knows no turns. */
  readonly script?: Load;
}

/** Latencies in milliseconds. */
export interface Load {
  readonly totalMs: number;
  readonly perSecond: number;
  readonly latencyMs: Spread;
}

/**
 * Workflow and script in turn, so that a busy moment of the machine meets both. The first runs warm up and
 * do not count.
 */
export async function measureSingle(
  rig: Rig,
  runs: number,
  warmUp: number,
): Promise<Single & { readonly last: WorkflowRun }> {
  const workflows: WorkflowRun[] = [];
  const scripts: OneRun[] = [];
  for (let at = 0; at < warmUp + runs; at += 1) {
    workflows.push(await runWorkflow(rig));
    scripts.push(await runScript(rig));
  }
  const counted = workflows.slice(warmUp);
  const workflow = { ...timed(counted), ownMs: spreadOf(counted.map(({ ownMs }) => ownMs)) };
  const script = timed(scripts.slice(warmUp));
  const last = counted.at(-1);
  if (last === undefined) throw new RangeError('At least one run has to count.');
  return {
    workflow,
    script,
    ratio: {
      total: workflow.totalMs.median / script.totalMs.median,
      own: workflow.ownMs.median / script.totalMs.median,
      toCutOver: workflow.toCutOverMs.median / script.toCutOverMs.median,
    },
    aim: AIM,
    history: await historyFacts(rig.client, last.workflowIds),
    last,
  };
}

/** Onboardings whose cut-over is refused for good, one after the other. The first one warms up. */
export async function measureRollback(rig: Rig, runs: number): Promise<Rollback> {
  await runRollback(rig);
  const seen = [];
  for (let at = 0; at < runs; at += 1) seen.push(await runRollback(rig));
  return {
    rollbackMs: spreadOf(seen.map(({ rollbackMs }) => rollbackMs)),
    totalMs: spreadOf(seen.map(({ totalMs }) => totalMs)),
    rounds: distinct(seen.map(({ rounds }) => rounds)),
    isRestored: seen.every(({ isRestored }) => isRestored),
  };
}

/** One onboarding of so many numbers. */
export async function measureManyNumbers(rig: Rig, numbers: number): Promise<ManyNumbers> {
  await delay(REST_MS);
  const before = await rig.worker.usage();
  const { totalMs, requests, workflowIds } = await runWorkflow(rig, rig.accounts.requestOf(numbers));
  await delay(REST_MS);
  const after = await rig.worker.usage();
  const history = await historyFacts(rig.client, workflowIds);
  return { numbers, totalMs, requests: requests.length, history, cpuMs: after.cpuMs - before.cpuMs };
}

/** So many onboardings started at once. */
export async function measureCrowd(rig: Rig, atOnce: number, assistants: Crowd['assistants']): Promise<Crowd> {
  const isShared = assistants === 'one for all';
  const workflow = await crowdOfWorkflows(rig, rig.accounts.requests(atOnce, isShared));
  rig.accounts.clear();
  if (isShared) return { atOnce, assistants, workflow };
  const script = await load(rig.accounts.requests(atOnce), (request) => rig.worker.script(request));
  rig.accounts.clear();
  return { atOnce, assistants, workflow, script };
}

async function crowdOfWorkflows(rig: Rig, requests: readonly RequestInput[]): Promise<Crowd['workflow']> {
  await delay(REST_MS);
  const before = await rig.worker.usage();
  const errorsBefore = rig.serverErrors().length;
  const figures = await load(requests, async (request) => {
    const { result } = await onboard(rig, request);
    if (result.outcome !== 'done')
      throw new Error(`One of many ended ${result.outcome}: ${result.failure?.message ?? ''}`);
  });
  await delay(REST_MS);
  const after = await rig.worker.usage();
  const history = await historyFacts(rig.client, [...new Set(requests.flatMap(runsOf))]);
  return { ...figures, usage: { before, after }, history, serverErrors: rig.serverErrors().length - errorsBefore };
}

async function load<T>(requests: readonly T[], onboardOne: (request: T) => Promise<unknown>): Promise<Load> {
  const startedAt = now();
  const latencies = await Promise.all(
    requests.map(async (request) => {
      await onboardOne(request);
      return now() - startedAt;
    }),
  );
  const totalMs = now() - startedAt;
  return { totalMs, perSecond: requests.length / (totalMs / 1_000), latencyMs: spreadOf(latencies) };
}

const timed = (runs: readonly OneRun[]): Timed => ({
  totalMs: spreadOf(runs.map(({ totalMs }) => totalMs)),
  toCutOverMs: spreadOf(runs.map(({ toCutOverMs }) => toCutOverMs)),
  rounds: distinct(runs.map(({ rounds }) => rounds)),
  requests: distinct(runs.map(({ requests }) => requests.length)),
});

const distinct = (counts: readonly number[]): readonly number[] => [...new Set(counts)].toSorted((a, b) => a - b);
