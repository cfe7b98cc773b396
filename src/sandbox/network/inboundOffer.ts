import type { Did, DidwwAccount, InboundTrunk } from '../didww/index.js';
import { type Refusal, refusal } from './sip.js';

/** What DIDWW does with a call to one of the account's numbers. */
export type InboundOffer =
  | {
      readonly kind: 'offered';
      /** In the order in which they are tried. */
      readonly trunks: readonly InboundTrunk[];
      readonly groupName: string;
      /** Channel counters that the call occupies besides the trunk's own. */
      readonly occupies: readonly string[];
    }
  | Refusal;

/**
 * Whether and over which trunks a call to a number goes out to the customer (docs/providers/didww.md, DIDs
 * and routing; Capacity and balance). 403 for an expired number, 402 for an empty balance and 480 for
 * exhausted channels are documented (Disconnect codes); the other codes are assumed.
 */
export function offerInbound(didww: DidwwAccount, did: Did, channelsInUse: (id: string) => number): InboundOffer {
  if (did.awaitingRegistration) return refusal(403, 'the number awaits registration');
  if (did.terminated) return refusal(404, 'the number is terminated');
  if (did.expiresAt !== null && Date.parse(did.expiresAt) <= didww.clock.now())
    return refusal(403, 'the number has expired');
  if (did.blocked) return refusal(403, 'the number is blocked');
  if (!didww.didGroupOf(did).features.includes('voice_in')) return refusal(404, 'the number takes no calls');
  if (didww.balance.balance + didww.balance.credit <= 0) return refusal(402, 'the balance is used up');
  if (channelsInUse(did.id) >= channelsOf(didww, did)) return refusal(480, 'all channels of the number are in use');
  return routed(didww, did, channelsInUse);
}

function routed(didww: DidwwAccount, did: Did, channelsInUse: (id: string) => number): InboundOffer {
  const group = didww.groups.get(did.voiceInTrunkGroupId ?? '');
  if (group !== undefined) {
    if (channelsInUse(group.id) >= (group.capacityLimit ?? Infinity))
      return refusal(480, 'all channels of the group are in use');
    const members = [...didww.inboundTrunks.values()].filter(({ groupId }) => groupId === group.id);
    const ordered = members.sort((a, b) => a.priority - b.priority || b.weight - a.weight);
    return { kind: 'offered', trunks: ordered, groupName: group.name, occupies: [did.id, group.id] };
  }
  const trunk = didww.inboundTrunks.get(did.voiceInTrunkId ?? '');
  if (trunk === undefined) return refusal(404, 'the number is not routed');
  return { kind: 'offered', trunks: [trunk], groupName: '', occupies: [did.id] };
}

/**
 * Simultaneous calls that a number can take: the sum of its sources, under its own cap
 * (docs/providers/didww.md, Capacity and balance).
 */
function channelsOf(didww: DidwwAccount, did: Did): number {
  const shared = didww.sharedCapacityGroups.get(did.sharedCapacityGroupId ?? '');
  const sharedChannels = (shared?.sharedChannelsCount ?? 0) + (shared?.meteredChannelsCount ?? 0);
  const own = did.channelsIncludedCount + did.dedicatedChannelsCount + sharedChannels;
  const total = didww.didGroupOf(did).isMetered ? Infinity : own;
  return Math.min(total, did.capacityLimit ?? Infinity);
}
