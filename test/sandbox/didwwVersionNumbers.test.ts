import { afterEach, beforeEach, expect, test } from 'vitest';

import { addDid, foreignGroup, foreignTrunk } from '../../src/sandbox/didww/seed.js';
import type { Answer, Rig } from './didwwRig.js';
import { link, problems, startRig, update } from './didwwRig.js';

let rig: Rig;
beforeEach(async () => {
  rig = await startRig('2026-11-19');
});
afterEach(() => rig.stop());

const patch = (relationships: object, query = ''): Promise<Answer> =>
  rig.send('PATCH', `/dids/${rig.did.id}${query}`, update('dids', rig.did.id, {}, relationships));

const trunk = (id: string | null): object => ({ voice_in_trunk: link('voice_in_trunks', id) });
const group = (id: string | null): object => ({ voice_in_trunk_group: link('voice_in_trunk_groups', id) });

// docs/providers/didww.md, DIDs and routing
test('a number can lead messages somewhere, which is shown when it is included, and found by', async () => {
  const { document } = await rig.get(`/dids/${rig.did.id}?include=sms_trunk,sms_trunk_group`);
  const { sms_trunk: one, sms_trunk_group: several, order } = document.data.relationships;

  expect([one?.data, several?.data]).toEqual([null, null]);
  expect(order).not.toHaveProperty('data');
  expect((await rig.get('/dids?filter[sms_trunk.id]=x')).document.data).toEqual([]);
  expect((await rig.get('/dids?filter[sms_trunk_group.id]=x')).document.data).toEqual([]);
  expect((await patch({ sms_trunk: link('sms_trunks', null) })).status).toBe(200);
});

// docs/providers/didww.md, DIDs and routing
test('a change answers with links alone; an include with it is refused, or honoured where that is set', async () => {
  const pbx = foreignTrunk(rig.account, 'office-pbx');
  const plain = await patch(trunk(pbx.id));
  const refused = await patch(trunk(null), '?include=voice_in_trunk');

  expect(plain.status).toBe(200);
  expect(plain.document.data.relationships['voice_in_trunk']).not.toHaveProperty('data');
  expect(refused.document.errors).toEqual([
    {
      title: 'Invalid include',
      detail: 'voice_in_trunk cannot be included in the answer to a change.',
      code: '112',
      status: '400',
    },
  ]);
  expect(rig.did.voiceInTrunkId).toBe(pbx.id);

  rig.account.switches.didPatchTakesInclude = true;
  const honoured = await patch(trunk(pbx.id), '?include=voice_in_trunk');
  expect(honoured.document.data.relationships['voice_in_trunk']?.data).toEqual({ type: 'voice_in_trunks', id: pbx.id });
});

// docs/providers/didww.md, DIDs and routing; that the other one may be cleared in the same change is assumed
test('a number is routed to a trunk while its group is cleared, and the other way round, but not to both', async () => {
  const pbx = foreignTrunk(rig.account, 'office-pbx').id;
  const hunt = foreignGroup(rig.account, 'hunt').id;
  const routing = () => [rig.did.voiceInTrunkId, rig.did.voiceInTrunkGroupId];

  await patch({ ...trunk(null), ...group(hunt) });
  expect(routing()).toEqual([null, hunt]);
  await patch({ ...trunk(pbx), ...group(null) });
  expect(routing()).toEqual([pbx, null]);
  expect(problems(await patch({ ...trunk(pbx), ...group(hunt) }))).toEqual([
    '422 /data/relationships/voice_in_trunk_group must be blank',
  ]);
  expect(routing()).toEqual([pbx, null]);
});

// docs/providers/didww.md, DIDs and routing
test('numbers come in their own order unless another is asked for', async () => {
  addDid(rig.account, { number: '+12025550143' });
  const numbers = async (query: string) =>
    (await rig.get(`/dids${query}`)).document.data.map(({ attributes }) => attributes['number']);

  expect(await numbers('')).toEqual(['12025550143', '18648301018']);
  expect(await numbers('?sort=-number')).toEqual(['18648301018', '12025550143']);
});

// docs/providers/didww.md, DIDs and routing
test('a number’s group says its type', async () => {
  const { document } = await rig.get(`/did_groups/${rig.did.didGroupId}`);

  expect(document.data.attributes).toEqual({
    prefix: '864',
    area_name: 'Greenville, SC',
    features: ['voice_in', 'voice_out', 't38', 'sms_in'],
    is_metered: false,
    allow_additional_channels: true,
    service_restrictions: null,
    number_type: 'local',
    is_demo: false,
  });
});
