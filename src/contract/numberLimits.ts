/** How many numbers one run can do (docs/architecture.md, How many). */

/** Numbers of one request. */
export const MOST_NUMBERS_OF_REQUEST = 1_000;

/**
 * Numbers that one connection may carry, as extensions make it. Taking it away, or testing it, is one run,
 * with eleven or twelve of the 51,200 events that Temporal allows for each number.
 */
export const MOST_NUMBERS_OF_CONNECTION = 3_000;
