import type { Socket } from 'node:net';
import { connect as connectTls, type ConnectionOptions } from 'node:tls';
import { UnreachableError } from '../client.js';
import type { TemporalConfig } from '../config.js';
import { systemFault } from '../domain/reports/systemFault.js';
import { exemptionsIn, hostOf, ignoredProxy, proxyFor, proxyText } from './temporalProxy.js';
import { openSocket, ProxyError } from './temporalSocket.js';

const LOOK_WITHIN_MS = 2_000;

/**
 * Why nothing could be had from a Temporal server, found out by a look of our own, by the way that its
 * client goes: the client only says that the time was over. Where the server can be connected to, it does
 * not answer. Throws `UsageError` where a proxy's credentials cannot be read.
 */
export async function connectionFault(
  { connectionOptions }: Pick<TemporalConfig, 'connectionOptions'>,
  env: NodeJS.ProcessEnv,
  cause: unknown,
): Promise<UnreachableError> {
  const { address, tls, apiKey } = connectionOptions;
  const [host, proxy, ignored] = [hostOf(address), proxyFor(address, env), ignoredProxy(address, env)];
  const way = proxy === undefined ? '' : ` through ${proxyText(proxy)}`;
  const hint = ignored === undefined ? '' : ` ${ignored} is ignored: only http://HOST:PORT is taken for a proxy.`;
  const fault = (where: string, why: string, action: string): UnreachableError =>
    new UnreachableError(`Temporal cannot be reached at ${address}${where}: ${why}.`, `${action}${hint}`, { cause });
  try {
    return fault(way, ...(await look(() => openSocket(address, proxy), host, tls ?? apiKey !== undefined)));
  } catch (error) {
    if (!(error instanceof ProxyError) || proxy === undefined) return fault(way, ...wordsFor(error, host));
    const action = error.wantsCredentials
      ? `Set ${proxy.variable} to http://USER:PASSWORD@${proxy.address} with what it accepts.`
      : `If it needs no proxy: add ${host} to ${exemptionsIn(env)}, or unset ${proxy.variable}. If it does, correct TEMPORAL_ADDRESS or the proxy.`;
    return fault('', `${proxyText(proxy)} ${error.why}`, action);
  }
}

type Words = readonly [why: string, action: string];

const START =
  'Set TEMPORAL_ADDRESS to a server that is up. One for this machine, with a worker and a sandbox: patchbay dev';

const SILENT: Words = ['it does not answer in time', START];
const TLS_ONLY: Words = ['it speaks TLS alone, and was asked without', 'Set TEMPORAL_TLS=true.'];
const NO_TLS: Words = [
  'it does not speak TLS there',
  'Set TEMPORAL_TLS=false, or TEMPORAL_ADDRESS to the port that does.',
];
const NO_GRPC: Words = [
  'what answers there does not speak gRPC',
  "Set TEMPORAL_ADDRESS to the frontend of a Temporal server (by default port 7233; its UI's does not do).",
];

/** By the codes of OpenSSL, as Node has them (https://nodejs.org/api/errors.html), first to last. */
const OF_TLS: readonly (readonly [code: RegExp, words: Words])[] = [
  [
    /ALTNAME_INVALID/,
    [
      'its certificate is for another name',
      'Set TEMPORAL_TLS_SERVER_NAME to the name in the certificate, or TEMPORAL_ADDRESS to that host.',
    ],
  ],
  [
    /CERT_HAS_EXPIRED|CERT_NOT_YET_VALID/,
    ['its certificate is not valid at this time', 'Renew it there, or correct the clock here.'],
  ],
  [
    /ALERT_.*(?:CERTIFICATE|UNKNOWN_CA|HANDSHAKE)|HANDSHAKE_FAILURE/,
    [
      'it wants a client certificate that it trusts',
      'Set TEMPORAL_TLS_CLIENT_CERT_PATH and TEMPORAL_TLS_CLIENT_KEY_PATH to one of its authority.',
    ],
  ],
  [
    /TOO_(?:SMALL|WEAK)/,
    ["its certificate's key or digest is too weak for TLS", 'Renew it there: with RSA of 2048 bits at least, or EC.'],
  ],
  [
    /SELF_SIGNED|UNABLE_TO_|CERT_/,
    [
      'its certificate is not trusted',
      'Set TEMPORAL_TLS_SERVER_CA_CERT_PATH to the certificate of the authority that signed it.',
    ],
  ],
  [/^ERR_SSL_|EPROTO/, NO_TLS],
];

function wordsFor(error: unknown, host: string): Words {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const ofTls = OF_TLS.find(([pattern]) => pattern.test(code))?.[1];
  if (ofTls !== undefined) return ofTls;
  if (code === 'ENOTFOUND') return [`the name ${host} is not known`, `Correct TEMPORAL_ADDRESS. ${START}`];
  return [systemFault(error)?.why ?? SILENT[0], START];
}

type Open = () => Promise<Socket>;
type Tls = TemporalConfig['connectionOptions']['tls'];

async function look(open: Open, host: string, tls: Tls): Promise<Words> {
  if (tls === false || tls === null) return lookInTheClear(open, host);
  return lookWithTls(await open(), host, typeof tls === 'object' ? tls : {});
}

async function lookWithTls(socket: Socket, host: string, tls: Exclude<Tls, boolean | null | undefined>) {
  const { serverRootCACertificate: ca, clientCertPair: pair, serverNameOverride } = tls;
  const name = serverNameOverride ?? host;
  const secure = connectTls({
    socket,
    host: name, // which the certificate is held against
    ...(ca ? { ca: Buffer.from(ca) } : {}),
    ...(pair ? { cert: Buffer.from(pair.crt), key: Buffer.from(pair.key) } : {}),
    ...nameFor(name),
    ALPNProtocols: ['h2'],
  });
  const found = await lookAt(secure, name, 'secureConnect').finally(() => socket.destroy());
  return found === 'tls' ? NO_TLS : found;
}

/** A name of a host is asked for by its name, and an address must not be (RFC 6066, section 3). */
const nameFor = (host: string): Pick<ConnectionOptions, 'servername'> =>
  /^[\d.]+$|:/.test(host) ? {} : { servername: host };

/** A server that hangs up without a word may speak TLS alone: it does where a handshake succeeds. */
async function lookInTheClear(open: Open, host: string): Promise<Words> {
  const found = await lookAt(await open(), host);
  return found === 'tls' || (await speaksTls(open)) ? TLS_ONLY : found;
}

async function speaksTls(open: Open): Promise<boolean> {
  const socket = await open().catch(() => undefined);
  if (socket === undefined) return false;
  const secure = connectTls({ socket, rejectUnauthorized: false, ALPNProtocols: ['h2'] });
  return new Promise<boolean>((resolve) => {
    secure.setTimeout(LOOK_WITHIN_MS, () => resolve(false));
    secure.once('secureConnect', () => resolve(true)).once('error', () => resolve(false));
    secure.once('close', () => resolve(false));
  }).finally(() => {
    secure.destroy();
    socket.destroy();
  });
}

/**
 * The preface of HTTP/2 with empty settings (RFC 9113, section 3.4), which a server has to answer with its
 * own.
 */
const PREFACE = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0', 'latin1');
const SETTINGS_FRAME = 4;
const TLS_RECORDS = [0x15, 0x16]; // alert, handshake (RFC 8446, section 5.1)

/** Greets whatever is at the other end of a socket, and tells what it is by its first bytes. */
function lookAt(socket: Socket, host: string, ready?: 'secureConnect'): Promise<Words | 'tls'> {
  const greet = () => socket.write(PREFACE);
  return new Promise<Words | 'tls'>((resolve) => {
    socket.setTimeout(LOOK_WITHIN_MS, () => resolve(SILENT));
    socket
      .once('data', (data: Buffer) => {
        if (TLS_RECORDS.includes(data[0] ?? 0)) resolve('tls');
        else resolve(data[3] === SETTINGS_FRAME ? SILENT : NO_GRPC);
      })
      .once('error', (error) => resolve(wordsFor(error, host)))
      .once('close', () => resolve(SILENT));
    if (ready === undefined) greet();
    else socket.once(ready, greet);
  }).finally(() => socket.destroy());
}
