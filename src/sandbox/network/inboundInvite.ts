import type { InboundTrunk, SipConfiguration } from '../didww/index.js';
import { type Ingress, ingressOf } from './addresses.js';
import { type Refusal, type Transport, refusal, standardPort } from './sip.js';

/** The INVITE by which a call leaves DIDWW for a customer's host. */
export interface InboundInvite {
  readonly kind: 'invite';
  readonly ingress: Exclude<Ingress, { kind: 'dead' }>;
  readonly host: string;
  /** User part of the request URI. */
  readonly user: string;
  readonly requestUri: string;
  readonly sourceIp: string;
  /** Digits of the caller, with the trunk's prefix. */
  readonly caller: string;
}

const TRANSPORTS: Readonly<Record<number, Transport>> = { 1: 'udp', 2: 'tcp', 3: 'tls' };
const PCMU = 9;
const PCMA = 10;

/**
 * The INVITE that a SIP trunk sends, or why it reaches nobody (docs/providers/didww.md, Inbound trunks).
 * 408 for a host that does not answer is documented (Disconnect codes); the other codes are assumed.
 */
export function inviteOver(
  trunk: InboundTrunk,
  configuration: SipConfiguration,
  call: { readonly caller: string; readonly called: string; readonly sourceIp: string },
): InboundInvite | Refusal {
  const { host, username } = configuration;
  if (configuration.enabledSipRegistration) return refusal(480, 'nobody has registered to the trunk');
  if (host === null) return refusal(404, 'the trunk has no host');
  const ingress = resolvedIngress(host, configuration.resolveRuri);
  if (ingress.kind === 'dead') return refusal(408, `${host} takes no SIP calls`);
  const refused = ingress.kind === 'vapi' ? unacceptable(configuration) : undefined;
  if (refused !== undefined) return refused;
  const user = (username ?? '').replaceAll('{DID}', call.called).replaceAll('{CALL_CPC}', '');
  return {
    kind: 'invite',
    ingress,
    host,
    user,
    requestUri: `sip:${user === '' ? '' : `${user}@`}${host}`,
    sourceIp: call.sourceIp,
    caller: `${trunk.cliPrefix ?? ''}${call.caller}`,
  };
}

/**
 * With `resolve_ruri` the host's name is lost, so a credential's own host works like the shared one
 * (assumed).
 */
function resolvedIngress(host: string, resolveRuri: boolean): Ingress {
  const ingress = ingressOf(host);
  return resolveRuri && ingress.kind === 'vapi' ? { ...ingress, credentialId: null } : ingress;
}

/** What Vapi's SBC does not take, whoever calls. */
function unacceptable(configuration: SipConfiguration): Refusal | undefined {
  const { port, transportProtocolId, networkProtocolPriority, mediaEncryptionMode, codecIds } = configuration;
  const transport = TRANSPORTS[transportProtocolId] ?? 'udp';
  if (port !== null && port !== standardPort(transport)) {
    return refusal(408, `nothing listens for ${transport} on port ${String(port)}`);
  }
  if (networkProtocolPriority === 'force_ipv6') return refusal(408, "Vapi's host has no IPv6 address");
  if (mediaEncryptionMode !== 'disabled') return refusal(488, 'Vapi does not take encrypted media from a plain trunk');
  if (!codecIds.includes(PCMU) && !codecIds.includes(PCMA)) return refusal(488, 'no codec in common');
  return undefined;
}
