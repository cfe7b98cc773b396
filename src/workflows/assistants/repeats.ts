/**
 * When orders without an answer are repeated. Belongs here: how many at once and how long between, as a run
 * ends at 51,200 events. Does not: repeating them (`workflows/assistants/assistantEdits.ts`).
 */

export const FIRST_REPEAT_MS = 60_000;
export const LONGEST_PAUSE_MS = 480_000;

/** Orders that one activity repeats: they are signalled within one attempt. */
export const REPEATED_AT_ONCE = 100;

/**
 * The pause before this repeat (0: the first), in milliseconds: a minute, then twice as long each time, up
 * to 8 minutes.
 */
export const pauseBefore = (repeat: number): number => Math.min(FIRST_REPEAT_MS * 2 ** repeat, LONGEST_PAUSE_MS);
