/**
 * Regions, hosts and signalling addresses of both providers, and the allow-list that they make. Belongs
 * here: what docs/providers/*.md say about addresses. Does not: anything that reads the network (this file
 * is bundled into workflows).
 */
import { normaliseCidr } from './cidr.js';

/**
 * Regions of a Vapi organisation. Keys, ids and hosts of one do not exist in the other
 * (docs/providers/vapi.md, Regions and addresses).
 */
export const REGIONS = ['us', 'eu'] as const;
export type Region = (typeof REGIONS)[number];

/** What one Vapi region is reached by. */
export interface VapiRegion {
  /** Base URL of the HTTP API, no trailing slash. */
  readonly apiUrl: string;
  /** Host that carriers send calls to, shared by all organisations of the region. */
  readonly sipHost: string;
  /** CIDR of every address that Vapi's signalling may come from; a carrier has to allow all of them. */
  readonly signallingIps: readonly string[];
}

/**
 * Vapi's hosts and signalling addresses by region (docs/providers/vapi.md, Regions and addresses; for the
 * EU address also Contradictions).
 */
export const VAPI = {
  us: {
    apiUrl: 'https://api.vapi.ai',
    sipHost: 'sip.vapi.ai',
    signallingIps: ['44.229.228.186/32', '44.238.177.138/32'],
  },
  eu: {
    apiUrl: 'https://api.eu.vapi.ai',
    sipHost: 'sip.eu.vapi.ai',
    signallingIps: ['63.182.83.170/32'],
  },
} as const satisfies Record<Region, VapiRegion>;

/**
 * IPv4 addresses, without prefix length, that DIDWW's calls to a SIP host come from: New York, Frankfurt,
 * Los Angeles, Miami, Singapore, Hong Kong, Amsterdam (docs/providers/didww.md, Signalling addresses). A
 * transfer by REFER comes from them too.
 */
export const DIDWW_SIGNALLING_IPS = [
  '46.19.209.14',
  '46.19.210.14',
  '46.19.212.14',
  '46.19.213.14',
  '46.19.214.14',
  '46.19.215.14',
  '185.238.173.14',
] as const;

/**
 * Hosts that take calls for DIDWW's outbound trunks; any trunk works at any of them
 * (docs/providers/didww.md, Signalling addresses).
 */
export const DIDWW_OUTBOUND_HOSTS = [
  'nyc.us.out.didww.com',
  'lac.us.out.didww.com',
  'mia.us.out.didww.com',
  'fra.eu.out.didww.com',
  'ams.eu.out.didww.com',
  'sg.out.didww.com',
  'hk.out.didww.com',
] as const;
export type DidwwOutboundHost = (typeof DIDWW_OUTBOUND_HOSTS)[number];

/**
 * IPv4 address behind each outbound host, for display and for the sandbox's network
 * (docs/providers/didww.md, Signalling addresses).
 */
export const DIDWW_OUTBOUND_IPS = {
  'nyc.us.out.didww.com': '46.19.209.44',
  'lac.us.out.didww.com': '46.19.212.54',
  'mia.us.out.didww.com': '46.19.213.54',
  'fra.eu.out.didww.com': '46.19.210.19',
  'ams.eu.out.didww.com': '185.238.173.44',
  'sg.out.didww.com': '46.19.214.54',
  'hk.out.didww.com': '46.19.215.44',
} as const satisfies Record<DidwwOutboundHost, string>;

/** When each provider's addresses above were read, and the page to compare them with. */
export const ADDRESSES_READ = {
  DIDWW: { on: '2026-09-16', page: 'https://doc.didww.com/voice.json' },
  Vapi: { on: '2026-08-20', page: 'https://docs.vapi.ai/advanced/sip/sip-networking' },
} as const;

/** Older than this, addresses are compared by a person before they are relied upon. */
const ADDRESSES_GOOD_FOR_DAYS = 90;
const DAY_MS = 86_400_000;

/** Which of the built-in addresses are old at this time, in milliseconds since the epoch. */
export const addressWarnings = (now: number): readonly string[] =>
  Object.entries(ADDRESSES_READ)
    .filter(([, { on }]) => now - Date.parse(on) > ADDRESSES_GOOD_FOR_DAYS * DAY_MS)
    .map(
      ([provider, { on, page }]) =>
        `Patchbay's addresses of ${provider} were read on ${on}, more than ${String(ADDRESSES_GOOD_FOR_DAYS)} days ago: compare them with ${page}.`,
    );

/**
 * Host that DIDWW sends calls to: the region's shared one, or the one of a single Vapi credential
 * (docs/providers/vapi.md, Regions and addresses).
 */
export function ingressHost(region: Region, credentialId?: string): string {
  const { sipHost } = VAPI[region];
  return credentialId === undefined ? sipHost : `${credentialId}.${sipHost}`;
}

/**
 * Allow-list of a connection's outbound trunk: Vapi's addresses of the region, DIDWW's own seven (a REFER's
 * new leg comes from them: docs/providers/didww.md, Transfers (REFER)), then `extra`. Normalised, without
 * duplicates, always in this order.
 */
export function allowedSipIps(region: Region, extra: readonly string[]): string[] {
  const all: readonly string[] = [...VAPI[region].signallingIps, ...DIDWW_SIGNALLING_IPS, ...extra];
  return [...new Set(all.map(normaliseCidr))];
}
