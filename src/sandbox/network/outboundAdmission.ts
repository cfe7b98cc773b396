import type { DidwwAccount, OutboundTrunk } from '../didww/index.js';
import { covers } from '../plumbing/cidrs.js';
import { isDidwwOutbound } from './addresses.js';
import { callerIdFor } from './callerId.js';
import { type Refusal, type Transport, digitsOf, refusal, standardPort } from './sip.js';

/** A call that somebody wants to place through an outbound trunk. */
export interface OutboundInvite {
  readonly host: string;
  readonly port: number;
  readonly transport: Transport;
  /** Encrypted media. Undefined for a leg that DIDWW itself places. */
  readonly srtp: boolean | undefined;
  readonly sourceIp: string;
  readonly username: string | undefined;
  readonly password: string | undefined;
  /** As sent in From and in the request URI, with or without `+`. */
  readonly caller: string;
  readonly called: string;
}

export type OutboundAdmission =
  | { readonly kind: 'admitted'; readonly trunk: OutboundTrunk; readonly cli: string; readonly called: string }
  | (Refusal & {
      /** Known once the caller is; without it the account has no record of the call. */
      readonly trunk?: OutboundTrunk;
    });

/**
 * Whether DIDWW takes an outbound call: address, digest, allow-list, trunk, balance, destination, channels,
 * caller id, in this order (docs/providers/didww.md, Outbound trunks and Caller id). Codes are assumed
 * except where a line says otherwise.
 */
export function admitOutbound(
  didww: DidwwAccount,
  invite: OutboundInvite,
  channelsInUse: (trunkId: string) => number,
): OutboundAdmission {
  // A host that is not DIDWW's, or a port without a listener, answers nothing: 408 (docs/providers/vapi.md,
  // Ended reasons).
  if (!isDidwwOutbound(invite.host)) return refusal(408, `${invite.host} is not an outbound endpoint of DIDWW`);
  if (invite.port !== standardPort(invite.transport)) {
    return refusal(408, `nothing listens for ${invite.transport} on port ${String(invite.port)}`);
  }
  const trunk = authenticated(didww, invite);
  if (trunk === undefined) return refusal(407, 'no outbound trunk has this user and password');
  const refused = trunkRefusal(didww, trunk, invite, channelsInUse);
  if (refused !== undefined) return { ...refused, trunk };
  const called = dialled(trunk, invite.called);
  if (called === undefined) return { ...refusal(404, 'the tech prefix is missing'), trunk };
  if (!destinationAllowed(trunk, called)) return { ...refusal(403, `destination ${called} is not allowed`), trunk };
  const cli = callerIdFor(didww, trunk, digitsOf(invite.caller));
  if (cli === undefined) {
    return { ...refusal(didww.switches.cliMismatchCode, `caller id ${invite.caller} is not allowed`), trunk };
  }
  return { kind: 'admitted', trunk, cli, called };
}

/** 407 for a wrong user or password is documented (docs/providers/vapi.md, Ended reasons). */
function authenticated(didww: DidwwAccount, { username, password }: OutboundInvite): OutboundTrunk | undefined {
  if (username === undefined) return undefined;
  const trunk = didww.outboundTrunkByUsername(username);
  const method = trunk?.authenticationMethod;
  return method?.type === 'credentials_and_ip' && method.password === password ? trunk : undefined;
}

function trunkRefusal(
  didww: DidwwAccount,
  trunk: OutboundTrunk,
  invite: OutboundInvite,
  channelsInUse: (trunkId: string) => number,
): Refusal | undefined {
  const method = trunk.authenticationMethod;
  const allowed = method.type === 'twilio' ? [] : method.allowedSipIps;
  // 403 for the allow-list is documented (docs/providers/vapi.md, Ended reasons).
  if (!covers(allowed, invite.sourceIp)) return refusal(403, `${invite.sourceIp} is not on the allow-list`);
  if (!didww.switches.outboundEnabled) return refusal(403, 'outbound calling is not enabled for the account');
  if (trunk.status === 'blocked') return refusal(403, 'the trunk is blocked');
  if (trunk.thresholdReached) return refusal(403, 'the daily spend limit is reached');
  const encrypted = trunk.mediaEncryptionMode !== 'disabled';
  if (invite.srtp !== undefined && invite.srtp !== encrypted) return refusal(488, 'media encryption differs');
  // 402 for an empty balance is documented for inbound call logs (docs/providers/didww.md, Disconnect
  // codes).
  if (didww.balance.balance + didww.balance.credit <= 0) return refusal(402, 'the balance is used up');
  // 503 for a carrier's capacity is documented (docs/providers/vapi.md, Ended reasons).
  if (trunk.capacityLimit !== null && channelsInUse(trunk.id) >= trunk.capacityLimit) {
    return refusal(503, 'all channels of the trunk are in use');
  }
  return undefined;
}

/**
 * The number behind the tech prefix, which has to be dialled where the trunk has one
 * (docs/providers/didww.md, Outbound trunks).
 */
function dialled(trunk: OutboundTrunk, called: string): string | undefined {
  const digits = digitsOf(called);
  const prefix = trunk.authenticationMethod.type === 'twilio' ? null : trunk.authenticationMethod.techPrefix;
  if (prefix === null) return digits;
  return digits.startsWith(prefix) ? digitsOf(digits.slice(prefix.length)) : undefined;
}

/** `dst_prefixes` invert the default action (docs/providers/didww.md, Outbound trunks). */
function destinationAllowed(trunk: OutboundTrunk, called: string): boolean {
  const listed = trunk.dstPrefixes.some((prefix) => called.startsWith(prefix));
  return (trunk.defaultDstAction === 'allow_all') !== listed;
}
