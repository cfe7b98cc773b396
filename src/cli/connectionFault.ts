import { connect as connectPlain, type Socket } from 'node:net';
import { connect as connectTls, type ConnectionOptions } from 'node:tls';
import { UnreachableError } from '../client.js';
import type { TemporalConfig } from '../config.js';
import { proxyFor } from './temporalProxy.js';

const LOOK_WITHIN_MS = 2_000;
const DEFAULT_PORT = 7233; // of Temporal's frontend, as its clients take it

/**
 * Why nothing could be had from a Temporal server, found out by a look of our own: its client only says
 * that the time was over. Where the server can be connected to, it does not answer.
 */
export async function connectionFault(
  { connectionOptions }: Pick<TemporalConfig, 'connectionOptions'>,
  env: NodeJS.ProcessEnv,
  cause: unknown,
): Promise<UnreachableError> {
  const { address, tls, apiKey } = connectionOptions;
  const fault = (why: string, action: string): UnreachableError =>
    new UnreachableError(`Temporal cannot be reached at ${address}: ${why}.`, action, { cause });
  const proxy = proxyFor(address, env);
  if (proxy !== undefined) {
    return fault(
      proxy.address === undefined
        ? `${proxy.variable} names a proxy, and is no URL`
        : `the proxy ${proxy.address} of ${proxy.variable} does not lead there`,
      `If it needs no proxy: no_proxy=${hostOf(address)}, or unset ${proxy.variable}. If it does, correct TEMPORAL_ADDRESS or the proxy.`,
    );
  }
  const wanted = tls ?? apiKey !== undefined;
  const found = await (wanted === false
    ? lookInTheClear(address)
    : lookWithTls(address, wanted === true ? {} : wanted));
  return fault(...WORDS[found](hostOf(address)));
}

type Found = keyof typeof WORDS;

const START =
  'Set TEMPORAL_ADDRESS to a server that is up. One for this machine, with a worker and a sandbox: patchbay dev';

const WORDS = {
  closed: () => ['nothing listens there', START],
  silent: () => ['it does not answer in time', START],
  unknown: (host) => [`the name ${host} is not known`, `Correct TEMPORAL_ADDRESS. ${START}`],
  'tls-only': () => ['it speaks TLS alone, and was asked without', 'Set TEMPORAL_TLS=true.'],
  'no-tls': () => ['it does not speak TLS there', 'Set TEMPORAL_TLS=false, or TEMPORAL_ADDRESS to the port that does.'],
  'no-grpc': () => [
    'what answers there does not speak gRPC',
    "Set TEMPORAL_ADDRESS to the frontend of a Temporal server (by default port 7233; its UI's does not do).",
  ],
  untrusted: () => [
    'its certificate is not trusted',
    'Set TEMPORAL_TLS_SERVER_CA_CERT_PATH to the certificate of the authority that signed it.',
  ],
  'out-of-date': () => ['its certificate is not valid at this time', 'Renew it there, or correct the clock here.'],
  'other-name': () => [
    'its certificate is for another name',
    'Set TEMPORAL_TLS_SERVER_NAME to the name in the certificate, or TEMPORAL_ADDRESS to that host.',
  ],
  'wants-certificate': () => [
    'it wants a client certificate that it trusts',
    'Set TEMPORAL_TLS_CLIENT_CERT_PATH and TEMPORAL_TLS_CLIENT_KEY_PATH to one of its authority.',
  ],
} as const satisfies Record<string, (host: string) => readonly [why: string, action: string]>;

type TlsOptions = Exclude<TemporalConfig['connectionOptions']['tls'], boolean | null | undefined>;

async function lookWithTls(address: string, tls: TlsOptions): Promise<Found> {
  const { serverRootCACertificate: ca, clientCertPair: pair, serverNameOverride } = tls;
  const found = await lookAt(
    connectTls({
      ...placeOf(address),
      ...(ca ? { ca: Buffer.from(ca) } : {}),
      ...(pair ? { cert: Buffer.from(pair.crt), key: Buffer.from(pair.key) } : {}),
      ...nameFor(serverNameOverride ?? hostOf(address)),
      ALPNProtocols: ['h2'],
    }),
    'secureConnect',
  );
  return found === 'tls' ? 'no-tls' : found;
}

/** A name of a host is asked for by its name, and an address must not be (RFC 6066, section 3). */
const nameFor = (host: string): Pick<ConnectionOptions, 'servername'> =>
  /^[\d.]+$|:/.test(host) ? {} : { servername: host };

/** A server that hangs up without a word may speak TLS alone: it does where a handshake succeeds. */
async function lookInTheClear(address: string): Promise<Found> {
  const found = await lookAt(connectPlain(placeOf(address)), 'connect');
  if (found === 'tls') return 'tls-only';
  if (found !== 'silent' && found !== 'no-grpc') return found;
  const secure = connectTls({ ...placeOf(address), rejectUnauthorized: false, ALPNProtocols: ['h2'] });
  const withTls = await new Promise<boolean>((resolve) => {
    secure.setTimeout(LOOK_WITHIN_MS, () => resolve(false));
    secure.once('secureConnect', () => resolve(true)).once('error', () => resolve(false));
  });
  secure.destroy();
  return withTls ? 'tls-only' : found;
}

/**
 * The preface of HTTP/2 with empty settings (RFC 9113, section 3.4), which a server has to answer with its
 * own.
 */
const PREFACE = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0', 'latin1');
const SETTINGS_FRAME = 4;
const TLS_RECORDS = [0x15, 0x16]; // alert, handshake (RFC 8446, section 5.1)

/** Greets whatever is at the other end of a socket, and tells what it is by its first bytes. */
function lookAt(socket: Socket, ready: 'connect' | 'secureConnect'): Promise<Found | 'tls'> {
  return new Promise<Found | 'tls'>((resolve) => {
    socket.setTimeout(LOOK_WITHIN_MS, () => resolve('silent'));
    socket
      .once(ready, () => socket.write(PREFACE))
      .once('data', (data: Buffer) => {
        if (TLS_RECORDS.includes(data[0] ?? 0)) resolve('tls');
        else resolve(data[3] === SETTINGS_FRAME ? 'silent' : 'no-grpc');
      })
      .once('error', (error) => resolve(foundBy(error)))
      .once('close', () => resolve('silent'));
  }).finally(() => socket.destroy());
}

/** By the codes of Node (https://nodejs.org/api/errors.html) and OpenSSL. */
function foundBy(error: NodeJS.ErrnoException): Found {
  const code = error.code ?? '';
  if (/ENOTFOUND|EAI_AGAIN/.test(code)) return 'unknown';
  if (/ECONNREFUSED/.test(code)) return 'closed';
  if (/ALTNAME_INVALID/.test(code)) return 'other-name';
  if (/CERT_HAS_EXPIRED|CERT_NOT_YET_VALID/.test(code)) return 'out-of-date';
  if (/ALERT_|HANDSHAKE_FAILURE/.test(code) && /CERTIFICATE|UNKNOWN_CA|HANDSHAKE/.test(code))
    return 'wants-certificate';
  if (/SELF_SIGNED|UNABLE_TO_|CERT_/.test(code)) return 'untrusted';
  if (/^ERR_SSL_|EPROTO/.test(code)) return 'no-tls';
  return 'silent';
}

/** Without its brackets, where it is an address of IPv6. */
function hostOf(address: string): string {
  return /^\[(.+)\]/.exec(address)?.[1] ?? address.replace(/:\d+$/, '');
}

const placeOf = (address: string): { readonly host: string; readonly port: number } => ({
  host: hostOf(address),
  port: Number(/:(\d+)$/.exec(address.replace(/^\[.+\]/, 'h'))?.[1] ?? DEFAULT_PORT),
});
