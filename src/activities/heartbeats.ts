import { heartbeat, sleep } from '@temporalio/activity';

/**
 * How long the worker holds heartbeats back, milliseconds: so late a cancellation reaches an activity, and what an attempt notes reaches Temporal.
 * Temporal's own measure is 0.8 of the heartbeat time-out, which is 4 to 8 s of ours.
 */
export const HEARTBEAT_HELD_BACK_MS = 1_000;
/** For the way of a heartbeat to the service. */
const ON_ITS_WAY_MS = 500;

/** Heartbeats, with what the next attempt has to know, until the function returned is called. `memory` may change meanwhile. */
export function keepBeating(memory?: unknown): () => void {
  const beat = setInterval(() => {
    heartbeat(memory);
  }, HEARTBEAT_HELD_BACK_MS);
  return () => {
    clearInterval(beat);
  };
}

/** Notes it and gives it time to reach Temporal, before something is done that the next attempt has to know of should the worker die right after. */
export async function noteFirst(memory: unknown): Promise<void> {
  heartbeat(memory);
  await sleep(HEARTBEAT_HELD_BACK_MS + ON_ITS_WAY_MS);
}
