import { setTimeout as delay } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { WorkflowFailedError } from '@temporalio/client';
import { workflowIds } from '../src/contract/workflowIds.js';
import type { RequestInput } from '../src/contract/request.js';
import type { Result } from '../src/contract/result.js';
import { countRounds, type LoggedRequest } from '../src/sandbox/index.js';
import type { Rig } from './rig.js';

/** One onboarding, by workflow or by script. Milliseconds. */
export interface OneRun {
  /** As its caller sees it: from the start to the result. */
  readonly totalMs: number;
  /** From the start until the number's calls go to the connection. */
  readonly toCutOverMs: number;
  /**
   * Requests that followed one another until then, without the assistant's edit, which goes on beside them.
   */
  readonly rounds: number;
  readonly requests: readonly LoggedRequest[];
}

/** One onboarding by workflow. */
export interface WorkflowRun extends OneRun {
  /** The run's own, its numbers', its assistant's. */
  readonly workflowIds: readonly string[];
  /** From its start to its close by Temporal's clock. */
  readonly ownMs: number;
}

/** An onboarding whose cut-over was refused. Milliseconds. */
export interface RolledBackRun {
  readonly totalMs: number;
  /** From the refused cut-over to the close of the run. */
  readonly rollbackMs: number;
  /** Requests that followed one another in that time. */
  readonly rounds: number;
  /** Both accounts were as before. */
  readonly isRestored: boolean;
}

/** Onboards by workflow, one number where no request is given, alone. Throws where that does not succeed. */
export async function runWorkflow(rig: Rig, request = rig.accounts.request()): Promise<WorkflowRun> {
  const log = watchRequests(rig);
  const startedAt = now();
  const { runId, result } = await onboard(rig, request);
  const endedAt = now();
  if (result.outcome !== 'done')
    throw new Error(`An onboarding ended ${result.outcome}: ${result.failure?.message ?? ''}`);
  const requests = log();
  const { startTime, closeTime } = await handleOf(rig, request.connection, runId).describe();
  rig.accounts.clear();
  return {
    ...facts(requests, startedAt, endedAt),
    workflowIds: runsOf(request),
    ownMs: (closeTime ?? startTime).getTime() - startTime.getTime(),
  };
}

/** Onboards one number by the plain script, alone. */
export async function runScript(rig: Rig): Promise<OneRun> {
  const request = rig.accounts.request();
  const log = watchRequests(rig);
  const { startedAt, endedAt } = await rig.worker.script(request);
  const requests = log();
  rig.accounts.clear();
  return facts(requests, startedAt, endedAt);
}

/** Onboards one number by workflow, alone, with a cut-over that DIDWW refuses for good. */
export async function runRollback(rig: Rig): Promise<RolledBackRun> {
  const { sandbox } = rig.accounts;
  const request = rig.accounts.request();
  const before = sandbox.state();
  const log = watchRequests(rig);
  sandbox.faults.fail(CUT_OVER, { status: 400, times: 1 });
  const startedAt = now();
  const { runId, result } = await onboard(rig, request);
  const endedAt = now();
  if (result.outcome !== 'rolled-back') throw new Error(`A rollback ended ${result.outcome}`);
  const requests = log();
  const refusedAt = requests.find(isCutOver)?.endedAt ?? NaN;
  const { closeTime } = await handleOf(rig, request.connection, runId).describe();
  const isRestored = isDeepStrictEqual(sandbox.state(), before);
  rig.accounts.clear();
  return {
    totalMs: endedAt - startedAt,
    rollbackMs: (closeTime?.getTime() ?? NaN) - refusedAt,
    rounds: countRounds(requests.filter((request) => request.startedAt >= refusedAt)),
    isRestored,
  };
}

/** Starts an onboarding as the CLI does and waits for its result, however it ends. */
export async function onboard(
  rig: Rig,
  request: RequestInput,
): Promise<{ readonly runId: string; readonly result: Result }> {
  const { runId } = await rig.patchbay.onboard(request);
  const handle = handleOf(rig, request.connection, runId);
  try {
    return { runId, result: await within(handle.result(), request.connection) };
  } catch (error) {
    if (!(error instanceof WorkflowFailedError)) throw error;
    return { runId, result: (await rig.patchbay.status(request.connection)).result ?? fail(error) };
  }
}

/** Ids of the runs that an onboarding consists of. */
export const runsOf = ({ connection, assistantId = '', numbers }: RequestInput): readonly string[] => [
  workflowIds.connection(connection),
  ...numbers.map(({ number }) => workflowIds.number(number)),
  workflowIds.assistant(assistantId),
];

/** Milliseconds since the epoch, with fractions: the clock of the sandbox's log. */
export const now = (): number => performance.timeOrigin + performance.now();

const CUT_OVER = 'PATCH /dids/:id';
const isCutOver = ({ method, path }: LoggedRequest): boolean => method === 'PATCH' && path.startsWith('/dids/');

/** A run that hangs must not hang the bench. */
const GIVEN_UP_AFTER_MS = 120_000;

async function within<T>(result: Promise<T>, connection: string): Promise<T> {
  const timer = new AbortController();
  const late = delay(GIVEN_UP_AFTER_MS, undefined, { signal: timer.signal }).then(() => {
    throw new Error(`The onboarding of ${connection} has not ended after ${String(GIVEN_UP_AFTER_MS / 1_000)} s.`);
  });
  try {
    return await Promise.race([result, late]);
  } finally {
    late.catch(() => undefined);
    timer.abort();
  }
}

function fail(error: Error): never {
  throw error;
}

const handleOf = ({ client }: Rig, connection: string, runId: string) =>
  client.workflow.getHandle<(request: unknown) => Promise<Result>>(workflowIds.connection(connection), runId);

/** The requests since this call. */
function watchRequests({ accounts }: Rig): () => readonly LoggedRequest[] {
  const from = accounts.sandbox.requests().length;
  return () => accounts.sandbox.requests().slice(from);
}

function facts(requests: readonly LoggedRequest[], startedAt: number, endedAt: number): OneRun {
  const cutOverEnd = requests.find(isCutOver)?.endedAt ?? NaN;
  const chain = requests.filter(
    ({ path, endedAt: end }) => !path.startsWith('/assistant/') && (end ?? Infinity) <= cutOverEnd,
  );
  return {
    totalMs: endedAt - startedAt,
    toCutOverMs: cutOverEnd - startedAt,
    rounds: countRounds(chain),
    requests,
  };
}
