import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

/** A request as the provider saw it. */
export interface Seen {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: IncomingMessage['headers'];
  readonly body: unknown;
}

/** An answer: JSON unless it is text or bytes. */
export interface Reply {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** Answers a request; undefined hangs up without a word, `'silence'` never answers. */
export type Script = (request: Seen, response: ServerResponse) => Reply | 'silence' | undefined;

export interface ProviderServer {
  readonly url: string;
  readonly seen: readonly Seen[];
}

/** A provider on loopback that plays a script, and is gone when the test is over. */
export async function givenProvider(script: Script): Promise<ProviderServer> {
  const seen: Seen[] = [];
  const server = createServer((request, response) => {
    void readBody(request).then((body) => {
      const { pathname, searchParams } = new URL(request.url ?? '/', 'http://provider');
      const query = Object.fromEntries(searchParams);
      const one: Seen = { method: request.method ?? '', path: pathname, query, headers: request.headers, body };
      seen.push(one);
      play(script(one, response), response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(
    () =>
      new Promise<void>((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  );
  return { url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`, seen };
}

function play(reply: Reply | 'silence' | undefined, response: ServerResponse): void {
  if (reply === 'silence') return;
  if (reply === undefined) {
    response.destroy();
    return;
  }
  const { status = 200, headers = {}, body } = reply;
  const isRaw = typeof body === 'string' || Buffer.isBuffer(body);
  response.writeHead(status, { ...(isRaw ? {} : { 'content-type': 'application/json' }), ...headers });
  response.end(body === undefined ? undefined : isRaw ? body : JSON.stringify(body));
}

async function readBody(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  const text = Buffer.concat(chunks).toString('utf8');
  return text === '' ? undefined : (JSON.parse(text) as unknown);
}
