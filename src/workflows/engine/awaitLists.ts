import type { Patience } from '../../contract/attempts.js';
import { activities } from './activities.js';
import { failureOf } from './failure.js';

/**
 * Waits until lists show whatever was made by creates of which none was under way after `lostAt`, in
 * milliseconds since the epoch; undefined: each was answered. Does not throw: where the wait fails, the
 * warning is all there is to say.
 */
export async function listsCaughtUp(lostAt: number | undefined, patience: Patience): Promise<readonly string[]> {
  if (lostAt === undefined) return [];
  const lost = { agoMs: Date.now() - lostAt };
  try {
    await activities('wait until lists show what may have been made', patience).awaitLists(lost);
    return [];
  } catch (error) {
    const { message } = failureOf(error, 'lists');
    return [`An object whose creation was never answered may be left, as it could not be looked for: ${message}`];
  }
}
