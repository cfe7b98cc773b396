import { isIPv4 } from 'node:net';
import type { NativeConnectionOptions } from '@temporalio/worker';
import { UsageError } from './usageError.js';

/** A proxy that the environment names for connections to Temporal. */
export interface Proxy {
  readonly variable: string;
  /** Host and port. */
  readonly address: string;
  readonly credentials?: { readonly username: string; readonly password: string };
}

/**
 * As Temporal's client for Node reads them, first to last (grpc-js 1.14, `http_proxy.ts`). Upper case is
 * not read.
 */
const VARIABLES = ['grpc_proxy', 'https_proxy', 'http_proxy'] as const;
const DEFAULT_PORT = 80;

/**
 * The proxy that connections to this Temporal go through; never one for this machine. Undefined where they
 * are direct. Throws `UsageError` where its user name or password cannot be read.
 */
export function proxyFor(address: string, env: NodeJS.ProcessEnv): Proxy | undefined {
  const named = namedFor(address, env);
  if (named?.url === undefined) return undefined;
  const { variable, url } = named;
  const proxy = { variable, address: `${url.hostname}:${url.port || String(DEFAULT_PORT)}` };
  return url.username === '' ? proxy : { ...proxy, credentials: credentialsOf(variable, url) };
}

/** The same for the worker, whose native core reads no environment. */
export function nativeProxy(address: string, env: NodeJS.ProcessEnv): NativeConnectionOptions['proxy'] {
  const proxy = proxyFor(address, env);
  if (proxy === undefined) return undefined;
  const { address: targetHost, credentials } = proxy;
  return { type: 'http-connect', targetHost, ...(credentials && { basicAuth: credentials }) };
}

/** The variable that was to name a proxy for this Temporal and is passed over; undefined where none is. */
export function ignoredProxy(address: string, env: NodeJS.ProcessEnv): string | undefined {
  const named = namedFor(address, env);
  return named?.url === undefined ? named?.variable : undefined;
}

/** A proxy as messages speak of it, without user name and password. */
export const proxyText = ({ variable, address }: Proxy): string => `the proxy http://${address} of ${variable}`;

/** The variable that exempts hosts from the proxy: one is read alone. */
export const exemptionsIn = (env: NodeJS.ProcessEnv): string => (env['no_grpc_proxy'] ? 'no_grpc_proxy' : 'no_proxy');

/** Whether an address is this machine's own: what listens there is not behind a proxy. */
export function isThisMachine(address: string): boolean {
  return /^(?:.+\.)?localhost\.?$|^127(?:\.\d+){3}$|^0\.0\.0\.0$|^::1$/i.test(hostOf(address));
}

/** The host of an address, without its port, and without its brackets where it is one of IPv6. */
export function hostOf(address: string): string {
  return /^\[(.+)\]/.exec(address)?.[1] ?? address.replace(/:\d+$/, '');
}

interface Named {
  readonly variable: string;
  /** Absent where it is none that is used. */
  readonly url?: URL;
}

/** Of several variables the first counts, whatever it holds. */
function namedFor(address: string, env: NodeJS.ProcessEnv): Named | undefined {
  const variable = VARIABLES.find((name) => env[name]);
  if (variable === undefined || isThisMachine(address) || isExempt(hostOf(address), env)) return undefined;
  const text = env[variable] ?? '';
  const url = URL.canParse(text) ? new URL(text) : undefined;
  return { variable, ...(url?.protocol === 'http:' ? { url } : {}) };
}

function credentialsOf(variable: string, { username, password }: URL): Required<Proxy>['credentials'] {
  try {
    return { username: decodeURIComponent(username), password: decodeURIComponent(password) };
  } catch {
    throw new UsageError(
      `${variable} has a % in its user name or password that begins no code of a character.`,
      `Write %25 for each % in ${variable} that is meant as such.`,
    );
  }
}

/**
 * As grpc-js compares them, to the letter: entries are not trimmed, an empty one is the end of every name,
 * and a range of /0 is a single address.
 */
function isExempt(host: string, env: NodeJS.ProcessEnv): boolean {
  const list = env[exemptionsIn(env)];
  return list ? list.split(',').some((entry) => host.endsWith(entry) || isWithin(host, entry)) : false;
}

function isWithin(host: string, range: string): boolean {
  const [network = '', prefix = '', ...more] = range.split('/');
  const bits = Number.parseInt(prefix, 10);
  if (more.length > 0 || !isIPv4(host) || !isIPv4(network) || !(bits >= 0 && bits <= 32)) return false;
  const mask = -1 << (32 - bits);
  return (bitsOf(host) & mask) === (bitsOf(network) & mask);
}

const bitsOf = (ip: string): number => ip.split('.').reduce((bits, part) => (bits << 8) + Number(part), 0);
