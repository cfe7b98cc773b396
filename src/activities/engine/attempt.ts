import { activityInfo, Context } from '@temporalio/activity';
import type { Repetition, ObservedAt } from '../../contract/attempts.js';
import type { ProviderClock } from '../../http/index.js';

/**
 * HTTP ends this long before start-to-close, so that an attempt has always come to rest before the next one
 * begins.
 */
export const HTTP_MARGIN_MS = 5_000;
/** What preflight saw may be trusted for this long. */
export const LOOK_SPARED_FOR_MS = 30_000;

/**
 * Ends the requests of this attempt in time: 5 s before the activity's start-to-close. One signal serves
 * the whole attempt.
 */
export function httpDeadline(): AbortSignal {
  const attempt = Context.current();
  const deadline = deadlines.get(attempt) ?? AbortSignal.timeout(attempt.info.startToCloseTimeoutMs - HTTP_MARGIN_MS);
  deadlines.set(attempt, deadline);
  return deadline;
}

/** What is confirmed ahead of an attempt's own requests shares their time. */
const deadlines = new WeakMap<Context, AbortSignal>();

/**
 * Whether nothing of this activity was tried before; only then may the worker's memory stand in for a read.
 * An activity that an operator resets counts its attempts from 1 again, but is still scheduled when it was
 * (docs/architecture.md, What Temporal does that one does not expect).
 */
export function isFirstAttempt(): boolean {
  const { attempt, scheduledTimestampMs, currentAttemptScheduledTimestampMs } = activityInfo();
  return attempt === 1 && currentAttemptScheduledTimestampMs === scheduledTimestampMs;
}

/** What the result or the failure of a step says of attempts before this one. */
export const repetition = (): Repetition => (isFirstAttempt() ? {} : { repeated: true });

/**
 * Whether what a preflight saw still holds without looking again: on attempt 1 only, in the very run that
 * saw it (a Reset is another run), within 30 s. Everything else looks first, so that no repetition makes a
 * second object. The time is the provider's, as another worker may have seen it; unknown, it is too late.
 */
export function isSnapshotFresh(seen: ObservedAt | undefined, clock: ProviderClock): boolean {
  const now = clock.read();
  if (seen === undefined || now === undefined || !isFirstAttempt()) return false;
  const age = now.latest - seen.at[clock.provider];
  return seen.runId === activityInfo().workflowExecution?.runId && age >= 0 && age < LOOK_SPARED_FOR_MS;
}

/**
 * A moment in this run, for what a preflight has seen since: `begunAt` on the monotonic clock. To be asked
 * once both providers have answered, as their answers tell the time.
 */
export function seenSince(
  begunAt: number,
  clocks: { readonly didww: ProviderClock; readonly vapi: ProviderClock },
): ObservedAt {
  const tookMs = performance.now() - begunAt;
  const at = (clock: ProviderClock): number => Math.floor(clock.now().earliest - tookMs);
  return {
    runId: activityInfo().workflowExecution?.runId ?? '',
    at: { didww: at(clocks.didww), vapi: at(clocks.vapi) },
  };
}
