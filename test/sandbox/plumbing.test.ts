import { fetch } from 'undici';
import { afterEach, beforeEach, expect, test } from 'vitest';

import {
  countRounds,
  createSandboxServer,
  FaultBoard,
  listenOnLoopback,
  RequestLog,
  systemClock,
} from '../../src/sandbox/plumbing/index.js';
import type { LoggedRequest } from '../../src/sandbox/plumbing/index.js';
import type { Rig } from './didwwRig.js';
import { create, inboundTrunk, startRig } from './didwwRig.js';

let rig: Rig;
beforeEach(async () => {
  rig = await startRig('2026-04-16');
});
afterEach(() => rig.stop());

const createTrunk = () => rig.send('POST', '/voice_in_trunks', create('voice_in_trunks', inboundTrunk()));
const trunks = () => rig.account.inboundTrunks.size;
const waitFor = (condition: () => boolean): Promise<void> =>
  expect
    .poll(condition, { interval: 5 })
    .toBe(true)
    .then(() => undefined);

test('a failure meets the requests that it names, as often as it says, after as many as it lets pass', async () => {
  const fault = rig.faults.fail('POST /voice_in_trunks', { status: 503, times: 2, after: 1 });
  expect((await createTrunk()).status).toBe(201);
  expect((await rig.get('/voice_in_trunks')).status).toBe(200);
  const failed = await createTrunk();
  expect(failed.status).toBe(503);
  expect(failed.document.errors[0]).toMatchObject({ status: '503', title: 'Service Unavailable' });
  expect((await createTrunk()).status).toBe(503);
  expect((await createTrunk()).status).toBe(422);
  expect(fault.hits()).toBe(2);
  expect(trunks()).toBe(1);
});

test('a failure can carry its own body and headers, and can follow the effect', async () => {
  rig.faults.fail('POST /voice_in_trunks', {
    status: 500,
    body: 'upstream gone',
    headers: { 'x-from': 'proxy' },
    effect: 'after',
  });
  const answer = await createTrunk();
  expect([answer.status, answer.text, answer.headers['x-from']]).toEqual([500, 'upstream gone', 'proxy']);
  expect(trunks()).toBe(1);
});

test('a lost answer leaves the effect behind, or nothing where it is lost on the way in', async () => {
  rig.faults.loseAnswer('POST /voice_in_trunks', { times: 1 });
  await expect(createTrunk()).rejects.toThrow('fetch failed');
  expect(trunks()).toBe(1);

  rig.account.inboundTrunks.clear();
  rig.faults.loseAnswer('POST /voice_in_trunks', { effect: 'before' });
  await expect(createTrunk()).rejects.toThrow('fetch failed');
  expect(trunks()).toBe(0);
});

test('a lost answer to a DELETE with an empty answer is lost, too', async () => {
  const { document } = await createTrunk();
  rig.faults.loseAnswer('DELETE /voice_in_trunks/:id');
  await expect(rig.send('DELETE', `/voice_in_trunks/${document.data.id}`)).rejects.toThrow('fetch failed');
  expect(trunks()).toBe(0);
});

test.each(['before', 'after'] as const)(
  'a request that hangs (%s its effect) lasts until the client gives up',
  async (effect) => {
    rig.faults.hang('POST /voice_in_trunks', { effect });
    const impatient = fetch(`${rig.url}/voice_in_trunks`, {
      method: 'POST',
      signal: AbortSignal.timeout(80),
      headers: { 'api-key': rig.account.apiKey, 'content-type': 'application/vnd.api+json' },
      body: JSON.stringify(create('voice_in_trunks', inboundTrunk())),
    });
    await expect(impatient).rejects.toThrow('timeout');
    await waitFor(() => rig.requests.all()[0]?.endedAt !== undefined);
    expect(trunks()).toBe(effect === 'after' ? 1 : 0);
  },
);

test('garbage is a 200 that is no JSON', async () => {
  rig.faults.garbage('GET /dids', { times: 1 });
  const page = await rig.get('/dids');
  expect([page.status, page.headers['content-type'], page.text.slice(0, 15)]).toEqual([
    200,
    'text/html',
    '<!DOCTYPE html>',
  ]);
  rig.faults.garbage('GET /pops', { shape: 'truncated', effect: 'after' });
  await expect(rig.get('/pops')).rejects.toThrow(SyntaxError);
});

test('a rate limit has the provider’s body and Retry-After only where it is asked for', async () => {
  rig.faults.rateLimit('GET /dids', { times: 1 });
  rig.faults.rateLimit('GET /dids', { retryAfterSeconds: 3 });
  const [plain, timed] = [await rig.get('/dids'), await rig.get('/dids')];
  expect(plain.document).toEqual({ errors: [{ status: '429', detail: 'Too Many Requests' }] });
  expect(plain.headers).not.toHaveProperty('retry-after');
  expect([timed.status, timed.headers['retry-after']]).toEqual([429, '3']);
});

test('a held request stands at the gate until it is let through', async () => {
  const gate = rig.faults.hold('POST /voice_in_trunks');
  const request = createTrunk();
  await gate.arrived;
  expect(trunks()).toBe(0);
  gate.release();
  expect((await request).status).toBe(201);
  expect((await createTrunk()).status).toBe(422);
});

test('a held request whose client goes away never takes effect; one held after its effect has', async () => {
  for (const effect of ['before', 'after'] as const) {
    rig.faults.clear();
    const gate = rig.faults.hold('POST /voice_in_trunks', { effect });
    const client = new AbortController();
    const request = fetch(`${rig.url}/voice_in_trunks`, {
      method: 'POST',
      signal: client.signal,
      headers: { 'api-key': rig.account.apiKey, 'content-type': 'application/vnd.api+json' },
      body: JSON.stringify(create('voice_in_trunks', inboundTrunk())),
    });
    await gate.arrived;
    client.abort();
    await expect(request).rejects.toThrow('abort');
    await waitFor(() => rig.requests.all().at(-1)?.endedAt !== undefined);
    gate.release();
    await rig.get('/balance');
    expect(trunks()).toBe(effect === 'after' ? 1 : 0);
  }
});

test('faults name method and path below the base address, or a pattern; nonsense is refused at once', async () => {
  rig.faults.fail('GET /dids/*', { status: 500 });
  rig.faults.fail(/^GET \/(pops|balance)$/, { status: 502 });
  rig.faults.fail('* /exports', { status: 504, server: 'vapi' });
  expect((await rig.get('/dids')).status).toBe(200);
  expect((await rig.get('/dids/1')).status).toBe(500);
  expect((await rig.get('/balance')).status).toBe(502);
  expect((await rig.get('/exports')).status).toBe(200);
  expect(() => rig.faults.fail('/dids', { status: 500 })).toThrow('METHOD /path');
});

test('every request is logged with its outcome, without its body or key', async () => {
  await createTrunk();
  await rig.get('/dids?filter[number]=1');
  rig.faults.loseAnswer('GET /pops');
  await rig.get('/pops').catch(() => undefined);
  await waitFor(() => rig.requests.all().every(({ endedAt }) => endedAt !== undefined));
  expect(rig.requests.all()).toMatchObject([
    { server: 'didww', method: 'POST', path: '/voice_in_trunks', write: true, status: 201 },
    { server: 'didww', method: 'GET', path: '/dids', query: 'filter[number]=1', write: false, status: 200 },
    { server: 'didww', method: 'GET', path: '/pops', fault: 'lost' },
  ]);
  expect(rig.requests.all()[2]).not.toHaveProperty('status');
  expect(rig.requests.matching(/^POST \/voice_in_trunks$/)).toHaveLength(1);
  expect(JSON.stringify(rig.requests.all())).not.toContain(rig.account.apiKey);
});

test('the latency passes once for each request', async () => {
  const slow = await startRig('2026-04-16', 40);
  const begun = performance.now();
  await Promise.all([slow.get('/dids'), slow.get('/pops')]);
  expect(performance.now() - begun).toBeGreaterThanOrEqual(39);
  await slow.stop();
});

test('requests side by side are one round, requests that follow one another are several', () => {
  const request = (startedAt: number, endedAt?: number): LoggedRequest => ({
    server: 'didww',
    method: 'GET',
    path: '/',
    query: '',
    write: false,
    startedAt,
    ...(endedAt === undefined ? {} : { endedAt }),
  });
  expect(countRounds([])).toBe(0);
  expect(countRounds([request(0, 10), request(1, 11), request(2, 9)])).toBe(1);
  expect(countRounds([request(0, 10), request(0, 30), request(12, 20), request(25, 40), request(50)])).toBe(3);
});

test('a server closes although requests hang or are held', async () => {
  const faults = new FaultBoard();
  const app = createSandboxServer({
    clock: systemClock,
    name: 'vapi',
    errorForm: () => 'vapi',
    faults,
    requests: new RequestLog(),
    latency: () => 0,
  });
  app.get('/call', () => ({}));
  const url = await listenOnLoopback(app);
  faults.hang('GET /call', { times: 1 });
  const gate = faults.hold('GET /call');
  const outcomes = Promise.allSettled([fetch(`${url}/call`), fetch(`${url}/call`)]);
  await gate.arrived;
  await app.close();
  expect((await outcomes).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
});
