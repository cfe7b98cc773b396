import type { Gateway, VapiAccount, VapiCredential, VapiPhoneNumber } from '../vapi/index.js';
import { covers } from '../plumbing/cidrs.js';
import type { Transport } from './sip.js';

/** The credential and gateway that an outbound call leaves Vapi by. */
export interface OutboundGateway {
  readonly credential: VapiCredential;
  readonly host: string;
  readonly port: number;
  readonly transport: Transport;
  readonly srtp: boolean;
}

/**
 * The outbound gateway of a number's calls: of its own credential or, where that has none, of another
 * credential of the organisation with the same user. Assumed: DIDWW's guide binds the number to a
 * credential that cannot send, and nothing references the one that can (docs/providers/vapi.md, Pitfalls).
 * `strictCredential` looks at the number's own alone.
 */
export function outboundGatewayOf(account: VapiAccount, number: VapiPhoneNumber): OutboundGateway | undefined {
  const own = account.credentials.get(number.credentialId ?? '');
  if (own === undefined) return undefined;
  const direct = outboundGateway(own);
  if (direct !== undefined || account.switches.strictCredential) return direct;
  const user = own.outboundAuthenticationPlan?.authUsername;
  const siblings = [...account.credentials.values()].filter(
    ({ outboundAuthenticationPlan: plan }) => user !== undefined && plan?.authUsername === user,
  );
  return siblings.map(outboundGateway).find((gateway) => gateway !== undefined);
}

/**
 * The gateways of a credential that may send calls to Vapi from this address; inbound counts as on unless
 * switched off.
 */
export function acceptsFrom(credential: VapiCredential, sourceIp: string): boolean {
  return credential.gateways.some(
    ({ ip, netmask = 32, inboundEnabled = true }) => inboundEnabled && covers([`${ip}/${String(netmask)}`], sourceIp),
  );
}

/** Hosts that a credential would send calls to. */
export function outboundGateways(gateways: readonly Gateway[]): readonly Gateway[] {
  return gateways.filter(({ outboundEnabled = true }) => outboundEnabled);
}

function outboundGateway(credential: VapiCredential): OutboundGateway | undefined {
  const [gateway] = outboundGateways(credential.gateways);
  if (gateway === undefined) return undefined;
  const { ip, port = 5060, outboundProtocol = 'udp' } = gateway;
  const srtp = outboundProtocol === 'tls/srtp';
  return { credential, host: ip, port, transport: outboundProtocol === 'tls/srtp' ? 'tls' : outboundProtocol, srtp };
}
