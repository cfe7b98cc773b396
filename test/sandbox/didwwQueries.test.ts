import { afterEach, beforeEach, expect, test } from 'vitest';

import { addDid, foreignTrunk } from '../../src/sandbox/didww/seed.js';
import type { Rig } from './didwwRig.js';
import { create, inboundTrunk, link, outboundTrunk, startRig, update } from './didwwRig.js';

let rig: Rig;
beforeEach(async () => {
  rig = await startRig('2026-04-16');
});
afterEach(() => rig.stop());

// docs/providers/didww.md, Queries and includes
test('a relationship says where it points only when it is included', async () => {
  const pbx = foreignTrunk(rig.account, 'office-pbx');
  rig.did.voiceInTrunkId = pbx.id;

  const plain = await rig.get(`/dids/${rig.did.id}`);
  expect(plain.document.data.relationships['voice_in_trunk']).not.toHaveProperty('data');
  expect(plain.document.data.relationships['voice_in_trunk']?.links).toMatchObject({
    related: `${rig.url}/dids/${rig.did.id}/voice_in_trunk`,
  });
  expect(plain.document).not.toHaveProperty('included');

  const { document } = await rig.get(
    `/dids/${rig.did.id}?include=voice_in_trunk,voice_in_trunk_group,did_group.country`,
  );
  expect(document.data.relationships['voice_in_trunk']?.data).toEqual({ type: 'voice_in_trunks', id: pbx.id });
  expect(document.data.relationships['voice_in_trunk_group']?.data).toBeNull();
  expect(document.data.relationships['capacity_pool']).not.toHaveProperty('data');
  expect(document.included.map(({ type }) => type).sort()).toEqual(['countries', 'did_groups', 'voice_in_trunks']);
});

// docs/providers/didww.md, Queries and includes
test('include is honoured on create and update', async () => {
  const [pop] = rig.account.pops.values();
  const made = await rig.send(
    'POST',
    '/voice_in_trunks?include=pop',
    create('voice_in_trunks', inboundTrunk(), { pop: link('pops', pop?.id ?? '') }),
  );
  expect(made.status).toBe(201);
  expect(made.document.included).toMatchObject([{ type: 'pops', id: pop?.id }]);

  const route = update('dids', rig.did.id, {}, { voice_in_trunk: link('voice_in_trunks', made.document.data.id) });
  const routed = await rig.send('PATCH', `/dids/${rig.did.id}?include=voice_in_trunk`, route);
  expect(routed.document.data.relationships['voice_in_trunk']?.data).toMatchObject({ id: made.document.data.id });
});

// docs/providers/didww.md, Errors
test.each([
  ['/voice_in_trunk_groups?filter[name]=a', '102'],
  ['/dids?filter[bogus]=1', '102'],
  ['/voice_out_trunks?filter[on_cli_mismatch_action]=replace_cli', '107'],
  ['/voice_out_trunks?filter[default_did.id]=9df99644-f1a5-4a3c-99a4-559d758eb96b', '107'],
  ['/dids?include=bogus', '112'],
  ['/dids?include=did_group.bogus', '112'],
  ['/dids?include=voice_out_trunk', '112'],
  ['/voice_out_trunks?include=default_did', '112'],
  ['/dids?sort=bogus', '114'],
  ['/dids?page[size]=101', '118'],
  ['/voice_in_trunks?page[size]=0', '118'],
  ['/voice_out_trunks?page[size]=1001', '118'],
  ['/dids?page[number]=x', '118'],
  ['/dids?page[offset]=1', '117'],
  ['/dids?fields[dids]=bogus', '104'],
])('a query the API does not know is a 400: %s', async (path, code) => {
  const { status, document } = await rig.get(path);
  expect(status).toBe(400);
  expect(document.errors).toMatchObject([{ code, status: '400' }]);
});

// docs/providers/didww.md, Queries and includes
test('the largest page is 100 for numbers and inbound trunks, 1000 for outbound trunks', async () => {
  expect((await rig.get('/dids?page[size]=100')).status).toBe(200);
  expect((await rig.get('/voice_out_trunks?page[size]=1000')).status).toBe(200);
});

// docs/providers/didww.md, Queries and includes
test('collections come in pages of 50 with links, the missing ones left out', async () => {
  for (let index = 0; index < 119; index++) addDid(rig.account, { number: `1202555${String(1000 + index)}` });

  const first = (await rig.get('/dids?sort=number')).document;
  expect(first.data).toHaveLength(50);
  expect(first.meta['total_records']).toBe(120);
  expect(first.links).not.toHaveProperty('prev');
  const second = (await rig.get(first.links['next'] ?? '')).document;
  expect(Object.keys(second.links)).toEqual(['first', 'prev', 'next', 'last']);
  const last = (await rig.get(second.links['next'] ?? '')).document;
  expect(last.data).toHaveLength(20);
  expect(last.links).not.toHaveProperty('next');
  expect(last.links['last']).toContain('page%5Bnumber%5D=3&page%5Bsize%5D=50');

  const ids = [first, second, last].flatMap(({ data }) => data.map(({ id }) => id));
  expect(new Set(ids).size).toBe(120);
});

// docs/providers/didww.md, Queries and includes
test('points of presence are not paginated', async () => {
  const { document } = await rig.get('/pops');
  expect(document.data).toHaveLength(7);
  expect(document).not.toHaveProperty('links');
});

// docs/providers/didww.md, Queries and includes
test('numbers are found by exact digits, any of a list; a leading plus finds nothing', async () => {
  addDid(rig.account, { number: '+12025550143' });
  const found = async (value: string) => (await rig.get(`/dids?filter[number]=${value}`)).document.data.length;
  expect(await found('18648301018')).toBe(1);
  expect(await found('18648301018,12025550143,19995550100')).toBe(2);
  expect(await found('1864830')).toBe(0);
  expect(await found('%2B18648301018')).toBe(0);
});

// docs/providers/didww.md, Queries and includes
test('several filters must all match; features must all be there', async () => {
  addDid(rig.account, { number: '+12025550143', condition: 'no-voice-out' });
  const found = async (query: string) =>
    (await rig.get(`/dids?${query}`)).document.data.map(({ attributes }) => attributes['number']);
  expect(await found('filter[did_group.features]=voice_in,voice_out')).toEqual(['18648301018']);
  expect(await found('filter[did_group.features]=voice_in&filter[number]=12025550143')).toEqual(['12025550143']);
});

// docs/providers/didww.md, Queries and includes
test('inbound trunks are found by a list of names, outbound trunks by one name or a part; references are exact', async () => {
  for (const name of ['a', 'b', 'c']) {
    await rig.send(
      'POST',
      '/voice_in_trunks',
      create('voice_in_trunks', inboundTrunk({ name, external_reference_id: `x/${name}` })),
    );
    await rig.send('POST', '/voice_out_trunks', create('voice_out_trunks', outboundTrunk({ name: `out ${name}` })));
  }
  const names = async (path: string) => (await rig.get(path)).document.data.map(({ attributes }) => attributes['name']);
  expect(await names('/voice_in_trunks?filter[name]=a,c')).toEqual(['a', 'c']);
  expect(await names('/voice_in_trunks?filter[external_reference_id]=x/b')).toEqual(['b']);
  expect(await names('/voice_in_trunks?filter[external_reference_id]=x/a,x/b')).toEqual([]);
  expect(await names('/voice_in_trunks?filter[configuration.type]=pstn_configurations')).toEqual([]);
  expect(await names('/voice_out_trunks?filter[name]=out a,out b')).toEqual([]);
  expect(await names('/voice_out_trunks?filter[name_contains]=out&sort=-name')).toEqual(['out c', 'out b', 'out a']);
});

// docs/providers/didww.md, Queries and includes
test('fields prunes attributes and relationships; the id stays', async () => {
  const { document } = await rig.get(`/dids/${rig.did.id}?fields[dids]=number,voice_in_trunk&include=voice_in_trunk`);
  expect(document.data.id).toBe(rig.did.id);
  expect(document.data.attributes).toEqual({ number: '18648301018' });
  expect(Object.keys(document.data.relationships)).toEqual(['voice_in_trunk']);
});
