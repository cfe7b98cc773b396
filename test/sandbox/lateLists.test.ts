// Lists that are late, and lists that come back empty although something stands, at both providers.
import { join } from 'node:path';
import { tmpdir } from 'node:os';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';

import { expect, onTestFinished, test } from 'vitest';

import type { DidwwVersion } from '../../src/sandbox/index.js';
import { loadScenario } from '../../src/sandbox/index.js';
import { VapiAccount } from '../../src/sandbox/vapi/index.js';
import type { Rig } from './didwwRig.js';
import { create, link, outboundTrunk, sipTrunk, startRig, update } from './didwwRig.js';
import { control, didww, givenSandbox, vapi } from './sandboxRig.js';
import type { VapiRig } from './vapiRig.js';
import { givenVapi } from './vapiRig.js';

const LAG_MS = 5000;

async function givenDidww(version?: DidwwVersion): Promise<Rig> {
  const rig = await startRig(version);
  onTestFinished(() => rig.stop());
  return rig;
}

/** Ids of what an organisation has from the beginning. */
interface Standing {
  readonly credentialId: string;
  readonly phoneNumberId: string;
}

interface Organisation extends VapiRig {
  readonly standing: Standing;
  /** Moves the organisation's clock, which stands still otherwise. */
  advance(milliseconds: number): void;
}

/** An organisation with a credential and a number that lists show, whatever their lag. */
async function givenOrganisation(): Promise<Organisation> {
  let now = Date.parse('2026-11-29T12:00:00.000Z');
  const rig = await givenVapi(new VapiAccount({ region: 'us', apiKey: 'key', clock: { now: () => now } }));
  onTestFinished(() => rig.stop());
  rig.account.switches.callVisibleAfterMs = 0;
  const { id: credentialId } = rig.account.addCredential({ provider: 'byo-sip-trunk', gateways: [] });
  const { id: phoneNumberId } = rig.account.addPhoneNumber({ provider: 'vapi', number: '+12025550143' });
  now += LAG_MS + 1; // no two objects are made in the same millisecond
  return {
    ...rig,
    standing: { credentialId, phoneNumberId },
    advance: (milliseconds) => {
      now += milliseconds;
    },
  };
}

// docs/providers/didww.md, Idempotency: no source tells how late lists are; the switch decides.
test.each([
  ['outboundTrunks', 'voice_out_trunks', outboundTrunk()],
  ['inboundTrunks', 'voice_in_trunks', sipTrunk()],
  ['groups', 'voice_in_trunk_groups', { name: 'acme group' }],
] as const)(
  '%s of DIDWW come late to lists and go late; by id they are there and gone at once',
  async (kind, type, body) => {
    const rig = await givenDidww();
    rig.account.switches.listLagMs[kind] = LAG_MS;
    const listed = async () => (await rig.get(`/${type}`)).document.data.map(({ id }) => id);

    const { id } = (await rig.send('POST', `/${type}`, create(type, body))).document.data;
    expect([await listed(), (await rig.get(`/${type}/${id}`)).status]).toEqual([[], 200]);
    rig.advance(LAG_MS + 1);
    expect(await listed()).toEqual([id]);

    await rig.send('DELETE', `/${type}/${id}`);
    expect([await listed(), (await rig.get(`/${type}/${id}`)).status]).toEqual([[id], 404]);
    rig.advance(LAG_MS + 1);
    expect(await listed()).toEqual([]);
  },
);

// docs/providers/didww.md, Idempotency: that this is late, too, is assumed.
test('where a number is routed to shows late in lists, however they are filtered; by id it shows at once', async () => {
  const rig = await givenDidww();
  rig.account.switches.listLagMs.dids = LAG_MS;
  const made = async (name: string) =>
    (await rig.send('POST', '/voice_in_trunks', create('voice_in_trunks', sipTrunk({ name })))).document.data.id;
  const trunks = [await made('first'), await made('second')];
  const route = (id: string | null) => {
    const relationships = { voice_in_trunk: link('voice_in_trunks', id) };
    return rig.send('PATCH', `/dids/${rig.did.id}`, update('dids', rig.did.id, {}, relationships));
  };
  const routedTo = async (path: string) =>
    [(await rig.get(`${path}include=voice_in_trunk`)).document.included].flat().map(({ id }) => id);
  const listed = async () => ({
    byTrunk: await Promise.all(trunks.map((id) => routedTo(`/dids?filter[voice_in_trunk.id]=${id}&`))),
    byNumber: await routedTo(`/dids?filter[number]=${rig.did.number}&`),
  });
  const [first = '', second = ''] = trunks;

  await route(first);
  expect([await listed(), await routedTo(`/dids/${rig.did.id}?`)]).toEqual([
    { byTrunk: [[], []], byNumber: [] },
    [first],
  ]);
  rig.advance(LAG_MS + 1);
  await route(second);
  await route(null);
  expect([await listed(), await routedTo(`/dids/${rig.did.id}?`)]).toEqual([
    { byTrunk: [[first], []], byNumber: [first] },
    [],
  ]);
  rig.advance(LAG_MS + 1);
  expect(await listed()).toEqual({ byTrunk: [[], []], byNumber: [] });
});

// docs/providers/didww.md, Exports (call records): found again by their reference; how late is assumed.
test('an export comes late to searches, too; a kind that is not named is up to date', async () => {
  const rig = await givenDidww();
  rig.account.switches.listLagMs.exports = LAG_MS;
  const now = new Date().toISOString().slice(0, 8);
  const filters = { from: `${now}01 00:00:00`, to: `${now}01 00:00:01` };
  const wanted = { export_type: 'cdr_in', filters, external_reference_id: 'patchbay/acme' };
  const found = async () => {
    const { document } = await rig.get('/exports?filter[external_reference_id]=patchbay/acme');
    return document.data.map(({ id }) => id);
  };

  const { id } = (await rig.send('POST', '/exports', create('exports', wanted))).document.data;
  await rig.send('POST', '/voice_in_trunks', create('voice_in_trunks', sipTrunk()));
  expect([await found(), (await rig.get(`/exports/${id}`)).status]).toEqual([[], 200]);
  expect((await rig.get('/voice_in_trunks')).document.meta['total_records']).toBe(1);
  rig.advance(LAG_MS + 1);
  expect(await found()).toEqual([id]);
});

// docs/providers/vapi.md, Lists: a new object may be missing for a moment. How long, and that a deleted
// one stays, is assumed.
test.each([
  ['credentials', '/credential', () => ({ provider: 'byo-sip-trunk', gateways: [] })],
  ['tools', '/tool', () => ({ type: 'endCall' })],
  [
    'phoneNumbers',
    '/phone-number',
    ({ credentialId }: Standing) => ({ provider: 'byo-phone-number', number: '+18648301018', credentialId }),
  ],
  ['assistants', '/assistant', () => ({ name: 'Reception' })],
  [
    'calls',
    '/call',
    ({ phoneNumberId }: Standing) => ({ assistant: {}, customer: { number: '+12025550100' }, phoneNumberId }),
  ],
] as const)(
  '%s of Vapi come late to lists and go late; by id they are there and gone at once',
  async (...[kind, path, body]) => {
    const rig = await givenOrganisation();
    const listed = async () => ((await rig.send('GET', path)).body as { id: string }[]).map(({ id }) => id);
    rig.account.switches.listLagMs[kind] = LAG_MS;
    const before = await listed();

    const { id } = (await rig.send('POST', path, body(rig.standing))).body as { id: string };
    expect([await listed(), (await rig.send('GET', `${path}/${id}`)).status]).toEqual([before, 200]);
    rig.advance(LAG_MS + 1);
    expect(await listed()).toEqual([id, ...before]);

    await rig.send('DELETE', `${path}/${id}`);
    expect([await listed(), (await rig.send('GET', `${path}/${id}`)).status]).toEqual([[id, ...before], 404]);
    rig.advance(LAG_MS + 1);
    expect(await listed()).toEqual(before);
  },
);

test('the lag of one kind is set over HTTP or by a scenario, and leaves the others as they are', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'patchbay-sandbox-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, 'scenario.yaml');
  await writeFile(file, 'switches: { didww: { listLagMs: { exports: 7 } }, vapiEu: { listLagMs: { calls: 8 } } }');
  const sandbox = await givenSandbox({ scenario: await loadScenario(file) });
  const change = { didww: { listLagMs: { groups: 9 } }, vapi: { listLagMs: { tools: 10 } } };
  const inSync = { assistants: 0, tools: 0, credentials: 0, phoneNumbers: 0, calls: 0 };

  expect((await control(sandbox, 'POST', '/switches', change)).body).toMatchObject({
    didww: { listLagMs: { outboundTrunks: 0, inboundTrunks: 0, groups: 9, dids: 0, exports: 7 } },
    vapi: { listLagMs: { ...inSync, tools: 10 } },
    vapiEu: { listLagMs: { ...inSync, calls: 8 } },
  });
  expect(await control(sandbox, 'POST', '/switches', { vapi: { listLagMs: { trunks: 1, calls: -1 } } })).toEqual({
    status: 400,
    body: { error: expect.stringMatching(/vapi\.listLagMs.*\n.*vapi\.listLagMs/) as string },
  });
});

// docs/providers/didww.md, Queries and includes; Transport and versions
test.each(['2026-04-16', '2026-11-19'] as const)(
  'a list of DIDWW comes back empty once, in the envelope of %s; reads by id do not',
  async (version) => {
    const rig = await givenDidww(version);
    const fault = rig.faults.emptyList('GET /dids', { times: 1 });
    const path = '/dids?page[size]=10&include=voice_in_trunk';

    expect((await rig.get(`/dids/${rig.did.id}`)).document.data.id).toBe(rig.did.id);
    const { status, document } = await rig.get(path);
    const page = `${rig.url}/dids?page%5Bsize%5D=10&include=voice_in_trunk&page%5Bnumber%5D=1`;
    expect({ status, document }).toEqual({
      status: 200,
      document: {
        data: [],
        included: [],
        meta: { total_records: 0, api_version: version },
        links: { first: page, last: page },
      },
    });
    expect((await rig.get(path)).document.data.map(({ id }) => id)).toEqual([rig.did.id]);
    expect(fault.hits()).toBe(1);
  },
);

// docs/providers/vapi.md, Lists
test('lists of Vapi come back empty as often as is said: a bare array, or a page of none', async () => {
  const rig = await givenOrganisation();
  const numbers = rig.account.phoneNumbers.size;
  rig.faults.emptyList('GET /phone-number', { times: 2 });
  rig.faults.emptyList('GET /v2/phone-number', { times: 1 });
  const listed = async () => (await rig.send('GET', '/phone-number')).body;

  expect([await listed(), await listed(), await listed()]).toEqual([[], [], [expect.anything()]]);
  expect((await rig.send('GET', '/v2/phone-number')).body).toEqual({
    results: [],
    metadata: {
      itemsPerPage: 100,
      totalItems: 0,
      currentPage: 1,
      totalPages: 0,
      hasNextPage: false,
      sortOrder: 'DESC',
    },
  });
  expect((await rig.send('GET', '/v2/phone-number')).body).toMatchObject({ metadata: { totalItems: numbers } });
});

test('an empty list is a fault that is placed over HTTP, on lists alone', async () => {
  const sandbox = await givenSandbox();
  const place = (fault: object) => control(sandbox, 'POST', '/faults', { kind: 'empty-list', times: 1, ...fault });
  const counts = async () => [
    ((await (await didww(sandbox, '/dids')).json()) as { data: unknown[] }).data.length,
    ((await (await vapi(sandbox.vapiUrl, sandbox.vapiApiKey, '/tool')).json()) as unknown[]).length,
  ];

  expect((await place({ match: 'GET /dids' })).body).toEqual({
    id: 1,
    match: 'GET /dids',
    kind: 'empty-list',
    server: 'all',
    hits: 0,
  });
  await place({ match: 'GET /tool', server: 'vapi' });
  expect([await counts(), await counts()]).toEqual([
    [0, 0],
    [sandbox.didww.dids.size, sandbox.vapi.tools.size],
  ]);
  expect(sandbox.requests().map(({ fault }) => fault)).toEqual(['empty-list', 'empty-list', undefined, undefined]);
  expect(await place({ match: 'POST /tool', effect: 'after' })).toEqual({
    status: 400,
    body: { error: expect.stringMatching(/match: must be "GET \/path" of a list[^]*effect/) as string },
  });
});
