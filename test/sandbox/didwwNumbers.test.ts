import { afterEach, beforeEach, expect, test } from 'vitest';

import type { DidCondition } from '../../src/sandbox/didww/seed.js';
import { addDid, didConditions, foreignGroup, foreignTrunk } from '../../src/sandbox/didww/seed.js';
import type { Answer, Rig } from './didwwRig.js';
import { link, problems, startRig, update } from './didwwRig.js';

let rig: Rig;
beforeEach(async () => {
  rig = await startRig('2026-04-16');
});
afterEach(() => rig.stop());

const patch = (attributes: object, relationships: object = {}): Promise<Answer> =>
  rig.send('PATCH', `/dids/${rig.did.id}`, update('dids', rig.did.id, attributes, relationships));

const trunk = (id: string | null): object => ({ voice_in_trunk: link('voice_in_trunks', id) });
const group = (id: string | null): object => ({ voice_in_trunk_group: link('voice_in_trunk_groups', id) });

const UNKNOWN = '9df99644-f1a5-4a3c-99a4-559d758eb96b';

// docs/providers/didww.md, DIDs and routing
test('a number shows its digits without plus, its state, and its group’s features', async () => {
  const { document } = await rig.get(`/dids?filter[number]=18648301018&include=did_group`);
  expect(document.data[0]?.attributes).toEqual({
    number: '18648301018',
    description: null,
    blocked: false,
    awaiting_registration: false,
    terminated: false,
    expires_at: '2099-01-15T09:30:00.000Z',
    billing_cycles_count: null,
    capacity_limit: null,
    channels_included_count: 2,
    dedicated_channels_count: 0,
    emergency_enabled: false,
    created_at: '2026-01-15T09:30:00.000Z',
  });
  expect(document.included[0]?.attributes).toMatchObject({
    features: ['voice_in', 'voice_out', 't38', 'sms_in'],
    is_metered: false,
  });
});

// docs/providers/didww.md, DIDs and routing
test('numbers are neither made nor deleted through the API', async () => {
  expect((await rig.send('POST', '/dids', { data: { type: 'dids' } })).status).toBe(404);
  expect((await rig.send('DELETE', `/dids/${rig.did.id}`)).status).toBe(404);
});

// docs/providers/didww.md, DIDs and routing
test('a number is routed to a trunk or to a group, never to both', async () => {
  const pbx = foreignTrunk(rig.account, 'office-pbx');
  const hunt = foreignGroup(rig.account, 'hunt group');
  expect((await patch({}, { ...trunk(pbx.id), ...group(null) })).status).toBe(200);
  expect(rig.did).toMatchObject({ voiceInTrunkId: pbx.id, voiceInTrunkGroupId: null });
  expect(problems(await patch({}, { ...trunk(pbx.id), ...group(hunt.id) }))).toEqual([
    '422 /data/relationships/voice_in_trunk_group must be blank',
  ]);
  // Assumed: the group that is sent alone takes the trunk's place.
  expect((await patch({}, group(hunt.id))).status).toBe(200);
  expect(rig.did).toMatchObject({ voiceInTrunkId: null, voiceInTrunkGroupId: hunt.id });
  expect((await patch({}, { ...trunk(null), ...group(null) })).status).toBe(200);
  expect(rig.did).toMatchObject({ voiceInTrunkId: null, voiceInTrunkGroupId: null });
});

// docs/providers/didww.md, Errors
test('a number is not routed to a trunk that is not there', async () => {
  const { status, document } = await patch({}, trunk(UNKNOWN));
  expect(status).toBe(422);
  expect(document.errors).toMatchObject([{ title: 'should exist', detail: 'trunk_id - is invalid', code: '100' }]);
  expect(rig.did.voiceInTrunkId).toBeNull();
});

// docs/providers/didww.md, DIDs and routing
test('a PATCH changes description and capacity, and leaves the routing that it does not name', async () => {
  const pbx = foreignTrunk(rig.account, 'office-pbx');
  rig.did.voiceInTrunkId = pbx.id;
  const { document } = await patch({ description: 'support', capacity_limit: 4 });
  expect(document.data.attributes).toMatchObject({ description: 'support', capacity_limit: 4 });
  expect(rig.did.voiceInTrunkId).toBe(pbx.id);
});

// docs/providers/didww.md, DIDs and routing; Errors
test('what cannot be written to a number is refused', async () => {
  for (const name of ['number', 'blocked', 'external_reference_id']) {
    expect((await patch({ [name]: null })).document.errors).toMatchObject([
      { code: '105', detail: `${name} is not allowed.` },
    ]);
  }
  expect((await patch({}, { order: link('orders', null) })).document.errors).toMatchObject([{ code: '105' }]);
  expect((await patch({}, { address_verification: link('address_verifications', null) })).status).toBe(200);
  expect((await patch({}, { address_verification: link('address_verifications', UNKNOWN) })).status).toBe(422);
  expect((await patch({ capacity_limit: 0 })).status).toBe(422);
  expect((await patch({ dedicated_channels_count: 2 })).status).toBe(422);
});

// docs/providers/didww.md, DIDs and routing
test('terminated cancels the number at once', async () => {
  await patch({ terminated: true });
  expect(rig.did).toMatchObject({ terminated: true, blocked: true, billingCyclesCount: 0 });
});

// docs/providers/didww.md, DIDs and routing: what each state looks like
test.each<[DidCondition, object]>([
  ['ready', { blocked: false }],
  ['blocked', { blocked: true, awaiting_registration: false }],
  ['awaiting-registration', { blocked: true, awaiting_registration: true }],
  ['terminated', { blocked: true, terminated: true, billing_cycles_count: 0 }],
  ['expired', { blocked: true, expires_at: '2026-02-15T09:30:00.000Z' }],
  ['no-capacity', { channels_included_count: 0, dedicated_channels_count: 0 }],
  ['no-voice-in', { blocked: false }],
  ['no-voice-out', { blocked: false }],
])('a number can be put into the account as %s', async (condition, attributes) => {
  expect(didConditions).toContain(condition);
  const did = addDid(rig.account, { number: '+12025550143', condition });
  const { document } = await rig.get(`/dids/${did.id}?include=did_group`);
  expect(document.data.attributes).toMatchObject(attributes);
  const features = document.included[0]?.attributes['features'] as readonly string[];
  expect(features.includes('voice_in')).toBe(condition !== 'no-voice-in');
  expect(features.includes('voice_out')).toBe(condition !== 'no-voice-out');
});
