import type { MarkedTarget, Patience } from '../domain/contract.js';
import type { ListedObjects } from '../domain/discovery.js';
import { activities } from './call.js';
import { failureOf } from './failure.js';

/**
 * Waits until both accounts' lists show these objects, which this run knows to be there: an object whose
 * create was never answered shows no sooner. Does not throw: where the lists do not catch up, the warning
 * is all there is to say.
 */
export async function listsCaughtUp(
  target: MarkedTarget,
  known: ListedObjects,
  patience: Patience,
): Promise<readonly string[]> {
  try {
    await activities('wait until lists show what was made', patience).awaitLists({ ...target, known }, patience);
    return [];
  } catch (error) {
    const { message } = failureOf(error, 'lists');
    return [`An object whose creation was never answered may be left, as it could not be looked for: ${message}`];
  }
}
