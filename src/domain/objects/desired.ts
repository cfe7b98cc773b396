/**
 * What a request wants of each shared object of its connection, in the words of the activities that make
 * them. Belongs here: choosing members of the request. Does not: what a provider is sent (`activities`).
 */
import type {
  DesiredCredential,
  DesiredInboundTrunk,
  DesiredOutboundTrunk,
  PreviousRouting,
  DesiredTransferTool,
} from '../../contract/objects.js';
import type { CredentialRole } from '../../contract/marks.js';
import type { Request, Transfer } from '../../contract/request.js';

/**
 * The DIDWW outbound trunk of a request; these DIDs are the caller ids that it lets pass. Its limits, a daily
 * spend and a number of channels, are those of the request or its defaults (`contract/requestShape.ts`): none
 * is made without.
 */
export function desiredOutboundTrunk(request: Request, callerDidIds: readonly string[]): DesiredOutboundTrunk {
  const { connection, region, limits } = request;
  const { allowedIps, callerIds } = request.sip;
  return { connection, region, sip: { allowedIps, callerIds }, limits, callerDidIds };
}

/** What an inbound trunk needs to know of the other objects. */
export interface InboundTrunkSurroundings {
  /** The trunk whose SIP credentials it authenticates with. */
  readonly outboundTrunkId: string;
  /** The inbound credential; its own host is called only where `sip.ingress` is `credential`. */
  readonly ingressCredentialId?: string;
  readonly previousRoutings: readonly PreviousRouting[];
  readonly unrouted: readonly string[];
}

/** The DIDWW inbound trunk of a request. */
export function desiredInboundTrunk(request: Request, around: InboundTrunkSurroundings): DesiredInboundTrunk {
  const { connection, region } = request;
  const { transport, networkProtocol, maxTransfers, ingress } = request.sip;
  const { outboundTrunkId, ingressCredentialId, previousRoutings, unrouted } = around;
  return {
    connection,
    region,
    sip: { transport, networkProtocol, maxTransfers },
    outboundTrunkId,
    ...(ingress === 'credential' && ingressCredentialId !== undefined ? { ingressCredentialId } : {}),
    previousRoutings,
    unrouted,
  };
}

/** A Vapi credential of a request. */
export function desiredCredential(request: Request, role: CredentialRole, outboundTrunkId: string): DesiredCredential {
  const { connection, region } = request;
  const { transport, outboundHost } = request.sip;
  return { connection, region, role, sip: { transport, outboundHost }, outboundTrunkId };
}

/** The Vapi tool for this transfer of a request. */
export function desiredTransferTool(request: Request, transfer: Transfer): DesiredTransferTool {
  const { connection, region } = request;
  return { connection, region, transfer, outboundHost: request.sip.outboundHost };
}

type TrunkLayout = Request['sip']['trunkLayout'];

/** The Vapi credentials that a request's layout has. */
export const credentialRoles = ({ sip }: Pick<Request, 'sip'>): readonly CredentialRole[] =>
  sip.trunkLayout === 'combined' ? ['both'] : ['out', 'in'];

/** The credential of a layout that imported numbers are bound to. */
export const inboundRole = (layout: TrunkLayout): 'in' | 'both' => (layout === 'combined' ? 'both' : 'in');

/** The credential of a layout that calls leave Vapi through. */
export const outboundRole = (layout: TrunkLayout): 'out' | 'both' => (layout === 'combined' ? 'both' : 'out');
