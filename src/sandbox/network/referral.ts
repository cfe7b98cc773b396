import type { DidwwAccount, InboundTrunk } from '../didww/index.js';
import { isDidwwOutbound, referSource } from './addresses.js';
import { type OutboundAdmission, admitOutbound } from './outboundAdmission.js';
import { refusal, standardPort } from './sip.js';

/** A REFER that Vapi sends within a call that came in over a trunk. */
export interface Referral {
  readonly inboundTrunk: InboundTrunk;
  readonly referTo: string;
  /** The pair by which the platform answers DIDWW's challenge. */
  readonly answers: { readonly username: string | undefined; readonly password: string | undefined };
  /** DIDWW's address in that call. */
  readonly signallingIp: string;
  /** Caller id that the new leg shows. */
  readonly caller: string;
  /** Transfers already made in that call. */
  readonly transfers: number;
}

/**
 * A new leg over an outbound trunk, or why there is none. With `trunk` the refusal stands in the call
 * records.
 */
export type ReferralDecision = OutboundAdmission;

const REFER_TO =
  /^<?sips?:(?<user>[^@;>]+)@(?<host>[^:;>]+)(?::(?<port>\d+))?(?:;[^>]*?transport=(?<transport>udp|tcp|tls))?/i;

/**
 * Whether DIDWW turns a REFER into a new outbound call: all five conditions of docs/providers/didww.md,
 * Transfers (REFER), then everything that holds for an outbound call. Codes of the refusals are assumed.
 */
export function admitReferral(
  didww: DidwwAccount,
  referral: Referral,
  channelsInUse: (trunkId: string) => number,
): ReferralDecision {
  const { configuration } = referral.inboundTrunk;
  if (configuration.type !== 'sip_configurations') return refusal(403, 'only SIP trunks take a REFER');
  if (referral.transfers >= configuration.maxTransfers)
    return refusal(403, 'the inbound trunk allows no further transfer');
  // DIDWW challenges the REFER (docs/providers/vapi.md, Transfers): what answers has to be the trunk's own
  // pair. The code is assumed.
  const { answers } = referral;
  const isAnswered = answers.username === configuration.authUser && answers.password === configuration.authPassword;
  if (configuration.authEnabled && !isAnswered) return refusal(407, 'the REFER was challenged and not answered');
  const target = REFER_TO.exec(referral.referTo)?.groups;
  const user = target?.['user'];
  const host = target?.['host'];
  if (user === undefined || host === undefined || !/^\+?\d+$/.test(user))
    return refusal(404, 'Refer-To names no number');
  if (!isDidwwOutbound(host)) return refusal(404, `Refer-To names ${host}, which is not an outbound endpoint of DIDWW`);
  const transport = (target?.['transport']?.toLowerCase() ?? 'udp') as 'udp' | 'tcp' | 'tls';
  const authenticated = configuration.authEnabled;
  return admitOutbound(
    didww,
    {
      host,
      port: Number(target?.['port'] ?? standardPort(transport)),
      transport,
      srtp: undefined,
      sourceIp: referSource(referral.signallingIp, configuration.networkProtocolPriority),
      username: authenticated ? (configuration.authUser ?? undefined) : undefined,
      password: authenticated ? (configuration.authPassword ?? undefined) : undefined,
      caller: referral.caller,
      called: user,
    },
    channelsInUse,
  );
}
