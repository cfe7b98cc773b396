/**
 * Transports, codecs, ports and protocol ids of both providers. Belongs here: what docs/providers/*.md say
 * about them and what follows from it by computation alone. Does not: hosts and addresses (`addresses.ts`).
 */
import type { DidwwOutboundHost } from './addresses.js';

/**
 * Transports that a connection may use for signalling; the same one on both sides (docs/providers/vapi.md,
 * Pitfalls).
 */
export const SIP_TRANSPORTS = ['udp', 'tcp', 'tls'] as const;
export type SipTransport = (typeof SIP_TRANSPORTS)[number];

/**
 * Codecs of our inbound trunks in order of preference, by DIDWW's names (docs/providers/didww.md, Inbound
 * trunks).
 */
export const INBOUND_CODECS = ['pcmu', 'pcma', 'telephone_event'] as const;

/**
 * Codecs that carry speech between DIDWW and Vapi: one of them has to be offered (docs/providers/didww.md,
 * Contradictions).
 */
export const SPEECH_CODECS: readonly string[] = ['pcmu', 'pcma'];

/**
 * User part that makes DIDWW put the called number as E.164 with its plus into the request URI
 * (docs/providers/didww.md, Inbound trunks).
 */
export const INBOUND_USER_PART = '+{DID}';

/**
 * Signalling port on both sides: 5061 for TLS, else 5060 (docs/providers/vapi.md, Regions and addresses).
 */
export function portFor(transport: SipTransport): 5060 | 5061 {
  return transport === 'tls' ? 5061 : 5060;
}

/**
 * `outboundProtocol` of a Vapi gateway. TLS means signalling only: media stays unencrypted, as on the
 * trunks (docs/providers/vapi.md, Credentials).
 */
export function vapiProtocol(transport: SipTransport): SipTransport {
  return transport;
}

/**
 * SIP URI that a transfer's REFER names: the person's number at DIDWW's outbound endpoint
 * (docs/providers/didww.md, Transfers (REFER)).
 */
export function transferUri(destination: string, outboundHost: DidwwOutboundHost): string {
  return `sip:${destination}@${outboundHost}`;
}
