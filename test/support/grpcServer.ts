import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import http2 from 'node:http2';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { onTestFinished } from 'vitest';

/** A gRPC status that refuses, and the words with it. */
export interface Refusal {
  readonly status: number;
  readonly words?: string;
  /** Lets the call through by which a client connects, and refuses what comes after. */
  readonly letsConnect?: boolean;
  readonly tls?: Certificate;
  /** Takes nobody without a certificate that it trusts. */
  readonly wantsCertificate?: boolean;
}

/** A certificate of its own authority, and its key, as files. */
export interface Certificate {
  readonly certPath: string;
  readonly keyPath: string;
}

/**
 * A gRPC server on loopback, until the test is over, that answers every call with this status; its
 * `host:port`.
 */
export async function grpcServer({ status, words = 'Request unauthorized.', ...rest }: Refusal): Promise<string> {
  const { letsConnect = false, tls, wantsCertificate = false } = rest;
  const server =
    tls === undefined
      ? http2.createServer()
      : http2.createSecureServer({
          cert: await readFile(tls.certPath),
          key: await readFile(tls.keyPath),
          ...(wantsCertificate ? { requestCert: true, rejectUnauthorized: true } : {}),
        });
  server.on('stream', (stream, headers) => {
    const passes = letsConnect && headers[':path']?.endsWith('/GetSystemInfo') === true;
    const trailers = passes
      ? { 'grpc-status': '0' }
      : { 'grpc-status': String(status), 'grpc-message': encodeURIComponent(words) };
    stream.on('error', () => undefined).on('wantTrailers', () => stream.sendTrailers(trailers));
    stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
    stream.end(passes ? Buffer.alloc(5) : undefined);
  });
  return listening(server);
}

/** Something on loopback that is no gRPC server: it answers every connection with these bytes. */
export const plainServer = (answer: string): Promise<string> =>
  listening(createServer((socket) => socket.on('error', () => undefined).end(answer)));

/** The `host:port` of a server from now on; it and its connections end with the test. */
export async function listening(server: Server): Promise<string> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined).once('close', () => sockets.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
    if (server.listening) await once(server, 'close');
  });
  return `127.0.0.1:${String((server.address() as AddressInfo).port)}`;
}

/** A certificate for these names, made for this test. */
export const certificateFor = (...names: readonly string[]): Promise<Certificate> => certificate(names);

/** One whose key nobody takes any more: RSA of 512 bits. */
export const weakCertificateFor = (...names: readonly string[]): Promise<Certificate> =>
  certificate(names, ['rsa:512']);

/** One that was valid on a day of the past. */
export async function expiredCertificateFor(...names: readonly string[]): Promise<Certificate> {
  const { certPath, keyPath } = await certificate(names);
  const folder = dirname(certPath);
  const at = (name: string): string => join(folder, name);
  // Of OpenSSL 3.0's commands only this one takes dates.
  const settings = `[ca]\ndefault_ca=own\n[own]\ndatabase=${at('index')}\nnew_certs_dir=${folder}\nrand_serial=yes\npolicy=any\n[any]\ncommonName=supplied\n[names]\nsubjectAltName=${names.join(',')}\n`;
  await Promise.all([writeFile(at('index'), ''), writeFile(at('ca.cnf'), settings)]);
  await openssl('x509', '-x509toreq', '-in', certPath, '-signkey', keyPath, '-out', at('request.pem'));
  await openssl(
    ...['ca', '-batch', '-selfsign', '-notext', '-config', at('ca.cnf'), '-extensions', 'names', '-md', 'sha256'],
    ...['-startdate', '20200101000000Z', '-enddate', '20200102000000Z'],
    ...['-keyfile', keyPath, '-in', at('request.pem'), '-out', certPath],
  );
  return { certPath, keyPath };
}

const EC = ['ec', '-pkeyopt', 'ec_paramgen_curve:P-256'];

async function certificate(names: readonly string[], kind: readonly string[] = EC): Promise<Certificate> {
  const folder = await mkdtemp(join(tmpdir(), 'patchbay-cert-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const [certPath, keyPath] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
  await openssl(
    ...['req', '-x509', '-newkey', ...kind, '-nodes', '-days', '2'],
    ...['-subj', '/CN=patchbay-test', '-addext', `subjectAltName=${names.join(',')}`],
    ...['-keyout', keyPath, '-out', certPath],
  );
  return { certPath, keyPath };
}

const openssl = (...args: readonly string[]) => promisify(execFile)('openssl', args);
