import { afterEach, beforeEach, expect, test } from 'vitest';

import { addDid } from '../../src/sandbox/didww/seed.js';
import type { Answer, Rig } from './didwwRig.js';
import { create, link, outboundTrunk, problems, startRig, update } from './didwwRig.js';

let rig: Rig;
beforeEach(async () => {
  rig = await startRig('2026-04-16');
});
afterEach(() => rig.stop());

const post = (attributes: object, relationships: object = {}): Promise<Answer> =>
  rig.send('POST', '/voice_out_trunks?include=dids', create('voice_out_trunks', attributes, relationships));

const patch = (id: string, attributes: object, relationships: object = {}): Promise<Answer> =>
  rig.send('PATCH', `/voice_out_trunks/${id}?include=dids`, update('voice_out_trunks', id, attributes, relationships));

const method = (attributes: object, type = 'credentials_and_ip'): object => ({
  authentication_method: { type, attributes },
});

// docs/providers/didww.md, Outbound trunks
test('a new trunk has DIDWW’s defaults and generated credentials that every later read shows', async () => {
  const { status, document } = await post(outboundTrunk());
  expect(status).toBe(201);
  expect(document.data).toMatchObject({
    type: 'voice_out_trunks',
    attributes: {
      name: 'acme out',
      status: 'active',
      external_reference_id: null,
      capacity_limit: null,
      threshold_amount: '3000.0',
      threshold_reached: false,
      allow_any_did_as_cli: false,
      default_dst_action: 'allow_all',
      dst_prefixes: [],
      media_encryption_mode: 'disabled',
      allowed_rtp_ips: null,
      rtp_timeout: 30,
      callback_url: null,
    },
    meta: { spent_amount: '0.0' },
  });
  const credentials = document.data.attributes.authentication_method?.attributes;
  expect(credentials?.['username']).toMatch(/^[A-Za-z0-9]{16}$/);
  expect(credentials?.['password']).toMatch(/^[A-Za-z0-9]{16}$/);

  const read = await rig.get(`/voice_out_trunks/${document.data.id}`);
  const listed = await rig.get('/voice_out_trunks');
  expect(read.document.data.attributes.authentication_method?.attributes).toEqual(credentials);
  expect(listed.document.data[0]?.attributes.authentication_method?.attributes).toEqual(credentials);
});

// docs/providers/didww.md, Outbound trunks
test('bare addresses come back with their prefix length, money as a decimal, prefixes once', async () => {
  const { document } = await post(
    outboundTrunk({
      ...method({ allowed_sip_ips: ['203.0.113.10', '198.51.100.0/24', '2001:db8::1'], tech_prefix: null }),
      threshold_amount: '25.00',
      dst_prefixes: ['49', '1', '49'],
    }),
  );
  expect(document.data.attributes.authentication_method?.attributes['allowed_sip_ips']).toEqual([
    '203.0.113.10/32',
    '198.51.100.0/24',
    '2001:db8::1/128',
  ]);
  expect(document.data.attributes['threshold_amount']).toBe('25.0');
  expect(document.data.attributes['dst_prefixes']).toEqual(['49', '1']);
});

// docs/providers/didww.md, Outbound trunks
test('name, caller id rule and authentication are required', async () => {
  expect(problems(await post({}))).toEqual([
    "422 /data/attributes/name can't be blank",
    "422 /data/attributes/on_cli_mismatch_action can't be blank",
    "422 /data/attributes/authentication_method can't be blank",
  ]);
});

// docs/providers/didww.md, Errors
test('a name is taken once among outbound trunks, on create and on update', async () => {
  await post(outboundTrunk());
  const again = await post(outboundTrunk());
  expect(again.status).toBe(422);
  expect(again.document.errors).toEqual([
    {
      title: 'has already been taken',
      detail: 'name - has already been taken',
      code: '100',
      source: { pointer: '/data/attributes/name' },
      status: '422',
    },
  ]);
  const other = await post(outboundTrunk({ name: 'other' }));
  expect((await patch(other.document.data.id, { name: 'acme out' })).status).toBe(422);
  expect((await patch(other.document.data.id, { name: 'other' })).status).toBe(200);
});

// docs/providers/didww.md, Errors
test('read-only and unknown members are 400 with code 105, also within authentication', async () => {
  const refused = [
    outboundTrunk({ threshold_reached: false }),
    outboundTrunk({ bogus: 1 }),
    outboundTrunk({ createdAt: 'x' }),
    outboundTrunk(method({ allowed_sip_ips: ['203.0.113.10'], username: 'me' })),
  ];
  for (const attributes of refused) {
    const { status, document } = await post(attributes);
    expect(status).toBe(400);
    expect(document.errors).toMatchObject([{ title: 'Param not allowed', code: '105' }]);
  }
  expect((await post(outboundTrunk(), { bogus: link('dids', null) })).document.errors).toMatchObject([{ code: '105' }]);
});

// docs/providers/didww.md, Outbound trunks; Errors
test.each([
  [{ external_reference_id: 'x'.repeat(101) }, '/external_reference_id is too long (maximum is 100 characters)'],
  [{ capacity_limit: 32_768 }, '/capacity_limit must be less than or equal to 32767'],
  [{ capacity_limit: 0 }, '/capacity_limit must be greater than or equal to 1'],
  [{ rtp_timeout: 29 }, '/rtp_timeout must be greater than or equal to 30'],
  [{ threshold_amount: null }, '/threshold_amount is not a number'],
  [{ dst_prefixes: ['+1'] }, '/dst_prefixes is invalid'],
  [{ on_cli_mismatch_action: 'maybe' }, '/on_cli_mismatch_action is not included in the list'],
  [{ on_cli_mismatch_action: 'randomize_cli' }, '/on_cli_mismatch_action is invalid'],
  [method({}), '/authentication_method is invalid'],
  [method({ allowed_sip_ips: [] }), '/authentication_method is invalid'],
  [method({ allowed_sip_ips: ['300.1.1.1'] }), '/authentication_method is invalid'],
  [method({ allowed_sip_ips: ['203.0.113.10', '203.0.113.10/32'] }), '/authentication_method is invalid'],
  [method({ allowed_sip_ips: ['203.0.113.10'], tech_prefix: '' }), '/authentication_method is invalid'],
  [method({}, 'ip_only'), '/authentication_method/type is not allowed for creation'],
  [method({}, 'twilio'), "/authentication_method/attributes/twilio_account_sid can't be blank"],
])('%j is refused', async (overrides, problem) => {
  expect(problems(await post(outboundTrunk(overrides)))).toEqual([`422 /data/attributes${problem}`]);
  expect(rig.account.outboundTrunks.size).toBe(0);
});

// docs/providers/didww.md, Outbound trunks: 60 addresses at most, any address allowed at this version
test('sixty addresses are taken, sixty-one are not; the whole internet is', async () => {
  const list = (count: number) => Array.from({ length: count }, (_, index) => `203.0.113.${String(index)}`);
  expect((await post(outboundTrunk(method({ allowed_sip_ips: list(61) })))).status).toBe(422);
  expect((await post(outboundTrunk(method({ allowed_sip_ips: list(60) })))).status).toBe(201);
  expect((await post(outboundTrunk({ name: 'b', ...method({ allowed_sip_ips: ['0.0.0.0/0'] }) }))).status).toBe(201);
});

// docs/providers/didww.md, Outbound trunks
test('a PATCH keeps what it does not send; authentication is replaced whole', async () => {
  const made = await post(
    outboundTrunk({ ...method({ allowed_sip_ips: ['203.0.113.10'], tech_prefix: '12#' }), capacity_limit: 5 }),
  );
  const { id, attributes } = made.document.data;
  const patched = await patch(id, method({ allowed_sip_ips: ['203.0.113.11'] }));
  expect(patched.status).toBe(200);
  expect(patched.document.data.attributes).toMatchObject({
    name: 'acme out',
    capacity_limit: 5,
    authentication_method: {
      attributes: {
        allowed_sip_ips: ['203.0.113.11/32'],
        tech_prefix: null,
        username: attributes.authentication_method?.attributes['username'],
      },
    },
  });

  // Undocumented, so it can be switched.
  rig.account.switches.authPatchKeepsCredentials = false;
  const changed = await patch(id, method({ allowed_sip_ips: ['203.0.113.11'] }));
  expect(changed.document.data.attributes.authentication_method?.attributes['username']).not.toBe(
    attributes.authentication_method?.attributes['username'],
  );
});

// docs/providers/didww.md, Queries and includes; Caller id
test('allowed caller ids are replaced as a whole, and must be numbers of the account that can call out', async () => {
  const other = addDid(rig.account, { number: '+12025550143' });
  const silent = addDid(rig.account, { number: '+12025550144', condition: 'no-voice-out' });
  const made = await post(outboundTrunk(), { dids: link('dids', [rig.did.id]) });
  const { id } = made.document.data;
  const replaced = await patch(id, {}, { dids: link('dids', [other.id]) });
  expect(replaced.document.data.relationships['dids']?.data).toEqual([{ type: 'dids', id: other.id }]);
  expect((await patch(id, { capacity_limit: 3 })).document.data.relationships['dids']?.data).toHaveLength(1);
  expect((await patch(id, {}, { dids: link('dids', []) })).document.data.relationships['dids']?.data).toEqual([]);

  for (const stranger of [silent.id, '9df99644-f1a5-4a3c-99a4-559d758eb96b']) {
    const refused = await patch(id, {}, { dids: link('dids', [stranger]) });
    expect(problems(refused)).toEqual(['422 /data/relationships/dids is invalid']);
  }
});

// docs/providers/didww.md, Outbound trunks
test('any number as caller id excludes a list: it is refused beside it and dropped by it', async () => {
  const refused = await post(outboundTrunk({ allow_any_did_as_cli: true }), { dids: link('dids', [rig.did.id]) });
  expect(refused.status).toBe(422);

  const made = await post(outboundTrunk(), { dids: link('dids', [rig.did.id]) });
  const opened = await patch(made.document.data.id, { allow_any_did_as_cli: true });
  expect(opened.document.data.relationships['dids']?.data).toEqual([]);
  expect((await patch(made.document.data.id, {}, { dids: link('dids', [rig.did.id]) })).status).toBe(422);
  expect(
    (await patch(made.document.data.id, { allow_any_did_as_cli: false })).document.data.relationships['dids']?.data,
  ).toEqual([]);
});

// docs/providers/didww.md, Outbound trunks; Caller id
test('replacing the caller id needs the account feature and a number to replace it with', async () => {
  rig.account.switches.cliReplacementEnabled = true;
  const replacing = outboundTrunk({ on_cli_mismatch_action: 'replace_cli' });
  expect(problems(await post(replacing))).toEqual(["422 /data/relationships/default_did can't be blank"]);
  expect((await post(replacing, { default_did: link('dids', rig.did.id) })).status).toBe(201);
  const unasked = await post(outboundTrunk({ name: 'b' }), { default_did: link('dids', rig.did.id) });
  expect(problems(unasked)).toEqual(['422 /data/relationships/default_did must be blank']);
});

// docs/providers/didww.md, Outbound trunks
test('a trunk is deleted without conditions, once', async () => {
  const made = await post(outboundTrunk(), { dids: link('dids', [rig.did.id]) });
  const path = `/voice_out_trunks/${made.document.data.id}`;
  const deleted = await rig.send('DELETE', path);
  expect([deleted.status, deleted.text]).toEqual([204, '']);
  expect((await rig.send('DELETE', path)).status).toBe(404);
  expect(rig.account.dids.has(rig.did.id)).toBe(true);
});

// docs/providers/didww.md, Outbound trunks
test('regenerating changes the credentials each time and tells them only by reading the trunk', async () => {
  const made = await post(outboundTrunk());
  const { id } = made.document.data;
  const regenerate = (): Promise<Answer> =>
    rig.send(
      'POST',
      '/voice_out_trunk_regenerate_credentials',
      create('voice_out_trunk_regenerate_credentials', {}, { voice_out_trunk: link('voice_out_trunks', id) }),
    );
  const password = async () =>
    (await rig.get(`/voice_out_trunks/${id}`)).document.data.attributes.authentication_method?.attributes['password'];
  const seen = [await password()];
  for (let round = 0; round < 2; round++) {
    const { status, document } = await regenerate();
    expect(status).toBe(201);
    expect(document.data).toEqual({ id, type: 'voice_out_trunk_regenerate_credentials' });
    seen.push(await password());
  }
  expect(new Set(seen).size).toBe(3);

  await patch(id, method({ twilio_account_sid: `AC${'0'.repeat(32)}` }, 'twilio'));
  expect((await regenerate()).status).toBe(422);
});
