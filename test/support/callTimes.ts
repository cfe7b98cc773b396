/** How long workers of tests give test calls: calls of the sandbox are over within a second. */
import { CALL_TIMES, type CallTimes } from '../../src/domain/calls/times.js';

/** A quarter of what production gives. */
const SCALE = 1 / 4;
/** No longer time becomes shorter than this: two loaded cores can take their time over one look. */
const SHORTEST_MS = 1_000;

/** In production's order, so that the same one comes first. Phases of a call have to be much shorter. */
export const SHORT_CALL_TIMES = Object.fromEntries(
  Object.entries(CALL_TIMES).map(([name, ms]) => [name, Math.min(ms, Math.max(ms * SCALE, SHORTEST_MS))]),
) as unknown as CallTimes;
