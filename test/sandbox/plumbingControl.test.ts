import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, test } from 'vitest';

import { defaultNumbers, loadScenario, startSandbox, unusableNumbers } from '../../src/sandbox/index.js';
import { control, didww, givenSandbox, vapi } from './sandboxRig.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'patchbay-sandbox-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

async function scenarioFile(text: string | Uint8Array): Promise<string> {
  const file = join(folder, 'scenario.yaml');
  await writeFile(file, text);
  return file;
}

test('a sandbox offers both providers, both regions, an assistant in each and numbers that are ready', async () => {
  const sandbox = await givenSandbox();
  expect(sandbox.didwwUrl).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/v3$/);
  expect(sandbox.didwwUrl).toBe(`${sandbox.didwwAuthUrl}/v3`);
  expect(sandbox.numbers).toEqual(['+18648301018', '+18648301019', '+18648301020', '+12025550143', '+12025550144']);
  expect((await didww(sandbox, '/dids')).status).toBe(200);
  expect((await vapi(sandbox.vapiUrl, sandbox.vapiApiKey, `/assistant/${sandbox.assistantId}`)).status).toBe(200);
  expect((await vapi(sandbox.vapiEuUrl, sandbox.vapiEuApiKey, `/assistant/${sandbox.euAssistantId}`)).status).toBe(200);
  expect((await vapi(sandbox.vapiEuUrl, sandbox.vapiApiKey, '/assistant')).status).toBe(401);
});

test('the account holds what other people made: an office number on a trunk of theirs, an assistant with a tool', async () => {
  const { didww: account, vapi: organisation, assistantId } = await givenSandbox();
  const [pbx] = account.inboundTrunks.values();
  expect(pbx).toMatchObject({ name: 'office-pbx', externalReferenceId: null });
  expect(account.didByNumber('+18648301030')).toMatchObject({ voiceInTrunkId: pbx?.id });
  const [tool] = organisation.tools.values();
  expect(organisation.assistants.get(assistantId)?.model).toMatchObject({ toolIds: [tool?.id], temperature: 0.3 });
});

test('there is a number for each reason to refuse one', async () => {
  const { didww: account, vapi: organisation, vapiEu, numbers } = await givenSandbox({ numbers: unusableNumbers });
  expect(numbers).toEqual([]);
  expect(account.dids.size).toBe(unusableNumbers.length);
  expect(account.didByNumber('+18648301048')?.voiceInTrunkGroupId).not.toBeNull();
  for (const { phoneNumbers } of [organisation, vapiEu]) {
    expect([...phoneNumbers.values()]).toMatchObject([{ number: '+18648301049', name: 'Imported by somebody else' }]);
  }
});

test('the state is a copy that changes with the providers, not with calls, spending or versions', async () => {
  const sandbox = await givenSandbox();
  const before = sandbox.state();
  const did = sandbox.didww.didByNumber('+18648301018');
  const assistant = sandbox.vapi.assistants.get(sandbox.assistantId);
  if (did === undefined || assistant === undefined) throw new Error('The usual content is not there.');

  sandbox.vapi.patchAssistant(sandbox.vapi.patchAssistant(assistant, { name: 'other' }), { name: assistant.name });
  sandbox.didww.balance.balance -= 1;
  expect(sandbox.state()).toEqual(before);
  did.description = 'changed';
  expect(sandbox.state()).not.toEqual(before);
  expect((await control(sandbox, 'GET', '/state')).body).toEqual(JSON.parse(JSON.stringify(sandbox.state())));
});

test('requests to all providers are listed in order, with filters', async () => {
  const sandbox = await givenSandbox();
  await didww(sandbox, '/dids');
  await vapi(sandbox.vapiUrl, sandbox.vapiApiKey, '/tool');
  expect((await control(sandbox, 'GET', '/requests')).body).toMatchObject([
    { server: 'didww', method: 'GET', path: '/dids' },
    { server: 'vapi', method: 'GET', path: '/tool' },
  ]);
  expect((await control(sandbox, 'GET', '/requests?server=vapi&write=false')).body).toHaveLength(1);
  expect((await control(sandbox, 'GET', '/requests?write=true')).body).toEqual([]);
  expect((await control(sandbox, 'DELETE', '/requests')).status).toBe(204);
  expect(sandbox.requests()).toEqual([]);
});

test('faults are set, counted and taken away over HTTP; a held request passes when its fault goes', async () => {
  const sandbox = await givenSandbox();
  const failing = await control(sandbox, 'POST', '/faults', {
    kind: 'fail',
    match: 'GET /tool',
    status: 503,
    times: 1,
    server: 'vapi',
  });
  expect(failing).toMatchObject({ status: 201, body: { id: 1, kind: 'answer', hits: 0 } });
  expect((await vapi(sandbox.vapiEuUrl, sandbox.vapiEuApiKey, '/tool')).status).toBe(200);
  const failed = await vapi(sandbox.vapiUrl, sandbox.vapiApiKey, '/tool');
  expect(failed.status).toBe(503);
  expect(await failed.json()).toEqual({
    statusCode: 503,
    error: 'Service Unavailable',
    message: 'Service Unavailable',
  });
  expect((await vapi(sandbox.vapiUrl, sandbox.vapiApiKey, '/tool')).status).toBe(200);

  const held = await control(sandbox, 'POST', '/faults', { kind: 'hold', match: 'GET /dids' });
  const request = didww(sandbox, '/dids');
  await expect.poll(() => sandbox.faults.all()[1]?.hits(), { interval: 5 }).toBe(1);
  await control(sandbox, 'DELETE', `/faults/${String((held.body as { id: number }).id)}`);
  expect((await request).status).toBe(200);
  expect((await control(sandbox, 'GET', '/faults')).body).toMatchObject([{ match: 'GET /tool', hits: 1 }]);
  expect((await control(sandbox, 'DELETE', '/faults/9')).status).toBe(404);
  expect((await control(sandbox, 'DELETE', '/faults')).status).toBe(204);
  expect(sandbox.faults.all()).toEqual([]);
});

test('latency, numbers and switches are changed over HTTP', async () => {
  const sandbox = await givenSandbox();
  expect((await control(sandbox, 'POST', '/latency', { latencyMs: 30 })).status).toBe(200);
  const begun = performance.now();
  await didww(sandbox, '/countries');
  expect(performance.now() - begun).toBeGreaterThanOrEqual(29);

  const seed = { number: '+13125550111', condition: 'blocked', routedTo: 'office-pbx' };
  expect(await control(sandbox, 'POST', '/dids', seed)).toMatchObject({
    status: 201,
    body: { number: '13125550111', blocked: true },
  });
  expect((await control(sandbox, 'POST', '/dids', seed)).status).toBe(409);

  const wanted = {
    didww: { outboundApiEnabled: false },
    vapi: { concurrencyLimit: 1 },
    balance: { balance: 0, credit: 0 },
  };
  expect((await control(sandbox, 'POST', '/switches', wanted)).body).toMatchObject(wanted);
  expect((await didww(sandbox, '/voice_out_trunks')).status).toBe(403);
  expect(sandbox.vapiEu.switches.concurrencyLimit).toBe(10);
  expect((await control(sandbox, 'GET', '/calls')).body).toEqual({
    vapi: [],
    vapiEu: [],
    didww: { inbound: [], outbound: [] },
  });
});

test('a call from outside can be set going over HTTP, and leaves its traces', async () => {
  const sandbox = await givenSandbox({ callPhaseMs: 1 });
  const call = { from: '+13125550111', to: '+18648301018' };
  expect((await control(sandbox, 'POST', '/calls', call)).status).toBe(202);
  await expect.poll(() => sandbox.didww.callRecords.inbound.length, { interval: 5 }).toBe(1);
  const { body } = await control(sandbox, 'GET', '/calls');
  expect(body).toMatchObject({
    didww: { inbound: [{ source: '13125550111', destinationDid: '18648301018', status: 'Failed' }] },
  });
});

test('what the control API cannot carry out is refused with every problem named', async () => {
  const sandbox = await givenSandbox();
  const refused = async (path: string, body: unknown): Promise<string> => {
    const answer = await control(sandbox, 'POST', path, body);
    expect(answer.status).toBe(400);
    return (answer.body as { error: string }).error;
  };
  expect(await refused('/faults', { kind: 'fail', match: 'tool', status: 99 })).toMatch(
    /status: [^]*match: must be "METHOD \/path"/,
  );
  expect(await refused('/switches', { didww: { outbound: false } })).toContain('outbound');
  expect(await refused('/switches', { didww: { apiVersion: 'newest', mintsPerMinute: '2' } })).toMatch(
    /didww\.apiVersion: must be a date such as 2026-11-19\n[^]*didww\.mintsPerMinute: /,
  );
  expect(await refused('/switches', { vapi: { billing: 'free' } })).toContain('vapi.billing');
  expect(await refused('/latency', {})).toContain('latencyMs');
  expect(await refused('/dids', { number: '18648301018' })).toContain('number: must be E.164');
});

test('a scenario file decides numbers, faults, switches and latency', async () => {
  const file = await scenarioFile(`
latencyMs: 5
numbers:
  - number: "+12025550143"
  - { number: "+12025550144", condition: expired }
faults:
  - { kind: rate-limit, match: GET /balance, retryAfterSeconds: 2, times: 1 }
switches:
  didww: { apiVersion: 2022-05-10, honoursVersionHeader: false }
  balance: { balance: 0 }
`);
  const sandbox = await givenSandbox({ scenario: await loadScenario(file) });
  expect(sandbox.numbers).toEqual(['+12025550143']);
  const limited = await didww(sandbox, '/balance');
  expect([limited.status, limited.headers.get('retry-after')]).toEqual([429, '2']);
  expect(await (await didww(sandbox, '/balance')).json()).toMatchObject({
    data: { attributes: { balance: '0.00' } },
    meta: { api_version: '2022-05-10' },
  });
});

test('a scenario that cannot be used is one error with the file and every problem', async () => {
  const file = await scenarioFile('latencyMs: -1\nnumbers: [{ number: "1" }]\nweather: sunny\n');
  await expect(loadScenario(file)).rejects.toThrow(
    /scenario .*scenario\.yaml cannot be used:\n[^]*numbers\[0\]\.number: [^]*latencyMs: [^]*weather/,
  );
  await expect(loadScenario(join(folder, 'none.yaml'))).rejects.toThrow('there is no such file or folder');
  const twice = 'numbers: [{ number: "+12025550123" }, { number: "+12025550123" }]';
  await expect(loadScenario(await scenarioFile(twice))).rejects.toThrow('numbers: must list no number twice');
  await expect(loadScenario(await scenarioFile('a: ['))).rejects.toThrow('cannot be used');
  await expect(loadScenario(await scenarioFile('latencyMs: *none'))).rejects.toThrow('line 1: the alias *none names');
  await expect(loadScenario(await scenarioFile(Buffer.from('# Büro', 'latin1')))).rejects.toThrow('is not UTF-8');
});

test('ports follow one another from the base; a taken one leaves nothing open', async () => {
  const portBase = await fourFreePorts();
  const occupant = await occupy(portBase + 3);
  await expect(startSandbox({ portBase })).rejects.toThrow('EADDRINUSE');
  await vacate(occupant);
  const sandbox = await givenSandbox({ portBase });
  expect(sandbox.controlUrl).toBe(`http://127.0.0.1:${String(portBase + 3)}`);
  expect(sandbox.didwwUrl).toBe(`http://127.0.0.1:${String(portBase)}/v3`);
});

test('the usual numbers are all different and E.164', () => {
  const numbers = [...defaultNumbers, ...unusableNumbers].map(({ number }) => number);
  expect(new Set(numbers).size).toBe(numbers.length);
  expect(numbers.every((number) => /^\+1\d{10}$/.test(number))).toBe(true);
});

/** The first of four ports below the ephemeral range that nobody listens on at the moment. */
async function fourFreePorts(base = 20_000 + (process.pid % 1000) * 8): Promise<number> {
  const occupants = await Promise.allSettled([0, 1, 2, 3].map((offset) => occupy(base + offset)));
  const held = occupants.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
  await Promise.all(held.map(vacate));
  return held.length === 4 ? base : fourFreePorts(base + 4);
}

function occupy(port: number): Promise<Server> {
  const server = createServer();
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      resolve(server);
    });
  });
}

function vacate(server: Server): Promise<unknown> {
  return new Promise((resolve) => server.close(resolve));
}
