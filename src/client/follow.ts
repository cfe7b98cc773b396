import { setTimeout as delay } from 'node:timers/promises';
import { type Client, type WorkflowExecutionDescription, WorkflowNotFoundError } from '@temporalio/client';
import type { Progress, Result, Stage } from '../contract/result.js';
import { factsOf, isOpen, type RunFacts, type RunRef } from '../runHistory/runs.js';
import { answerIn } from '../runHistory/answers.js';
import { isOutage, within } from '../runHistory/server.js';
import { UnreachableError } from '../runHistory/unreachable.js';
import { searchAttributes } from '../contract/searchAttributes.js';
import { knownProgressOf, progressOf, resultOf, type Silence } from './resultOfRun.js';
import { NothingToActOnError } from './errors.js';
import { type Hold, type Limit, pendingOf, type Retry } from './pending.js';

const FIRST_LOOK_AFTER_MS = 150;
const LOOK_EVERY_MS = 1_000;

/** A run at one moment, as far as it can be known. */
export interface Snapshot {
  readonly run: RunRef;
  readonly state: 'running' | 'paused' | 'closed';
  /** The last answer of the run; absent while no worker has answered yet. */
  readonly progress?: Progress;
  readonly retries: readonly Retry[];
  /** What somebody has paused in Temporal. */
  readonly holds: readonly Hold[];
  /** Steps that somebody has given limits in Temporal. */
  readonly limits: readonly Limit[];
  /** The stage as the namespace keeps it, where it does; for when `progress` is absent. */
  readonly stage?: Stage;
  /** Why `progress` may be out of date. */
  readonly trouble?: 'temporal-unreachable' | 'temporal-limited' | Silence;
  /** Where the run is paused or closed: its Result. Always there once closed. */
  readonly result?: Result;
}

/**
 * Snapshots of a run, the first at once, then about one a second, until it has closed; the last one carries
 * the Result. Goes on through outages of the server and without any worker, and says so in `trouble`. Ends
 * early, without an error, when the signal is aborted. The run never notices.
 */
export async function* follow(client: Client, run: RunRef, signal?: AbortSignal): AsyncGenerator<Snapshot> {
  const stopped = abortionOf(signal);
  let last: Snapshot = { run, state: 'running', retries: [], holds: [], limits: [] };
  for (let pauseMs = FIRST_LOOK_AFTER_MS; ; pauseMs = Math.min(pauseMs * 1.5, LOOK_EVERY_MS)) {
    const next = await Promise.race([look(client, last), stopped]);
    if (next === undefined) return;
    last = next;
    yield last;
    if (last.state === 'closed') return;
    await Promise.race([delay(pauseMs), stopped]);
  }
}

/** Settles, with nothing, once the signal is aborted; never without a signal. */
function abortionOf(signal: AbortSignal | undefined): Promise<undefined> {
  return new Promise((resolve) => {
    if (signal?.aborted === true) resolve(undefined);
    signal?.addEventListener(
      'abort',
      () => {
        resolve(undefined);
      },
      { once: true },
    );
  });
}

/** One snapshot of a run. Throws `NothingToActOnError` where Temporal does not know it. */
export async function look(client: Client, last: Snapshot): Promise<Snapshot> {
  const { workflowId, runId, connection } = last.run;
  try {
    const handle = client.workflow.getHandle(workflowId, runId);
    const description = await within(client, () => handle.describe());
    const facts = factsOf(description, connection);
    if (!isOpen(facts)) return await closed(client, last, facts);
    return await open(client, last, facts, description);
  } catch (error) {
    if (error instanceof UnreachableError || isOutage(error)) return { ...last, trouble: troubleOf(error) };
    if (!(error instanceof WorkflowNotFoundError)) throw error;
    throw new NothingToActOnError(
      `Temporal no longer knows the run ${runId} of ${workflowId}.`,
      'patchbay list shows what it knows.',
    );
  }
}

function troubleOf(error: unknown): 'temporal-unreachable' | 'temporal-limited' {
  const answer = answerIn(error instanceof UnreachableError ? error.cause : error);
  return answer?.class === 'rate-limited' ? 'temporal-limited' : 'temporal-unreachable';
}

async function closed(client: Client, last: Snapshot, facts: RunFacts): Promise<Snapshot> {
  const [result, progress = last.progress] = await Promise.all([
    resultOf(client, facts),
    knownProgressOf(client, facts),
  ]);
  return {
    run: last.run,
    state: 'closed',
    progress: { stage: 'closed', steps: progress?.steps ?? [], result },
    retries: [],
    holds: [],
    limits: [],
    result,
  };
}

async function open(
  client: Client,
  last: Snapshot,
  facts: RunFacts,
  description: WorkflowExecutionDescription,
): Promise<Snapshot> {
  const answer = await progressOf(client, facts);
  const isAnswered = typeof answer === 'object';
  const isPaused = isAnswered && answer.stage === 'paused';
  const progress = isAnswered ? answer : last.progress;
  const pending = await pendingOf(client, description, progress?.steps ?? []);
  const stage = facts.searchAttributes.get(searchAttributes.stage) as Stage | undefined;
  return {
    run: last.run,
    state: isPaused ? 'paused' : 'running',
    ...(progress === undefined ? {} : { progress }),
    ...(stage === undefined ? {} : { stage }),
    ...pending,
    ...(isAnswered ? {} : { trouble: answer }),
    ...(isPaused ? { result: { ...answer.result, outcome: 'paused' } } : {}),
  };
}
