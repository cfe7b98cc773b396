import { type Client, QueryNotRegisteredError, WorkflowFailedError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import type { Failure } from '../contract/failure.js';
import type { Progress, Result, ResultSoFar } from '../contract/result.js';
import { isResult, returnedBy } from '../runHistory/results.js';
import type { RunFacts } from '../runHistory/runs.js';
import { grpcCode, grpcDetails, isOutage } from '../runHistory/server.js';
import { progressQuery } from '../contract/messages.js';
import { lastPollOf } from './server.js';

/**
 * A worker that is there answers a query within milliseconds; one that replays a long run first, within
 * seconds.
 */
const QUERY_WITHIN_MS = 5_000;
/**
 * A worker asks for work at least once a minute. Of one that seems not to have for longer, a query is not
 * waited for as long: whether it has gone or this machine's clock is wrong, the answer says.
 */
const POLLER_GONE_AFTER_MS = 70_000;
const QUERY_OF_GONE_WITHIN_MS = 2_500;
/** gRPC code of a run that cannot be asked as it is. */
const FAILED_PRECONDITION = 9;

/** Why a run does not answer at the moment. */
export type Silence = 'no-worker' | 'worker-slow' | 'worker-failing' | 'run-paused';

/**
 * The answer of a run's `progress` query, or why there is none at the moment. That no worker polls is for
 * the server to say, by its own clock: no poller is known, or a query finds none. Errors of the server are
 * thrown.
 */
export async function progressOf(
  client: Client,
  run: Pick<RunFacts, 'workflowId' | 'runId' | 'taskQueue'> & Partial<Pick<RunFacts, 'status'>>,
): Promise<Progress | Silence> {
  if (run.status === 'PAUSED') return 'run-paused'; // the server then asks no worker
  const lastPoll = await lastPollOf(client, run.taskQueue);
  if (lastPoll === undefined) return 'no-worker'; // a query would wait for one
  const seemsGone = Date.now() - lastPoll >= POLLER_GONE_AFTER_MS;
  const withinMs = seemsGone ? QUERY_OF_GONE_WITHIN_MS : QUERY_WITHIN_MS;
  try {
    const handle = client.workflow.getHandle(run.workflowId, run.runId);
    const ask = (): Promise<Progress> => client.withDeadline(Date.now() + withinMs, () => handle.query(progressQuery));
    return await ask().catch((error: unknown) => {
      if (error instanceof QueryNotRegisteredError) return ask(); // queryReplayGuard.ts had the run evicted: it is read anew
      throw error;
    });
  } catch (error) {
    if (cannotCarryOn(error)) return 'worker-failing';
    if (foundNoPoller(error)) return 'no-worker';
    if (isOutage(error) || isUnanswered(error)) return 'worker-slow';
    throw error;
  }
}

/** The answer of a run's `progress` query where it can be had, whatever stands in the way. */
export async function knownProgressOf(client: Client, run: RunFacts): Promise<Progress | undefined> {
  const answer = await progressOf(client, run).catch(() => undefined);
  return typeof answer === 'object' ? answer : undefined;
}

/**
 * The Result of a closed run, wherever its end left it: returned, in the details of its failure, or, where
 * it was cancelled, with its `progress` query. Where it left none (terminated, or cancelled with no worker
 * to ask) the Result says so.
 */
export async function resultOf(client: Client, run: RunFacts): Promise<Result> {
  try {
    return (await returnedBy(client, run)) ?? { ...unread(run.connection), outcome: 'done' };
  } catch (error) {
    if (!(error instanceof WorkflowFailedError)) throw error;
    const carried = carriedBy(error.cause);
    if (carried !== undefined) return carried;
    return run.type === 'planConnection' ? unfinishedPlan(run, error) : await told(client, run, error);
  }
}

function carriedBy(cause: unknown): Result | undefined {
  const details = cause instanceof ApplicationFailure ? cause.details : undefined;
  return details?.find(isResult);
}

async function told(client: Client, run: RunFacts, error: WorkflowFailedError): Promise<Result> {
  const known = (await knownProgressOf(client, run))?.result ?? unread(run.connection);
  switch (run.status) {
    case 'CANCELLED': // the contract: cancelled and not failed means that nothing was left
      return { failure: cancelled, ...known, outcome: known.outcome ?? 'rolled-back' };
    case 'FAILED':
      return { failure: faulty(error.cause), ...known, outcome: known.outcome ?? 'leftovers' };
    default:
      return { ...known, outcome: 'leftovers', failure: ended(run) };
  }
}

/** A plan writes nothing, so that nothing can be left of it. */
function unfinishedPlan({ connection, status }: RunFacts, error: WorkflowFailedError): Result {
  const failure: Failure =
    status === 'FAILED'
      ? faulty(error.cause)
      : {
          step: 'plan',
          provider: 'patchbay',
          class: 'cancelled',
          message: `The plan was ended from outside (${status.toLowerCase().replace('_', ' ')}). It wrote nothing.`,
          action: 'Make it again.',
        };
  return { ...unread(connection), warnings: [], outcome: 'refused', failure };
}

const cancelled: Failure = {
  step: 'run',
  provider: 'patchbay',
  class: 'cancelled',
  message: 'The run was cancelled and rolled back.',
  action: 'Nothing to do.',
};

function ended({ connection, status, type }: RunFacts): Failure {
  const takeAway = `patchbay offboard ${connection}`;
  return {
    step: 'run',
    provider: 'patchbay',
    class: 'cancelled',
    message: `The run was ended from outside (${status.toLowerCase().replace('_', ' ')}), without a rollback.`,
    action:
      type === 'offboardConnection'
        ? `To take away the rest: ${takeAway}`
        : `To remove what it made: ${takeAway}. To continue instead: patchbay retry ${connection}.`,
  };
}

function faulty(cause: unknown): Failure {
  return {
    step: 'run',
    provider: 'patchbay',
    class: 'unexpected-answer',
    message: cause instanceof Error ? cause.message : 'The run failed and left no result.',
    action: 'This is a fault in Patchbay: report it with the run id; the worker log has the details.',
  };
}

function unread(connection: string): ResultSoFar {
  return {
    connection,
    objects: [],
    numbers: [],
    verification: [],
    leftovers: [],
    warnings: ['The objects of this run could not be read: no worker answers for it.'],
  };
}

/**
 * Whether an error says that no worker can carry on the run. Once a workflow task has failed or timed out
 * twice in a row, the server asks no worker any more, for a query or an update; before that, a worker that
 * cannot replay the run answers a query so, which the client takes for one that is not registered.
 */
export function cannotCarryOn(error: unknown): boolean {
  return error instanceof QueryNotRegisteredError || grpcDetails(error).includes('Workflow Task in failed state');
}

/** No worker has taken the run up yet. */
function isUnanswered(error: unknown): boolean {
  if (grpcCode(error) === FAILED_PRECONDITION) return true;
  return error instanceof Error && /deadline/i.test(error.message);
}

/** None has polled for 20 s; that comes as an error which has no gRPC code of its own. */
const foundNoPoller = (error: unknown): boolean => error instanceof Error && /no poller/i.test(error.message);
