/**
 * What the CLI and other programs call: start, follow, resume, retry, cancel. `client/` holds its parts.
 * Belongs here: what can be asked of a running Patchbay with a Temporal client alone, no provider key and,
 * where possible, no worker. Does not: showing any of it to a person (`cli`), or deciding what a run does
 * (`workflows`).
 */
import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import { progressOf } from './client/resultOfRun.js';
import { NothingToActOnError } from './client/errors.js';
import { follow, look, type Snapshot } from './client/follow.js';
import { type ListedConnection, listConnections } from './client/listing.js';
import { type VerifyGiven, verifyStart } from './client/verifyStart.js';
import { retryStart } from './client/retryStart.js';
import { offboardStart } from './client/offboardStart.js';
import { onboardStart } from './client/onboardStart.js';
import { type PlanGiven, planStart } from './client/planStart.js';
import { resume } from './client/resume.js';
import { type MadeSchedule, schedule, type ScheduleAsked, unschedule } from './client/schedule.js';
import { type BeforeStart, type StartedRun, startOrJoin } from './client/startOrJoin.js';
import { type VerificationStatus, verificationStatus } from './client/verificationStatus.js';
import { ownerText } from './domain/reports/foreignRun.js';
import { workflowIds } from './contract/workflowIds.js';
import type { Plan } from './contract/plan.js';
import type { Region } from './domain/sip/addresses.js';
import { plannedBy } from './runHistory/results.js';
import { holderOf, isOpen, newestRun, type RunFacts, type RunRef } from './runHistory/runs.js';
import { within } from './runHistory/server.js';

export { ConflictError, InvalidRequestError, NothingToActOnError } from './client/errors.js';
export type { ListedConnection } from './client/listing.js';
export type { Snapshot } from './client/follow.js';
export { type Hold, holdText, type Limit, limitText, type Retry } from './client/pending.js';
export type { RunRef } from './runHistory/runs.js';
export { commandToAdd, missingSearchAttributes } from './client/server.js';
export type { PlanGiven } from './client/planStart.js';
export type { VerifyGiven } from './client/verifyStart.js';
export type { MadeSchedule, ScheduleAsked, VerificationSchedule } from './client/schedule.js';
export type { BeforeStart, StartedRun } from './client/startOrJoin.js';
export type { VerificationStatus as VerificationStanding } from './client/verificationStatus.js';
export type { OutsideCallee } from './domain/calls/outsideCallees.js';
export { RefusedByTemporalError, temporalFault } from './runHistory/temporalFault.js';
export { UnreachableError } from './runHistory/unreachable.js';

/**
 * A running Patchbay. Every method throws `UnreachableError` where Temporal does not answer, and those that
 * name a connection `NothingToActOnError` where there is nothing of it to act on.
 */
export interface Patchbay {
  /**
   * Starts the onboarding, or joins it where the same request is at work. Throws `InvalidRequestError`,
   * `ConflictError`.
   */
  onboard(request: unknown, beforeStart?: BeforeStart): Promise<StartedRun>;
  /**
   * Starts a plan: what would be done so that the connection is as asked. Throws `InvalidRequestError`,
   * `NothingToActOnError`.
   */
  plan(given: PlanGiven): Promise<StartedRun>;
  /** The Plan that a run has ended with; nothing where it could not be made. */
  plannedBy(run: RunRef): Promise<Plan | undefined>;
  /**
   * Starts to take a connection away. The region is known from its last run; else it has to be given.
   * Throws `ConflictError`.
   */
  offboard(connection: string, region?: Region): Promise<StartedRun>;
  /**
   * Starts the test calls, or joins those that run. What to call is what the request given names, else what
   * the connection's runs say, else what exists today, for which the region has to be given where no run
   * tells it.
   */
  verify(connection: string, given?: VerifyGiven, beforeStart?: BeforeStart): Promise<StartedRun>;
  /** Has it verified again and again; changes the schedule where there is one. */
  schedule(connection: string, asked: ScheduleAsked, beforeStart?: BeforeStart): Promise<MadeSchedule>;
  /** Ends that schedule; answers with its id. */
  unschedule(connection: string): Promise<string>;
  /**
   * Repeats the connection's newest run, where that failed or was cancelled, from its own input; from the
   * request given where Temporal no longer has it. Throws `NothingToActOnError` where the newest run
   * succeeded or is an offboarding, and `ConflictError`.
   */
  retry(connection: string, request?: unknown, beforeStart?: BeforeStart): Promise<StartedRun>;
  /**
   * Lets every waiting step of a paused run try again. Returns once the run has taken it in; needs a
   * worker.
   */
  resume(connection: string): Promise<RunRef>;
  /** Asks the open run to stop and roll back. Returns at once; the rollback is followed like any run. */
  cancel(connection: string): Promise<RunRef>;
  /** The run that people mean by a connection: the open one, else its last one. */
  find(connection: string): Promise<RunRef>;
  /** One snapshot of it. */
  status(connection: string): Promise<Snapshot>;
  /** Its schedule and its newest verification, where there are any. */
  verification(connection: string): Promise<VerificationStatus>;
  /** Snapshots of a run until it has closed or the signal is aborted; the run never notices. */
  follow(run: RunRef, signal?: AbortSignal): AsyncIterable<Snapshot>;
  /** Every connection that Temporal knows a run of. */
  list(): Promise<readonly ListedConnection[]>;
  /** Whether a worker polls the task queue that this run is served from. */
  hasWorker(run: RunRef): Promise<boolean>;
}

/**
 * Patchbay as it is reached through this Temporal client, its runs served by the workers of this task
 * queue.
 */
export function createPatchbay({
  client,
  taskQueue,
}: {
  readonly client: Client;
  readonly taskQueue: string;
}): Patchbay {
  const find = async (connection: string): Promise<RunFacts> => {
    const [run, verification] = await Promise.all([
      newestRun(client, connection, workflowIds.connection(connection)),
      newestRun(client, connection, workflowIds.verification(connection)),
    ]);
    const found =
      [run, verification].find((candidate) => candidate !== undefined && isOpen(candidate)) ?? run ?? verification;
    if (found !== undefined) return found;
    const holder = await holderOf(client, connection, workflowIds.connection(connection));
    throw new NothingToActOnError(
      `Temporal knows no run of a connection ${connection}.${holder === undefined ? '' : ` ${ownerText(holder)}.`}`,
      'patchbay list shows the connections that it knows.',
    );
  };
  return {
    onboard: async (request, beforeStart) => startOrJoin(client, taskQueue, onboardStart(request), beforeStart),
    plan: async (given) => startOrJoin(client, taskQueue, await planStart(client, given)),
    plannedBy: (run) => plannedBy(client, run),
    offboard: async (connection, region) =>
      startOrJoin(client, taskQueue, await offboardStart(client, connection, region)),
    verify: async (connection, given, beforeStart) =>
      startOrJoin(client, taskQueue, await verifyStart(client, connection, given), beforeStart),
    schedule: (connection, asked, beforeStart) => schedule(client, taskQueue, connection, asked, beforeStart),
    unschedule: (connection) => unschedule(client, connection),
    retry: async (connection, request, beforeStart) =>
      startOrJoin(client, taskQueue, await retryStart(client, connection, request), beforeStart),
    resume: async (connection) => resume(client, await find(connection)),
    cancel: async (connection) => cancel(client, await find(connection)),
    find,
    status: async (connection) =>
      look(client, { run: await find(connection), state: 'running', retries: [], holds: [], limits: [] }),
    verification: (connection) => verificationStatus(client, connection),
    follow: (run, signal) => follow(client, run, signal),
    list: () => listConnections(client),
    hasWorker: async (run) => (await progressOf(client, { ...run, taskQueue })) !== 'no-worker',
  };
}

async function cancel(client: Client, run: RunFacts): Promise<RunRef> {
  const none = new NothingToActOnError(
    `No run of ${run.connection} is open.`,
    `A connection that is set up is taken away by: patchbay offboard ${run.connection}`,
  );
  if (!isOpen(run)) throw none;
  if (run.type === 'offboardConnection') {
    throw new NothingToActOnError(
      `${run.connection} is being taken away, which only goes forward.`,
      `To watch it: patchbay watch ${run.connection}`,
    );
  }
  try {
    await within(client, () => client.workflow.getHandle(run.workflowId, run.runId).cancel());
    return run;
  } catch (error) {
    throw error instanceof WorkflowNotFoundError ? none : error;
  }
}
