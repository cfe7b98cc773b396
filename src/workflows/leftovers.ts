import { proxyLocalActivities } from '@temporalio/workflow';
import type { Activities } from '../activities/index.js';
import type { RemainingObject } from '../domain/removal.js';
import type { Leftover } from '../domain/result.js';
import type { Region } from '../domain/sip.js';
import { ATTEMPT } from './call.js';

/**
 * What remains as people are told of it, each with a command that removes it. The commands are worded
 * outside of the run, at its very end: their form depends on the account as it is then. A local activity:
 * it costs a run no round trip.
 */
export async function describeLeftovers(
  region: Region,
  remaining: readonly RemainingObject[],
): Promise<readonly Leftover[]> {
  if (remaining.length === 0) return [];
  return proxyLocalActivities<Activities>({ startToCloseTimeout: ATTEMPT }).describeLeftovers({ region, remaining });
}
