import { request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { systemFault } from '../domain/reports/systemFault.js';
import { hostOf, type Proxy } from './temporalProxy.js';

const WITHIN_MS = 2_000;
const DEFAULT_PORT = 7233; // of Temporal's frontend, as its clients take it

/** A proxy does not lead on. */
export class ProxyError extends Error {
  override readonly name = 'ProxyError';

  /** `why` follows the proxy's name. */
  constructor(
    readonly why: string,
    readonly wantsCredentials = false,
  ) {
    super(why);
  }
}

/**
 * Opens a connection to this address, through the proxy where one is given. Throws the system's error, or
 * `ProxyError`.
 */
export async function openSocket(address: string, proxy: Proxy | undefined): Promise<Socket> {
  const [host, port] = [hostOf(address), portOf(address)];
  const socket = await (proxy === undefined ? direct(host, port) : through(proxy, host, port));
  return socket.on('error', () => undefined); // whoever looks on asks for itself
}

async function direct(host: string, port: number): Promise<Socket> {
  const socket = connect({ host, port });
  return settled<Socket>(socket, (resolve, reject) => {
    socket.setTimeout(WITHIN_MS, () => reject(silence()));
    socket.once('connect', () => resolve(socket)).once('error', reject);
  });
}

async function through({ address, credentials }: Proxy, host: string, port: number): Promise<Socket> {
  const target = `${host.includes(':') ? `[${host}]` : host}:${String(port)}`;
  const basic = credentials && Buffer.from(`${credentials.username}:${credentials.password}`).toString('base64');
  const asking = request({
    method: 'CONNECT',
    host: hostOf(address),
    port: portOf(address),
    path: target,
    headers: { host: target, ...(basic && { 'proxy-authorization': `Basic ${basic}` }) },
    agent: false,
  });
  return settled<Socket>(asking, (resolve, reject) => {
    const fail = (error: Error) => {
      reject(new ProxyError(`cannot be reached: ${systemFault(error)?.why ?? 'it does not speak HTTP'}`));
    };
    asking.setTimeout(WITHIN_MS, () => fail(silence()));
    asking.once('error', fail).once('connect', ({ statusCode = 0 }, socket: Socket, head: Buffer) => {
      if (statusCode === OK) {
        if (head.length > 0) socket.unshift(head);
        resolve(socket);
        return;
      }
      socket.destroy();
      const wantsCredentials = statusCode === PROXY_AUTHENTICATION_REQUIRED;
      const why = wantsCredentials ? 'does not let us through' : 'does not lead there';
      reject(new ProxyError(`${why}, and answers ${String(statusCode)}`, wantsCredentials));
    });
    asking.end();
  });
}

const OK = 200;
const PROXY_AUTHENTICATION_REQUIRED = 407;

/** What a look brings about; what it began is ended where it fails. */
async function settled<T>(
  begun: { destroy: () => unknown },
  look: (resolve: (value: T) => void, reject: (error: Error) => void) => void,
): Promise<T> {
  try {
    return await new Promise<T>(look);
  } catch (error) {
    begun.destroy();
    throw error;
  }
}

const silence = (): Error => Object.assign(new Error('no answer'), { code: 'ETIMEDOUT' });

const portOf = (address: string): number =>
  Number(/:(\d+)$/.exec(address.replace(/^\[.+\]/, 'h'))?.[1] ?? DEFAULT_PORT);
