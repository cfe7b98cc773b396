import { ActivityCancellationType, type ActivityOptions, proxyActivities } from '@temporalio/workflow';
import type { callRecordActivities } from '../activities/callRecords.js';
import type { Patience } from '../domain/contract.js';
import type { prepareVerificationActivities } from '../activities/prepareVerification.js';
import type { standingBindingActivities } from '../activities/standingBindings.js';
import type { testCallActivities } from '../activities/testCall.js';
import type { testCallFollowingActivities } from '../activities/testCallFollowing.js';
import type { testCallInspectionActivities } from '../activities/testCallInspection.js';

/** The activities of a verification. */
export type VerificationActivities = ReturnType<typeof standingBindingActivities> &
  ReturnType<typeof prepareVerificationActivities> &
  ReturnType<typeof testCallActivities> &
  ReturnType<typeof testCallFollowingActivities> &
  ReturnType<typeof testCallInspectionActivities> &
  ReturnType<typeof callRecordActivities>;

/** One attempt of a short activity: HTTP ends 5 s before. Room for the looks of a repeated attempt. */
const SHORT = '20 s';
/** One attempt at following a call or at finding its records: longer than every window within it. */
const LONG = '1 hour';
/** A killed worker is noticed within this. */
const HEARTBEAT = '5 s';
const LONGEST_PAUSE_MS = 30_000;

/** Short activities, shown to people as `summary`. A call that is cancelled is waited for: what it did must be known before it is undone. */
export const verificationActivities = (
  summary: string,
  patience: Patience,
): ReturnType<typeof proxyActivities<VerificationActivities>> =>
  proxyActivities<VerificationActivities>({ ...common(summary, patience), startToCloseTimeout: SHORT });

/** Activities that last as long as a call: they heartbeat, and a later attempt resumes where an earlier one stopped. */
export const lastingActivities = (
  summary: string,
  patience: Patience,
): ReturnType<typeof proxyActivities<VerificationActivities>> =>
  proxyActivities<VerificationActivities>({
    ...common(summary, patience),
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
