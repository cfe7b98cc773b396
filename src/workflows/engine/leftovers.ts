import { proxyLocalActivities } from '@temporalio/workflow';
import type { Activities } from '../../activities/index.js';
import { leftoverOf, shellAccess } from '../../domain/objects/removal.js';
import type { RemainingObject } from '../../contract/remaining.js';
import type { Leftover } from '../../contract/result.js';
import type { Region } from '../../domain/sip/addresses.js';
import { ATTEMPT } from './activities.js';

/**
 * What remains as people are told of it, each with a command that removes it. How a shell is let in is
 * asked outside of the run, at its very end, as it depends on the account as it is then: by a local
 * activity, which costs a run no round trip. Its answer is small however much remains.
 */
export async function describeLeftovers(
  region: Region,
  remaining: readonly RemainingObject[],
): Promise<readonly Leftover[]> {
  if (remaining.length === 0) return [];
  const { describeShellAccess } = proxyLocalActivities<Activities>({ startToCloseTimeout: ATTEMPT });
  const { didww, vapi } = await describeShellAccess(region);
  const access = { didww: shellAccess(didww), vapi: shellAccess(vapi) };
  return remaining.map((object) => leftoverOf(object, access));
}
