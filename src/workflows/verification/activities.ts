import { ActivityCancellationType, type ActivityOptions, proxyActivities, workflowInfo } from '@temporalio/workflow';
import type { Activities, WaitingActivities } from '../../activities/index.js';
import type { Patience } from '../../contract/attempts.js';
import { waitingQueue } from '../../contract/marks.js';

/** One attempt of a short activity: HTTP ends 5 s before. Room for the looks of a repeated attempt. */
const SHORT = '20 s';
/** One attempt at following a call or at finding its records: longer than every window within it. */
const LONG = '1 hour';
/** A killed worker is noticed within this. */
const HEARTBEAT = '5 s';
const LONGEST_PAUSE_MS = 30_000;

/**
 * Short activities, shown to people as `summary`. A call that is cancelled is waited for: what it did must
 * be known before it is undone.
 */
export const verificationActivities = (
  summary: string,
  patience: Patience,
): ReturnType<typeof proxyActivities<Activities>> =>
  proxyActivities<Activities>({ ...common(summary, patience), startToCloseTimeout: SHORT });

/**
 * Activities that last as long as a call, on their own queue: they heartbeat, and a later attempt resumes
 * where an earlier one stopped.
 */
export const lastingActivities = (
  summary: string,
  patience: Patience,
): ReturnType<typeof proxyActivities<WaitingActivities>> =>
  proxyActivities<WaitingActivities>({
    ...common(summary, patience),
    taskQueue: waitingQueue(workflowInfo().taskQueue),
    startToCloseTimeout: LONG,
    heartbeatTimeout: HEARTBEAT,
  });

const common = (summary: string, { firstRetryMs }: Patience): ActivityOptions => ({
  cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
  retry: {
    initialInterval: firstRetryMs,
    backoffCoefficient: 2,
    maximumInterval: Math.max(firstRetryMs, LONGEST_PAUSE_MS),
  },
  summary,
});
