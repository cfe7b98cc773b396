import { afterEach, beforeEach, expect, test } from 'vitest';

import type { Answer, Rig } from './didwwRig.js';
import { create, link, problems, sipTrunk, startRig, update } from './didwwRig.js';

let rig: Rig;
beforeEach(async () => {
  rig = await startRig('2026-11-19');
});
afterEach(() => rig.stop());

const post = (attributes: object, relationships: object = {}): Promise<Answer> =>
  rig.send('POST', '/voice_in_trunks', create('voice_in_trunks', attributes, relationships));

const patch = (id: string, attributes: object): Promise<Answer> =>
  rig.send('PATCH', `/voice_in_trunks/${id}`, update('voice_in_trunks', id, attributes));

const sip = (attributes: object): object => ({ configuration: { type: 'sip_configurations', attributes } });

const configured = (answer: Answer): Readonly<Record<string, unknown>> =>
  answer.document.data.attributes.configuration?.attributes ?? {};

/** As an account of 2026-04-16 asks with its key, on the same trunks. */
async function readInOldForm(id: string): Promise<Answer> {
  rig.account.switches.apiVersion = '2026-04-16';
  return rig.send('GET', `/voice_in_trunks/${id}`, undefined, {
    authorization: undefined,
    'api-key': rig.account.apiKey,
  });
}

const AT = '/data/attributes/configuration/attributes';

// docs/providers/didww.md, Inbound trunks
test('codecs are names in order of preference, and are shown as such', async () => {
  const made = await post(sipTrunk({}, { codecs: ['pcmu', 'pcma', 'telephone_event'] }));
  const read = await rig.get(`/voice_in_trunks/${made.document.data.id}`);

  expect(made.status).toBe(201);
  expect(configured(read)).toEqual(configured(made));
  expect(configured(read)).toMatchObject({ codecs: ['pcmu', 'pcma', 'telephone_event'], transport_protocol_id: 1 });
  expect(configured(read)).not.toHaveProperty('codec_ids');
});

// docs/providers/didww.md, Inbound trunks
test('a new trunk without codecs gets the usual ones; a PATCH without them leaves them', async () => {
  const made = await post(sipTrunk());
  const usual = ['pcmu', 'pcma', 'g729', 'g723', 'telephone_event'];

  expect(configured(made)['codecs']).toEqual(usual);
  const { id } = made.document.data;
  expect(configured(await patch(id, sip({ codecs: ['amr_wb', 'amr'] })))['codecs']).toEqual(['amr_wb', 'amr']);
  expect(configured(await patch(id, sip({ max_transfers: 1 })))).toMatchObject({
    codecs: ['amr_wb', 'amr'],
    max_transfers: 1,
  });
});

// docs/providers/didww.md, Inbound trunks
test.each([
  [[], "can't be blank"],
  [['pcmu', 'pcmu'], 'must be unique'],
  [['pcmu', 'telephone-event'], 'is not included in the list'],
  [['PCMU'], 'is not included in the list'],
  [[9], 'is invalid'],
])('codecs that are %j are refused', async (codecs, problem) => {
  expect(problems(await post(sipTrunk({}, { codecs })))).toEqual([`422 ${AT}/codecs ${problem}`]);
});

// docs/providers/didww.md, Inbound trunks; Errors
test('numbers of codecs are not known any more', async () => {
  const { status, document } = await post(sipTrunk({}, { codec_ids: [9, 10, 6] }));

  expect(status).toBe(400);
  expect(document.errors).toEqual([
    { title: 'Param not allowed', detail: 'codec_ids is not allowed.', code: '105', status: '400' },
  ]);
});

// docs/providers/didww.md, Inbound trunks; that a codec without a number is left out is assumed
test('the same trunk is shown in the form of the version that asks', async () => {
  const made = await post(sipTrunk({}, { codecs: ['amr', 'pcma', 'l16'] }));
  const old = configured(await readInOldForm(made.document.data.id));

  expect(old['codec_ids']).toEqual([10, 19]);
  expect(old).not.toHaveProperty('codecs');
});

// docs/providers/didww.md, Inbound trunks: whether more members than the codecs were renamed is not
// documented
test('all numbers of a configuration can be made names', async () => {
  rig.account.switches.sipNamesForNumbers = true;
  const made = await post(
    sipTrunk({}, { transport_protocol: 'tls', tx_dtmf_format: 'sip_info_dtmf', rerouting_disconnect_codes: ['56'] }),
  );
  const { id } = made.document.data;

  expect(made.status).toBe(201);
  expect(configured(await rig.get(`/voice_in_trunks/${id}`))).toMatchObject({
    transport_protocol: 'tls',
    rx_dtmf_format: 'rfc_2833',
    tx_dtmf_format: 'sip_info_dtmf',
    sst_refresh_method: 'invite',
    rerouting_disconnect_codes: ['56'],
  });
  expect(rig.account.inboundTrunks.get(id)?.configuration).toMatchObject({
    transportProtocolId: 3,
    reroutingDisconnectCodeIds: [56],
  });
  const refused = await patch(id, sip({ transport_protocol_id: 1, sst_refresh_method_id: 1 }));
  expect(refused.document.errors.map(({ detail }) => detail)).toEqual([
    'transport_protocol_id is not allowed.',
    'sst_refresh_method_id is not allowed.',
  ]);
  expect(problems(await patch(id, sip({ transport_protocol: 'sctp' })))).toEqual([
    `422 ${AT}/transport_protocol is not included in the list`,
  ]);
});

// docs/providers/didww.md, Inbound trunks
test.each(['NYC', 'FRA', 'LAC', 'MIA', 'SG', 'HK', 'AMS'])('the point of presence %s is a text', async (pop) => {
  const made = await post(sipTrunk({ pop }));
  const { id } = made.document.data;

  expect(made.document.data.attributes['pop']).toBe(pop);
  expect((await patch(id, { name: 'renamed' })).document.data.attributes['pop']).toBe(pop);
  expect((await patch(id, { pop: null })).document.data.attributes['pop']).toBeNull();
});

// docs/providers/didww.md, Inbound trunks; the statuses of what is gone are assumed
test('a point of presence that is not known is refused, and nothing of the former relationship is left', async () => {
  const made = await post(sipTrunk());

  expect(made.document.data.attributes['pop']).toBeNull();
  expect(Object.keys(made.document.data.relationships)).toEqual(['voice_in_trunk_group']);
  expect(problems(await post(sipTrunk({ name: 'x', pop: 'BER' })))).toEqual([
    '422 /data/attributes/pop is not included in the list',
  ]);
  expect((await post(sipTrunk({ name: 'x' }), { pop: link('pops', null) })).document.errors).toMatchObject([
    { code: '105', detail: 'pop is not allowed.' },
  ]);
  expect((await rig.get('/voice_in_trunks?include=pop')).document.errors).toMatchObject([{ code: '112' }]);
  expect((await rig.get('/pops')).status).toBe(404);
});

// docs/providers/didww.md, Inbound trunks
test('a trunk is not deleted while a number is routed to it or it is in a group; an unknown one is a 404', async () => {
  const { id } = (await post(sipTrunk())).document.data;
  const remove = async () => (await rig.send('DELETE', `/voice_in_trunks/${id}`)).status;
  const group = { name: 'g' };
  const members = { voice_in_trunks: link('voice_in_trunks', [id]) };

  rig.did.voiceInTrunkId = id;
  expect(await remove()).toBe(422);
  rig.did.voiceInTrunkId = null;
  await rig.send('POST', '/voice_in_trunk_groups', create('voice_in_trunk_groups', group, members));
  expect(await remove()).toBe(422);
  await rig.send(
    'PATCH',
    `/voice_in_trunks/${id}`,
    update('voice_in_trunks', id, {}, { voice_in_trunk_group: link('voice_in_trunk_groups', null) }),
  );
  expect([await remove(), await remove()]).toEqual([204, 404]);
});

// docs/providers/didww.md, Inbound trunks
test('a group takes its trunks with it, but not while a number is routed to it or to one of them', async () => {
  const { id } = (await post(sipTrunk())).document.data;
  const members = { voice_in_trunks: link('voice_in_trunks', [id]) };
  const made = await rig.send(
    'POST',
    '/voice_in_trunk_groups',
    create('voice_in_trunk_groups', { name: 'g' }, members),
  );
  const groupId = made.document.data.id;
  const remove = async () => (await rig.send('DELETE', `/voice_in_trunk_groups/${groupId}`)).status;

  rig.did.voiceInTrunkId = id;
  expect(await remove()).toBe(422);
  Object.assign(rig.did, { voiceInTrunkId: null, voiceInTrunkGroupId: groupId });
  expect(await remove()).toBe(422);
  rig.did.voiceInTrunkGroupId = null;
  expect(await remove()).toBe(204);
  expect([rig.account.groups.size, rig.account.inboundTrunks.size]).toEqual([0, 0]);
});
