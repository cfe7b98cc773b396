import { BlockList, isIPv4 } from 'node:net';

/** A proxy that the environment names for connections to Temporal. */
export interface Proxy {
  readonly variable: string;
  /** Without user name and password. Absent where the variable holds no URL. */
  readonly address?: string;
}

/**
 * As Temporal's client for Node reads them, first to last (grpc-js 1.14, `http_proxy.ts`). Upper case is
 * not read.
 */
const VARIABLES = ['grpc_proxy', 'https_proxy', 'http_proxy'] as const;

/**
 * The proxy that Temporal's client goes through to this address; never one for this machine. Undefined
 * where it connects directly.
 */
export function proxyFor(address: string, env: NodeJS.ProcessEnv): Proxy | undefined {
  const variable = VARIABLES.find((name) => env[name]);
  const host = hostIn(address);
  if (variable === undefined || isThisMachine(address) || isExempt(host, env)) return undefined;
  const text = env[variable] ?? '';
  if (!URL.canParse(text)) return { variable };
  const url = new URL(text);
  return url.protocol === 'http:' ? { variable, address: `http://${url.host}` } : undefined;
}

/** Whether an address is this machine's own: what listens there is not behind a proxy. */
export function isThisMachine(address: string): boolean {
  const host = hostIn(address);
  return /^(?:.+\.)?localhost\.?$|^127(?:\.\d+){3}$|^0\.0\.0\.0$|^\[?::1\]?$/i.test(host);
}

const hostIn = (address: string): string => address.replace(/(?<=\]|^[^:]*):\d+$/, '');

/** Ends of host names, addresses, and ranges of IPv4, as grpc-js compares them. */
function isExempt(host: string, env: NodeJS.ProcessEnv): boolean {
  const entries = (env['no_grpc_proxy'] || env['no_proxy'] || '').split(',').map((entry) => entry.trim());
  return entries.some((entry) => entry !== '' && (host.endsWith(entry) || isWithin(host, entry)));
}

function isWithin(host: string, range: string): boolean {
  const [network = '', prefix = ''] = range.split('/');
  if (!isIPv4(host) || !isIPv4(network) || !/^\d{1,2}$/.test(prefix) || Number(prefix) > 32) return false;
  const ranges = new BlockList();
  ranges.addSubnet(network, Number(prefix));
  return ranges.check(host);
}
