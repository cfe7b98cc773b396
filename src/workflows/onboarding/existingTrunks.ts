/** What an extension changes of trunks that were there before. */
import type { Inventory } from '../../contract/inventory.js';
import { remainingObject } from '../../domain/objects/removal.js';
import { stepNames } from '../../contract/stepNames.js';
import { activities } from '../engine/activities.js';
import { takenOver, unrouted } from './importNumbers.js';
import type { Onboarding } from './onboarding.js';

/** Lets the new numbers be shown as caller ids of a trunk that was there before. */
export async function callerIds(
  { board, patience, saga }: Onboarding,
  { outboundTrunk: trunk, numbers }: Inventory,
): Promise<void> {
  if (trunk === undefined) return;
  const didIds = numbers.map(({ didId }) => didId).filter((id) => !trunk.callerDidIds.includes(id));
  if (didIds.length === 0) {
    board.set(stepNames.callerIds, 'kept');
    return;
  }
  const change = { outboundTrunkId: trunk.id, didIds };
  await saga.step({
    name: stepNames.callerIds,
    run: () => activities('allow the new numbers as caller ids', patience.step).addCallerIds(change),
    undo: {
      run: () => activities('take the new caller ids back', patience.rollback).removeCallerIds(change),
      leftovers: (why) => [remainingObject('outbound-trunk', trunk.id, why, { callerDidIds: trunk.callerDidIds })],
    },
  });
}

/**
 * Writes down where numbers that are taken over were routed, in a trunk that was there before, and strikes
 * out what it remembers of those that somebody has routed nowhere since; a new trunk is created with it.
 */
export async function previousRoutings({ patience, saga }: Onboarding, inventory: Inventory): Promise<void> {
  const { inboundTrunk: trunk } = inventory;
  const routings = takenOver(inventory);
  const nowhere = unrouted(inventory);
  const outdated = trunk?.previousRoutings.filter(({ number }) => nowhere.includes(number)) ?? [];
  if (trunk === undefined || routings.length + outdated.length === 0) return;
  const before = trunk.previousRoutings.filter(({ number }) => routings.some((routing) => routing.number === number));
  const change = { inboundTrunkId: trunk.id, routings, outdated, before };
  await saga.step({
    name: stepNames.previousRoutings,
    run: () => activities('write down the previous routings', patience.step).recordPreviousRoutings(change),
    undo: {
      run: () => activities('strike out the previous routings', patience.rollback).forgetPreviousRoutings(change),
      // Only words in a description: where a number could not be undone they are still needed, and else
      // they do no harm.
      leftovers: () => [],
    },
  });
}
