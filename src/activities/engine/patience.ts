/**
 * The retry budget of an activity: whether an attempt that failed is followed by another, and when. Belongs
 * here: what is charged for. Does not: which faults may pass (`failures.ts`).
 */
import { activityInfo } from '@temporalio/activity';
import { LONGEST_PAUSE_MS, type Patience } from '../../contract/attempts.js';
import { noteSpent, spentBefore } from './heartbeats.js';

/** Pauses are longer by up to this share, so that what failed together is not repeated together. */
export const JITTER = 0.25;

/**
 * The pause before the next attempt in milliseconds, or undefined where this one, which failed after so
 * long, has used up the patience. What was spent is left to the next attempt in a heartbeat: the time that
 * attempts really took, and the pauses that they were given. Time without a worker is none of these.
 *
 * A pause that the provider asks for is given in full. An undo is charged for it no more than for a pause
 * of its own: it must not be ended by being asked to wait.
 */
export function pauseAfter(patience: Patience, tookMs: number, askedMs = 0): number | undefined {
  const spentMs = spentBefore() + tookMs;
  if (spentMs >= patience.forMs) return undefined;
  const spread = 1 + JITTER * Math.random();
  const ownMs = Math.ceil(pauseOf(patience, activityInfo().attempt) * spread);
  const pauseMs = Math.max(ownMs, Math.ceil(askedMs * spread));
  noteSpent(spentMs + (patience.undo === true ? ownMs : pauseMs));
  return pauseMs;
}

const pauseOf = ({ firstRetryMs }: Patience, attempt: number): number =>
  Math.min(firstRetryMs * 2 ** (attempt - 1), Math.max(firstRetryMs, LONGEST_PAUSE_MS));
