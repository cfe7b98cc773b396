import { getEventListeners } from 'node:events';
import { readFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { createHttpClient, createRedactor, createSharedWork } from '../../src/http/index.js';
import { createVapi } from '../../src/vapi/index.js';
import { document, errorOf, givenDidww, givenVapi, outboundTrunkResource } from './given.js';
import { until } from '../support/until.js';
import { givenProvider } from './provider.js';

const credential = { name: 'patchbay acme out', gateways: [] };

test('an answer that is lost is a network failure that may have taken effect, and the request is not sent again', async () => {
  const { vapi, server } = await givenVapi(() => undefined);

  const error = await errorOf(vapi.createCredential(credential));

  expect(error).toMatchObject({ errorClass: 'network', mayHaveTakenEffect: true, operation: 'POST /credential' });
  expect(error.status).toBeUndefined();
  expect(error.message).toMatch(/^Vapi could not be reached for POST \/credential: /);
  expect(server.seen).toHaveLength(1);
});

test('an answer that breaks off in the middle is a network failure', async () => {
  const { vapi } = await givenVapi((_, response) => {
    response.writeHead(201, { 'content-length': '1000' });
    response.write('{"id":');
    setImmediate(() => response.destroy());
    return 'silence';
  });

  expect(await errorOf(vapi.createCredential(credential))).toMatchObject({
    errorClass: 'network',
    mayHaveTakenEffect: true,
  });
});

test('a lost read cannot have taken effect', async () => {
  const { vapi } = await givenVapi(() => undefined);

  expect(await errorOf(vapi.listTools())).toMatchObject({ errorClass: 'network', mayHaveTakenEffect: false });
});

test('a connection that is refused cannot have taken effect', async () => {
  const port = await closedPort();
  const vapi = createVapi({ apiUrl: `http://127.0.0.1:${String(port)}`, apiKey: 'some-key' });
  onTestFinished(() => vapi.close());

  const error = await errorOf(vapi.createCredential(credential));

  expect(error).toMatchObject({ errorClass: 'network', mayHaveTakenEffect: false });
  expect(error.message).toContain('the connection was refused (ECONNREFUSED)');
});

test('a deadline of the caller is a network failure that may have taken effect', async () => {
  const { vapi } = await givenVapi(() => 'silence');

  const error = await errorOf(vapi.createCredential(credential, { signal: AbortSignal.timeout(50) }));

  expect(error).toMatchObject({ errorClass: 'network', mayHaveTakenEffect: true });
  expect(error.message).toContain('no whole answer came in time');
});

test('a request that the provider never answers ends by itself, and the message says after how long', async () => {
  const { url } = await givenProvider(() => 'silence');
  const redactor = createRedactor();
  const http = createHttpClient({ provider: 'vapi', apiUrl: url, redactor, readProblems: () => [], timeoutMs: 50 });
  onTestFinished(() => http.close());

  const error = await errorOf(http.done({ method: 'POST', url: new URL(url), operation: 'POST /', headers: {} }));

  expect(error).toMatchObject({ errorClass: 'network', mayHaveTakenEffect: true });
  expect(error.message).toContain('no whole answer came within 0.05 s');
});

test('a cancelled call throws the very reason of its signal, also while the answer is being read', async () => {
  const cancelling = new AbortController();
  const reason = new Error('cancelled by a person');
  const { vapi } = await givenVapi((_, response) => {
    response.writeHead(200);
    response.write('[');
    setImmediate(() => {
      cancelling.abort(reason);
    });
    return 'silence';
  });

  await expect(vapi.listTools({ signal: cancelling.signal })).rejects.toBe(reason);
});

test('a signal that is aborted already sends nothing', async () => {
  const { vapi, server } = await givenVapi(() => ({ body: [] }));

  await expect(vapi.listTools({ signal: AbortSignal.abort('stop') })).rejects.toBe('stop');
  expect(server.seen).toHaveLength(0);
});

test('an answer that is no HTTP is unexpected', async () => {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', () => socket.end('220 smtp.example ESMTP\r\n'));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const vapi = createVapi({ apiUrl: `http://127.0.0.1:${String(port)}`, apiKey: 'some-key' });
  onTestFinished(() => vapi.close());

  expect(await errorOf(vapi.listTools())).toMatchObject({ errorClass: 'unexpected-answer' });
});

test.each([
  ['a page', '<html>maintenance</html>'],
  ['half a document', '{"id": "x"'],
  ['nothing', ''],
])('%s with status 200 is unexpected, and a write may have taken effect', async (_, body) => {
  const { vapi } = await givenVapi(() => ({ status: 200, body }));

  const error = await errorOf(vapi.createCredential(credential));

  expect(error).toMatchObject({ errorClass: 'unexpected-answer', status: 200, mayHaveTakenEffect: true });
  expect(error.message).toContain('it is not JSON');
});

test('an answer of another shape is unexpected: its paths are named, its values are not', async () => {
  const { didww } = await givenDidww(() => ({
    body: document(outboundTrunkResource({ name: 17, status: { secret: 'value-canary' } })),
  }));

  const error = await errorOf(didww.getOutboundTrunk('out-1'));

  expect(error.errorClass).toBe('unexpected-answer');
  expect(error.message).toContain('data.attributes.name, data.attributes.status');
  expect(JSON.stringify([error.message, error.problems])).not.toContain('canary');
});

test('an answer beyond the size that is expected is not read to its end', async () => {
  const { vapi } = await givenVapi((_, response) => {
    const chunk = Buffer.alloc(1024 * 1024, 'x');
    const write = (): void => {
      while (!response.destroyed && response.write(chunk));
    };
    response.on('drain', write);
    response.writeHead(200);
    write();
    return 'silence';
  });

  const error = await errorOf(vapi.listTools());

  expect(error.errorClass).toBe('refused');
  expect(error.message).toContain('larger than any that is expected');
});

test('both providers are told who calls', async () => {
  const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
  const { vapi, server: vapiServer } = await givenVapi(() => ({ body: [] }));
  const { didww, server: didwwServer } = await givenDidww(() => ({ status: 204 }));

  await vapi.listTools();
  await didww.deleteInboundTrunk('in-1');

  expect(vapiServer.seen[0]?.headers).toMatchObject({
    'user-agent': `patchbay/${version}`,
    authorization: 'Bearer vapi-canary-key-02',
  });
  expect(didwwServer.seen[0]?.headers).toMatchObject({
    'user-agent': `patchbay/${version}`,
    'api-key': 'didww-canary-key-01',
    'x-didww-api-version': '2026-04-16',
    accept: 'application/vnd.api+json',
  });
});

async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

test('any number of requests that share a deadline put one listener on it, and none once they have ended', async () => {
  const answers: ServerResponse[] = [];
  const { vapi, server } = await givenVapi((_, response) => {
    answers.push(response);
    return 'silence';
  });
  const { signal } = new AbortController();
  let finish = (): void => undefined;
  const work = createSharedWork(() => new Promise<void>((resolve) => (finish = resolve)));
  const listeners = (): number => getEventListeners(signal, 'abort').length;

  const requests = Array.from({ length: 30 }, () => vapi.listTools({ signal }));
  const joins = Array.from({ length: 30 }, () => work.join({ signal }));
  await until(() => server.seen.length === 30 || undefined);

  expect(listeners()).toBe(1);
  finish();
  for (const answer of answers) answer.writeHead(200, { 'content-type': 'application/json' }).end('[]');
  await Promise.all([...requests, ...joins]);
  expect(listeners()).toBe(0);
});

test('a deadline that passes ends every request that shares it', async () => {
  const { vapi, server } = await givenVapi(() => 'silence');
  const deadline = new AbortController();
  const requests = Array.from({ length: 30 }, () => vapi.listTools({ signal: deadline.signal }));
  await until(() => server.seen.length === 30 || undefined);

  deadline.abort(new Error('enough'));

  const outcomes = await Promise.allSettled(requests);
  expect(outcomes.map((outcome) => outcome.status === 'rejected' && String(outcome.reason))).toEqual(
    Array(30).fill('Error: enough'),
  );
});
