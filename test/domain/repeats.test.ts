import { expect, test } from 'vitest';
import { pauseBefore, REPEATED_AT_ONCE } from '../../src/workflows/assistants/repeats.js';

const HOUR_MS = 3_600_000;
/**
 * Events of an activity that is scheduled, started and completed, and of the workflow task that takes its
 * end in.
 */
const EVENTS_OF_AN_ACTIVITY = 6;
/** Events of a timer that is started and fires, and of the workflow task that takes it in. */
const EVENTS_OF_A_PAUSE = 5;

/** Repeats that fall within this time. */
function repeatsWithin(ms: number): number {
  let repeats = 0;
  for (let at = pauseBefore(0); at <= ms; at += pauseBefore(repeats)) repeats += 1;
  return repeats;
}

const eventsWithin = (ms: number, orders: number): number =>
  repeatsWithin(ms) * (EVENTS_OF_A_PAUSE + Math.ceil(orders / REPEATED_AT_ONCE) * EVENTS_OF_AN_ACTIVITY);

test('pauses between repeats double from a minute to eight', () => {
  expect([0, 1, 2, 3, 4, 50].map((repeat) => pauseBefore(repeat) / 60_000)).toEqual([1, 2, 4, 8, 8, 8]);
});

test('a thousand assistants that cannot be reached cost a run few of the 51,200 events that it may have', () => {
  expect(eventsWithin(HOUR_MS, 1_000)).toBeLessThan(1_000);
  // In an undo 50 wait at a time, an hour each with the default patience: 20 hours for a thousand.
  expect(eventsWithin(20 * HOUR_MS, 50)).toBeLessThan(2_000);
});
