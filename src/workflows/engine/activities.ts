import {
  ActivityCancellationType,
  type ActivityOptions,
  CancellationScope,
  proxyActivities,
  proxyLocalActivities,
  workflowInfo,
} from '@temporalio/workflow';
import type { Activities, WaitingActivities } from '../../activities/index.js';
import { DEFAULT_PATIENCE, LONGEST_PAUSE_MS, type Patience } from '../../contract/attempts.js';
import { durationMs } from '../../domain/text/duration.js';
import { waitingQueue } from '../../contract/workflowIds.js';
import type { Request } from '../../contract/request.js';

/** One attempt: HTTP ends 5 s before. */
export const ATTEMPT = '20 s';
/** One attempt at reading a whole connection: of a thousand objects each may be read by id. */
export const LOOK = '5 minutes';
/** One attempt of waiting; the next one goes on where it stopped. */
export const WAIT = '1 hour';
/** A worker that is gone is noticed after this long. */
export const SIGN_OF_LIFE = '10 s';
/** The same while a call is followed. */
export const SIGN_OF_LIFE_OF_CALL = '5 s';

/** The patience of a request, for its steps and for their undo. */
export interface RunPatience {
  readonly step: Patience;
  readonly rollback: Patience;
}

/** The patience of a request that names none: of runs without a request, and of what no request is about. */
export const DEFAULT_RUN_PATIENCE: RunPatience = patienceOf(DEFAULT_PATIENCE);

/** Reads the patience of a request into milliseconds. */
export function patienceOf({ step, rollback, firstRetry }: Request['patience']): RunPatience {
  const firstRetryMs = durationMs(firstRetry);
  return {
    step: { forMs: durationMs(step), firstRetryMs },
    rollback: { forMs: durationMs(rollback), firstRetryMs, undo: true },
  };
}

/**
 * The activities, called with this patience, each call shown to people as `summary`; `id` says on which
 * number it is (`numberActivityId`). A call that is cancelled is waited for: what it was creating must be
 * known before it can be undone. No schedule-to-close and no attempt limit: whether to go on is judged by
 * an attempt that failed (`activities/engine/failures.ts`).
 */
export function activities(summary: string, patience: Patience, id?: string): Calls<Activities> {
  const proxied = proxyActivities<Activities>({
    ...options(summary, patience),
    startToCloseTimeout: ATTEMPT,
    ...(id === undefined ? {} : { activityId: id }),
  });
  return withPatience(proxied, patience);
}

/** The activities that read a whole connection, each call shown to people as `summary`. They heartbeat. */
export function discoveryActivities(
  summary: string,
  patience: Patience,
): Pick<Calls<Activities>, 'discoverObjects' | 'findRouted'> {
  const proxied = proxyActivities<Activities>({
    ...options(summary, patience),
    startToCloseTimeout: LOOK,
    heartbeatTimeout: SIGN_OF_LIFE,
  });
  return withPatience<Activities>(proxied, patience);
}

/**
 * The activities that another run completes, each call shown to people as `summary`. An attempt without an
 * answer is followed by the next; a cancellation waits for its end.
 */
export function asyncActivities(summary: string, patience: Patience): Pick<Calls<Activities>, 'orderAssistantEdit'> {
  const proxied = proxyActivities<Activities>({
    ...options(summary, patience),
    startToCloseTimeout: ATTEMPT,
    retry: { initialInterval: '1 second', backoffCoefficient: 1 },
  });
  return withPatience<Activities>(proxied, patience);
}

/**
 * Activities that wait for another run: on their own queue, they say that they live, and are told of a
 * cancellation.
 */
export const waitingActivities = (summary: string, patience: Patience): Calls<WaitingActivities> =>
  waitingWith(SIGN_OF_LIFE, summary, patience);

/** The same for following a test call or finding its records: a worker that is gone is noticed sooner. */
export const followingActivities = (summary: string, patience: Patience): Calls<WaitingActivities> =>
  waitingWith(SIGN_OF_LIFE_OF_CALL, summary, patience);

/**
 * What a run asks before anything else: local activities, whose answers lie in the history and cost it no
 * round trip. One that is cancelled meanwhile has its answer first, so that it ends as any cancelled run.
 * Later in a run a query could end the task in their midst (docs/architecture.md, What Temporal does that
 * one does not expect).
 */
export async function atBeginning<T>(ask: (local: LocalCalls) => Promise<T>): Promise<T> {
  const local = proxyLocalActivities<Activities>({ startToCloseTimeout: ATTEMPT });
  return CancellationScope.nonCancellable(() => ask(local));
}

type LocalCalls = Pick<
  ReturnType<typeof proxyLocalActivities<Activities>>,
  'knownSearchAttributes' | 'readOnboarding' | 'readOffboarding' | 'readPlan' | 'readVerification'
>;

function waitingWith(
  heartbeatTimeout: typeof SIGN_OF_LIFE | typeof SIGN_OF_LIFE_OF_CALL,
  summary: string,
  patience: Patience,
): Calls<WaitingActivities> {
  const proxied = proxyActivities<WaitingActivities>({
    ...options(summary, patience),
    taskQueue: waitingQueue(workflowInfo().taskQueue),
    startToCloseTimeout: WAIT,
    heartbeatTimeout,
  });
  return withPatience(proxied, patience);
}

/** Activities without their last argument, the patience. */
type Calls<T extends Activities | WaitingActivities> = {
  readonly [Name in keyof T]: T[Name] extends (input: infer Input, patience: Patience) => Promise<infer Output>
    ? (input: Input) => Promise<Output>
    : never;
};

/** The activities, each called with this patience as its last argument. */
function withPatience<T extends Activities | WaitingActivities>(proxied: object, patience: Patience): Calls<T> {
  const get = (calls: object, name: string) => {
    const call = Reflect.get(calls, name) as (input: unknown, patience: Patience) => Promise<unknown>;
    return (input: unknown) => call(input, patience);
  };
  return new Proxy(proxied, { get }) as Calls<T>;
}

function options(summary: string, patience: Patience): Omit<ActivityOptions, 'startToCloseTimeout'> {
  return {
    cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
    retry: {
      initialInterval: patience.firstRetryMs,
      backoffCoefficient: 2,
      maximumInterval: Math.max(patience.firstRetryMs, LONGEST_PAUSE_MS),
    },
    summary,
  };
}
