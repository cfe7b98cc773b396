import {
  type Region,
  DIDWW_OUTBOUND_HOSTS,
  DIDWW_OUTBOUND_IPS,
  DIDWW_SIGNALLING_IPS,
  REGIONS,
  VAPI,
} from '../../domain/sip/addresses.js';
import type { NetworkProtocolPriority } from '../didww/index.js';

/**
 * Whether calls sent to this host or address reach DIDWW's outbound network (docs/providers/didww.md,
 * Signalling addresses).
 */
export function isDidwwOutbound(host: string): boolean {
  const name = host.toLowerCase();
  return (
    DIDWW_OUTBOUND_HOSTS.some((known) => known === name) || Object.values<string>(DIDWW_OUTBOUND_IPS).includes(name)
  );
}

/** Where a host leads that an inbound trunk names. */
export type Ingress =
  | { readonly kind: 'vapi'; readonly region: Region; readonly credentialId: string | null }
  /** A name of Vapi's that takes no SIP calls, for example the web's. */
  | { readonly kind: 'dead' }
  | { readonly kind: 'elsewhere' };

/**
 * Tells Vapi's shared host, the host of one credential, and everything else apart (docs/providers/vapi.md,
 * Regions and addresses).
 */
export function ingressOf(host: string): Ingress {
  const name = host.toLowerCase();
  for (const region of REGIONS) {
    const { sipHost } = VAPI[region];
    if (name === sipHost) return { kind: 'vapi', region, credentialId: null };
    if (name.endsWith(`.${sipHost}`)) {
      return { kind: 'vapi', region, credentialId: name.slice(0, -sipHost.length - 1) };
    }
  }
  return name === 'vapi.ai' || name.endsWith('.vapi.ai') ? { kind: 'dead' } : { kind: 'elsewhere' };
}

/** The addresses Vapi's signalling may come from, without prefix lengths. */
export function vapiSources(region: Region): readonly string[] {
  return VAPI[region].signallingIps.map((cidr) => cidr.replace(/\/32$/, ''));
}

/**
 * IPv6 counterparts of DIDWW's seven signalling addresses, in the same order (docs/providers/didww.md,
 * Signalling addresses).
 */
const DIDWW_SIGNALLING_IPV6 = [1, 2, 4, 5, 6, 7, 8].map((site) => `2a01:ad00:${String(site)}:14::14`);

/** Sites of the seven, as points of presence name them. */
const SITES: readonly RegExp[] = [/NY/, /FRA/, /LA|Los Angeles/, /MIA/i, /SG|SIN/, /HK/, /NL|AMS/];

/** The address a call comes from that leaves DIDWW at a site, 0 to 6. */
export function didwwSource(site: number): string {
  return DIDWW_SIGNALLING_IPS[site % DIDWW_SIGNALLING_IPS.length] ?? DIDWW_SIGNALLING_IPS[0];
}

/** The site of a point of presence; undefined where its name says none. */
export function siteOf(popName: string): number | undefined {
  const site = SITES.findIndex((pattern) => pattern.test(popName));
  return site < 0 ? undefined : site;
}

/**
 * The address that a REFER's new leg comes from: the IP version follows the inbound trunk
 * (docs/providers/didww.md, Transfers (REFER)). That `any` and the IPv6 settings mean IPv6 there, because
 * the outbound endpoint has both, is assumed.
 */
export function referSource(signallingIp: string, priority: NetworkProtocolPriority): string {
  if (priority === 'force_ipv4' || priority === 'prefer_ipv4') return signallingIp;
  const site = DIDWW_SIGNALLING_IPS.findIndex((address) => address === signallingIp);
  return DIDWW_SIGNALLING_IPV6[Math.max(site, 0)] ?? signallingIp;
}
