/**
 * How late lists may be: what an undo looks for by its mark alone has to be listed by then. Does not:
 * looking (one file a kind of object).
 */
import { setTimeout as pause } from 'node:timers/promises';
import { activityInfo } from '@temporalio/activity';
import { activity } from '../engine/activity.js';
import type { Dependencies } from '../engine/dependencies.js';

/**
 * Longest that something is at a provider and no list shows it, in milliseconds. Neither provider documents
 * a lag (docs/providers/didww.md, Idempotency): generous, and shorter than an attempt may last.
 */
export const LONGEST_LIST_LAG_MS = 10_000;

/** A create that may have taken effect, and of which no answer told the id. */
export interface LostAnswer {
  /** For how long its last attempt had been over, in milliseconds. */
  readonly agoMs: number;
}

export const listActivities = ({ listLagMs }: Pick<Dependencies, 'listLagMs'>) => ({
  /**
   * Waits until lists show what the create may have made. That lists show what was made before or beside it
   * proves nothing: it may be older, of another kind, or on another server.
   */
  awaitLists: activity(async ({ agoMs }: LostAnswer, options): Promise<void> => {
    const { scheduledTimestampMs, currentAttemptScheduledTimestampMs } = activityInfo();
    const sinceMs = agoMs + currentAttemptScheduledTimestampMs - scheduledTimestampMs;
    if (sinceMs < listLagMs) await pause(listLagMs - sinceMs, undefined, options);
  }),
});
