import { afterEach, beforeEach, expect, test } from 'vitest';

import type { Answer, Rig } from './didwwRig.js';
import { create, inboundTrunk, link, outboundTrunk, problems, startRig, update } from './didwwRig.js';

let rig: Rig;
beforeEach(async () => {
  rig = await startRig('2026-04-16');
});
afterEach(() => rig.stop());

const post = (attributes: object, relationships: object = {}): Promise<Answer> =>
  rig.send('POST', '/voice_in_trunks', create('voice_in_trunks', attributes, relationships));

const patch = (id: string, attributes: object, relationships: object = {}): Promise<Answer> =>
  rig.send('PATCH', `/voice_in_trunks/${id}`, update('voice_in_trunks', id, attributes, relationships));

const sip = (attributes: object): object => ({ configuration: { type: 'sip_configurations', attributes } });

const configured = (answer: Answer): Readonly<Record<string, unknown>> =>
  answer.document.data.attributes.configuration?.attributes ?? {};

const AT = '/data/attributes/configuration/attributes';

// docs/providers/didww.md, Inbound trunks
test('a new trunk answers with every field of its configuration, defaults filled in', async () => {
  const made = await post(inboundTrunk({}, { username: '+{DID}', port: 5060 }));
  expect(made.status).toBe(201);
  expect(made.document.data.attributes).toMatchObject({
    name: 'acme in',
    description: null,
    external_reference_id: null,
    priority: 1,
    weight: 65535,
    capacity_limit: null,
    ringing_timeout: null,
    cli_format: 'e164',
    cli_prefix: null,
  });
  expect(configured(made)).toMatchObject({
    host: 'sip.example.com',
    port: 5060,
    username: '+{DID}',
    codec_ids: [9, 10, 6],
    transport_protocol_id: 1,
    auth_enabled: false,
    auth_user: null,
    auth_password: null,
    max_transfers: 0,
    max_30x_redirects: 0,
    sst_min_timer: 600,
    sst_accept_501: true,
    sip_timer_b: 8000,
    dns_srv_failover_timer: 2000,
    enabled_sip_registration: false,
    incoming_auth_username: null,
    rerouting_disconnect_code_ids: null,
  });
  expect(Object.keys(configured(made))).toHaveLength(39);
});

// docs/providers/didww.md, Errors
test('a create without configuration is a 400 with code 106', async () => {
  const { status, document } = await post({ name: 'acme in' });
  expect(status).toBe(400);
  expect(document.errors).toMatchObject([
    { code: '106', detail: 'The required parameter, configuration, is missing.' },
  ]);
});

// docs/providers/didww.md, Inbound trunks
test('trunks and groups share one namespace, on create and on update; outbound trunks have their own', async () => {
  const trunk = await post(inboundTrunk());
  const group = (name: string): Promise<Answer> =>
    rig.send('POST', '/voice_in_trunk_groups', create('voice_in_trunk_groups', { name }));
  expect(problems(await post(inboundTrunk()))).toEqual(['422 /data/attributes/name has already been taken']);
  expect(problems(await group('acme in'))).toEqual(['422 /data/attributes/name has already been taken']);
  const other = await group('acme group');
  expect(problems(await post(inboundTrunk({ name: 'acme group' })))).toEqual([
    '422 /data/attributes/name has already been taken',
  ]);
  expect((await patch(trunk.document.data.id, { name: 'acme group' })).status).toBe(422);
  const renamed = update('voice_in_trunk_groups', other.document.data.id, { name: 'acme in' });
  expect((await rig.send('PATCH', `/voice_in_trunk_groups/${other.document.data.id}`, renamed)).status).toBe(422);
  const out = create('voice_out_trunks', outboundTrunk({ name: 'acme in' }));
  expect((await rig.send('POST', '/voice_out_trunks', out)).status).toBe(201);
});

// docs/providers/didww.md, Errors
test('members of the configuration that are unknown or read-only are 400 with code 105', async () => {
  for (const member of ['incoming_auth_username', 'bogus', 'authUser']) {
    const { status, document } = await post(inboundTrunk({}, { [member]: null }));
    expect(status).toBe(400);
    expect(document.errors).toMatchObject([
      { code: '105', title: 'Param not allowed', detail: `${member} is not allowed.` },
    ]);
  }
});

// docs/providers/didww.md, Inbound trunks
test('a PATCH merges the configuration member by member; its type must be sent and be the same', async () => {
  const { document } = await post(inboundTrunk({}, { port: 5060, username: '{DID}' }));
  const patched = await patch(document.data.id, sip({ username: '+{DID}' }));
  expect(configured(patched)).toMatchObject({
    host: 'sip.example.com',
    port: 5060,
    username: '+{DID}',
    codec_ids: [9, 10, 6],
  });

  const changed = await patch(document.data.id, {
    configuration: { type: 'pstn_configurations', attributes: { dst: '1' } },
  });
  expect(problems(changed)).toEqual(['422 /data/attributes/configuration/type is invalid']);
  expect((await patch(document.data.id, { configuration: { attributes: {} } })).status).toBe(422);
});

// docs/providers/didww.md, Inbound trunks
test('user and password are both required with authentication and both refused without it', async () => {
  const on = { auth_enabled: true };
  expect(problems(await post(inboundTrunk({}, on)))).toEqual([
    `422 ${AT}/auth_user can't be blank`,
    `422 ${AT}/auth_password can't be blank`,
  ]);
  expect(problems(await post(inboundTrunk({}, { ...on, auth_user: 'u' })))).toEqual([
    `422 ${AT}/auth_password can't be blank`,
  ]);
  expect(problems(await post(inboundTrunk({}, { auth_user: 'u', auth_password: 'p' })))).toEqual([
    `422 ${AT}/auth_user must be blank`,
    `422 ${AT}/auth_password must be blank`,
  ]);

  const made = await post(inboundTrunk({}, { ...on, auth_user: 'u', auth_password: 'p' }));
  expect(configured(await rig.get(`/voice_in_trunks/${made.document.data.id}`))).toMatchObject({
    auth_user: 'u',
    auth_password: 'p',
  });
  expect((await patch(made.document.data.id, sip({ auth_enabled: false }))).status).toBe(422);
  const off = await patch(made.document.data.id, sip({ auth_enabled: false, auth_user: null, auth_password: null }));
  expect(off.status).toBe(200);
});

// docs/providers/didww.md, Inbound trunks
test('a registering trunk has no host and no port, and gets credentials of its own', async () => {
  expect(problems(await post(inboundTrunk({}, { host: null })))).toEqual([`422 ${AT}/host can't be blank`]);
  expect((await post(inboundTrunk({}, { enabled_sip_registration: true }))).status).toBe(422);
  expect(problems(await post(inboundTrunk({}, { use_did_in_ruri: true })))).toEqual([
    `422 ${AT}/use_did_in_ruri is invalid`,
  ]);

  const made = await post(inboundTrunk());
  const { id } = made.document.data;
  const port = await patch(id, sip({ enabled_sip_registration: true, host: null, port: 5060 }));
  expect(problems(port)).toEqual([`422 ${AT}/port must be blank`]);
  const on = await patch(id, sip({ enabled_sip_registration: true, host: null, port: null, use_did_in_ruri: true }));
  expect(configured(on)['incoming_auth_username']).toMatch(/^[A-Za-z0-9]{16}$/);
  expect((await patch(id, sip({ enabled_sip_registration: false, host: 'sip.example.com' }))).status).toBe(422);
  const off = await patch(
    id,
    sip({ enabled_sip_registration: false, use_did_in_ruri: false, host: 'sip.example.com' }),
  );
  expect(configured(off)).toMatchObject({ incoming_auth_username: null, incoming_auth_password: null });
});

// docs/providers/didww.md, Inbound trunks
test.each([
  [{ codec_ids: [] }, "codec_ids can't be blank"],
  [{ codec_ids: [9, 9] }, 'codec_ids must be unique'],
  [{ codec_ids: [9, 5] }, 'codec_ids is not included in the list'],
  [{ codec_ids: [9, 11] }, 'codec_ids is not included in the list'],
  [{ username: 'a@b' }, 'username is invalid'],
  [{ username: 'a b' }, 'username is invalid'],
  [{ port: 0 }, 'port must be greater than or equal to 1'],
  [{ transport_protocol_id: 4 }, 'transport_protocol_id must be less than or equal to 3'],
  [{ max_transfers: 9 }, 'max_transfers must be less than or equal to 8'],
  [{ tx_dtmf_format_id: 5 }, 'tx_dtmf_format_id must be less than or equal to 4'],
  [{ rtp_timeout: 4 }, 'rtp_timeout must be greater than or equal to 5'],
  [{ dns_srv_failover_timer: 9000 }, 'dns_srv_failover_timer must be less than or equal to 8000'],
  [{ dns_srv_failover_timer: 0 }, 'dns_srv_failover_timer must be greater than or equal to 1'],
  [{ sst_enabled: true, sst_min_timer: null }, "sst_min_timer can't be blank"],
  [{ sst_enabled: true, sst_max_timer: 100 }, 'sst_max_timer must be greater than or equal to 600'],
  [{ sst_enabled: true, sst_session_expires: 1000 }, 'sst_session_expires is invalid'],
])('a configuration with %j is refused', async (attributes, problem) => {
  expect(problems(await post(inboundTrunk({}, attributes)))).toEqual([`422 ${AT}/${problem}`]);
});

// docs/providers/didww.md, Inbound trunks
test.each([
  [{ ringing_timeout: 33 }, 'ringing_timeout must be less than or equal to 32'],
  [{ capacity_limit: 32_768 }, 'capacity_limit must be less than or equal to 32767'],
  [{ cli_prefix: '+1234567' }, 'cli_prefix is invalid'],
  [{ external_reference_id: 'x'.repeat(101) }, 'external_reference_id is too long (maximum is 100 characters)'],
])('a trunk with %j is refused', async (attributes, problem) => {
  expect(problems(await post(inboundTrunk(attributes)))).toEqual([`422 /data/attributes/${problem}`]);
});

// docs/providers/didww.md, Inbound trunks
test('texts that are numbers or booleans are taken as such', async () => {
  const made = await post(inboundTrunk({ capacity_limit: '5' }, { port: '5060', resolve_ruri: 'true' }));
  expect(made.document.data.attributes['capacity_limit']).toBe(5);
  expect(configured(made)).toMatchObject({ port: 5060, resolve_ruri: true });
});

// docs/providers/didww.md, Inbound trunks; Errors
test('a point of presence must exist', async () => {
  const refused = await post(inboundTrunk(), { pop: link('pops', '9df99644-f1a5-4a3c-99a4-559d758eb96b') });
  expect(problems(refused)).toEqual(['422 /data/relationships/pop is invalid']);
});

// docs/providers/didww.md, Inbound trunks
test('a PSTN trunk needs digits, at most fifteen', async () => {
  const pstn = (dst: string | undefined): object => ({
    name: 'p',
    configuration: { type: 'pstn_configurations', attributes: { dst } },
  });
  expect((await post(pstn(undefined))).status).toBe(422);
  expect((await post(pstn('+1202'))).status).toBe(422);
  expect((await post(pstn('1'.repeat(16)))).status).toBe(422);
  expect((await post(pstn('12025550143'))).status).toBe(201);
});

// docs/providers/didww.md, Inbound trunks
test('a trunk is not deleted while a number is routed to it or it is in a group', async () => {
  const { document } = await post(inboundTrunk());
  const { id } = document.data;
  const remove = async () => (await rig.send('DELETE', `/voice_in_trunks/${id}`)).status;

  rig.did.voiceInTrunkId = id;
  expect(await remove()).toBe(422);
  rig.did.voiceInTrunkId = null;

  const group = await rig.send(
    'POST',
    '/voice_in_trunk_groups',
    create('voice_in_trunk_groups', { name: 'g' }, { voice_in_trunks: link('voice_in_trunks', [id]) }),
  );
  expect(group.document.data.meta).toEqual({ trunks_count: 1 });
  expect(await remove()).toBe(422);
  expect((await patch(id, {}, { voice_in_trunk_group: link('voice_in_trunk_groups', null) })).status).toBe(200);
  expect(await remove()).toBe(204);
  expect(await remove()).toBe(404);
});

// docs/providers/didww.md, Inbound trunks
test('a group takes its trunks with it, but not while a number is routed to it or to a member', async () => {
  const one = (await post(inboundTrunk({ name: 'one' }))).document.data.id;
  const two = (await post(inboundTrunk({ name: 'two' }))).document.data.id;
  const members = (ids: readonly string[]) => ({ voice_in_trunks: link('voice_in_trunks', ids) });
  const made = await rig.send(
    'POST',
    '/voice_in_trunk_groups',
    create('voice_in_trunk_groups', { name: 'g' }, members([one])),
  );
  const path = `/voice_in_trunk_groups/${made.document.data.id}`;
  const replaced = await rig.send(
    'PATCH',
    `${path}?include=voice_in_trunks`,
    update('voice_in_trunk_groups', made.document.data.id, {}, members([two])),
  );
  expect(replaced.document.data.relationships['voice_in_trunks']?.data).toEqual([{ type: 'voice_in_trunks', id: two }]);

  const eleven = Array.from({ length: 11 }, () => two);
  const refused = await rig.send(
    'PATCH',
    path,
    update('voice_in_trunk_groups', made.document.data.id, {}, members(eleven)),
  );
  expect(problems(refused)).toEqual(['422 /data/attributes/trunk_ids are invalid']);

  rig.did.voiceInTrunkId = two;
  expect((await rig.send('DELETE', path)).status).toBe(422);
  rig.did.voiceInTrunkId = null;
  rig.did.voiceInTrunkGroupId = made.document.data.id;
  expect((await rig.send('DELETE', path)).status).toBe(422);
  rig.did.voiceInTrunkGroupId = null;
  expect((await rig.send('DELETE', path)).status).toBe(204);
  expect([...rig.account.inboundTrunks.keys()]).toEqual([one]);
});
