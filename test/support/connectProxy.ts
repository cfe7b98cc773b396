import { createServer, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import type { Duplex } from 'node:stream';
import { listening } from './grpcServer.js';

/** An HTTP proxy on loopback that leads every CONNECT to one server, whatever name it is asked for. */
export interface ConnectProxy {
  readonly address: string;
  /** What was asked for, and with which credentials, in order. */
  readonly asked: readonly { readonly target: string; readonly credentials?: string }[];
}

/** Until the test is over. With `credentials` it refuses others by 407. */
export async function connectProxy(
  to: string,
  { credentials: wanted }: { readonly credentials?: string } = {},
): Promise<ConnectProxy> {
  const asked: { target: string; credentials?: string }[] = [];
  const server = createServer();
  server.on('connect', ({ url = '', headers }: IncomingMessage, client: Duplex) => {
    const basic = headers['proxy-authorization']?.replace('Basic ', '');
    const credentials = basic && Buffer.from(basic, 'base64').toString();
    asked.push({ target: url, ...(credentials === undefined ? {} : { credentials }) });
    client.on('error', () => undefined);
    if (wanted !== credentials) {
      client.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
      return;
    }
    const [host, port] = to.split(':');
    const beyond = connect({ host, port: Number(port) }, () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n');
      beyond.pipe(client).pipe(beyond);
    });
    beyond.on('error', () => client.end('HTTP/1.1 502 Bad Gateway\r\n\r\n'));
    client.on('close', () => beyond.destroy());
  });
  return { address: await listening(server), asked };
}
