import { leftoverOf, shellAccess } from '../../domain/objects/removal.js';
import type { RemainingObject } from '../../contract/remaining.js';
import type { Leftover } from '../../contract/result.js';
import type { Region } from '../../domain/sip/addresses.js';
import { activities, DEFAULT_RUN_PATIENCE } from './activities.js';

/**
 * What remains as people are told of it, each with a command that removes it. How a shell is let in is
 * asked at the very end, as it depends on the account as it is then. The answer is small however much
 * remains.
 */
export async function describeLeftovers(
  region: Region,
  remaining: readonly RemainingObject[],
): Promise<readonly Leftover[]> {
  if (remaining.length === 0) return [];
  const ask = activities('say how to remove what is left', DEFAULT_RUN_PATIENCE.rollback);
  const { didww, vapi } = await ask.describeShellAccess(region);
  const access = { didww: shellAccess(didww), vapi: shellAccess(vapi) };
  return remaining.map((object) => leftoverOf(object, access));
}
