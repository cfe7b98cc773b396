import type { TransferDestination } from '../vapi/index.js';
import { outboundGatewayOf } from './gateways.js';
import { type OutboundAdmission, admitOutbound } from './outboundAdmission.js';
import type { InboundOrigin } from './party.js';
import type { CallRow } from './callRow.js';
import { admitReferral, type Referral } from './referral.js';
import { digitsOf } from './sip.js';
import type { World } from './world.js';

/** A transfer as the carrier is asked for it. All numbers are digits. */
export interface TransferOrder {
  /** The caller id that the new leg carries. */
  readonly caller: string;
  readonly called: string;
  /** The carrier's answer; undefined where nobody is asked for a new leg. */
  readonly admission: OutboundAdmission | undefined;
}

/**
 * Asks for the new leg the way the destination's `sipVerb` says: REFER unless told otherwise
 * (docs/providers/vapi.md, Tools).
 */
export function orderTransfer(
  world: World,
  row: CallRow,
  origin: InboundOrigin | undefined,
  destination: TransferDestination,
): TransferOrder {
  const called = digitsOf(userOf(destination));
  if (destination.transferPlan?.sipVerb === 'dial') return { ...dialled(world, row, destination), called };
  const caller =
    world.switches.referCallerId === 'did' ? (origin?.did ?? '') : digitsOf(row.call.customer.number ?? '');
  // `bye` only hangs up, and outside of a call that came in over a trunk DIDWW is not asked
  // (docs/providers/didww.md, Transfers (REFER)).
  if (destination.transferPlan?.sipVerb === 'bye' || origin === undefined)
    return { caller, called, admission: undefined };
  const admission = admitReferral(
    world.didww,
    {
      inboundTrunk: origin.trunk,
      answers: pairOf(row),
      referTo: destination.sipUri ?? `sip:${destination.number ?? ''}@${gatewayOf(row)?.host ?? ''}`,
      signallingIp: origin.signallingIp,
      caller,
      transfers: 0,
    },
    (id) => world.channels.inUse(id),
  );
  return { caller, called, admission };
}

/**
 * `dial`: Vapi places the second leg itself, through the trunk of the number (docs/providers/vapi.md,
 * Tools).
 */
function dialled(world: World, row: CallRow, destination: TransferDestination): Omit<TransferOrder, 'called'> {
  const caller = digitsOf(row.account.phoneNumbers.get(row.call.phoneNumberId)?.number ?? '');
  const gateway = gatewayOf(row);
  if (gateway === undefined) return { caller, admission: undefined };
  const { credential, host, port, transport, srtp } = gateway;
  const plan = credential.outboundAuthenticationPlan;
  const admission = admitOutbound(
    world.didww,
    {
      host,
      port,
      transport,
      srtp,
      sourceIp: world.vapiSource(row.account),
      username: plan?.authUsername,
      password: plan?.authPassword,
      caller,
      called: userOf(destination),
    },
    (id) => world.channels.inUse(id),
  );
  return { caller, admission };
}

/**
 * The pair by which Vapi answers the challenge of a REFER: that of the number's own credential
 * (docs/providers/vapi.md, Transfers).
 */
function pairOf({ account, call }: CallRow): Referral['answers'] {
  const credentialId = account.phoneNumbers.get(call.phoneNumberId)?.credentialId ?? '';
  const plan = account.credentials.get(credentialId)?.outboundAuthenticationPlan;
  return { username: plan?.authUsername, password: plan?.authPassword };
}

function gatewayOf({ account, call }: CallRow): ReturnType<typeof outboundGatewayOf> {
  const number = account.phoneNumbers.get(call.phoneNumberId);
  return number === undefined ? undefined : outboundGatewayOf(account, number);
}

/** The number that a destination names. */
function userOf({ sipUri, number }: TransferDestination): string {
  return number ?? /^<?sips?:([^@;>]*)/i.exec(sipUri ?? '')?.[1] ?? '';
}
