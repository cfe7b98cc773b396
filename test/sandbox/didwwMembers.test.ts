// Members of a SIP configuration and of related objects that the API shows or takes and Patchbay does not
// send.
import { afterEach, beforeEach, expect, test } from 'vitest';

import type { Answer, Rig } from './didwwRig.js';
import { create, inboundTrunk, outboundTrunk, problems, startRig, update } from './didwwRig.js';

const AT = '/data/attributes/configuration/attributes';

let rig: Rig;
beforeEach(async () => {
  rig = await startRig('2026-04-16');
});
afterEach(() => rig.stop());

const post = (attributes: object): Promise<Answer> =>
  rig.send('POST', '/voice_in_trunks', create('voice_in_trunks', attributes));

const patch = (id: string, attributes: object): Promise<Answer> =>
  rig.send('PATCH', `/voice_in_trunks/${id}`, update('voice_in_trunks', id, attributes));

const sip = (attributes: object): object => ({ configuration: { type: 'sip_configurations', attributes } });

const configured = ({ document }: Answer) => document.data.attributes.configuration?.attributes ?? {};

// docs/providers/didww.md, Inbound trunks
test('the failover timer follows the SIP timer, whichever of them is changed; null is no timer at all', async () => {
  const { id } = (await post(inboundTrunk())).document.data;

  expect(problems(await patch(id, sip({ sip_timer_b: 1500 })))).toEqual([
    `422 ${AT}/dns_srv_failover_timer must be less than or equal to 1500`,
  ]);
  const timers = { sip_timer_b: 1500, dns_srv_failover_timer: null };
  expect(configured(await patch(id, sip(timers)))).toMatchObject(timers);
  expect(configured(await patch(id, sip({ dns_srv_failover_timer: 1500 })))['dns_srv_failover_timer']).toBe(1500);
});

// docs/providers/didww.md, Inbound trunks
test('what concerns media may be null, on create and on update, and is shown as such', async () => {
  const undecided = { rtp_ping: null, force_symmetric_rtp: null, symmetric_rtp_ignore_rtcp: null };
  const made = await post(inboundTrunk({}, undecided));
  const { id } = made.document.data;

  expect(configured(made)).toMatchObject(undecided);
  expect(configured(await patch(id, sip({ rtp_ping: true })))).toMatchObject({ ...undecided, rtp_ping: true });
  expect(configured(await patch(id, sip(undecided)))).toMatchObject(undecided);
});

// docs/providers/didww.md, Outbound trunks
test.each(['rtp_ping', 'force_symmetric_rtp'])('%s of an outbound trunk is not null', async (member) => {
  const made = await rig.send(
    'POST',
    '/voice_out_trunks',
    create('voice_out_trunks', outboundTrunk({ [member]: null })),
  );
  expect(problems(made)).toEqual([`422 /data/attributes/${member} is not a boolean`]);
});

const CALLBACKS = [
  ['https://example.com/hook', 201],
  ['http://example.com/hook', 201],
  ['example.com/hook', 201],
  ['example.com:8443/hook', 201],
  [null, 201],
  ['ftp://example.com/hook', 422],
  ['FTP://example.com/hook', 422],
  ['example.com/a hook', 422],
  ['', 422],
] as const;

// docs/providers/didww.md, Outbound trunks
test.each(CALLBACKS)('an outbound trunk with the callback address %j is answered with %i', async (url, status) => {
  const made = await rig.send(
    'POST',
    '/voice_out_trunks',
    create('voice_out_trunks', outboundTrunk({ callback_url: url })),
  );
  const told = status === 201 ? made.document.data.attributes['callback_url'] : problems(made);
  expect([made.status, told]).toEqual([
    status,
    status === 201 ? url : ['422 /data/attributes/callback_url is invalid'],
  ]);
});

// docs/providers/didww.md, Exports (call records)
test.each(CALLBACKS)('an export with the callback address %j is answered with %i', async (url, status) => {
  const month = new Date().toISOString().slice(0, 8);
  const filters = { from: `${month}01 00:00:00`, to: `${month}01 00:00:01` };
  const callback = { callback_url: url, callback_method: url === null ? null : 'post' };
  const made = await rig.send('POST', '/exports', create('exports', { export_type: 'cdr_in', filters, ...callback }));
  expect(made.status).toBe(status);
});

// docs/providers/didww.md, DIDs and routing
test.each([
  ['2026-04-16', ['country', 'city', 'region', 'stock_keeping_units', 'address_requirement', 'did_group_type']],
  ['2026-11-19', ['country', 'city', 'region', 'stock_keeping_units', 'address_requirement']],
] as const)('relationships of a number’s group carry links at %s, read or included', async (version, names) => {
  await rig.stop();
  rig = await startRig(version);
  const self = `${rig.url}/did_groups/${rig.did.didGroupId}`;
  const links = Object.fromEntries(
    names.map((name) => [name, { links: { self: `${self}/relationships/${name}`, related: `${self}/${name}` } }]),
  );

  const read = (await rig.get(`/did_groups/${rig.did.didGroupId}`)).document.data;
  const { included } = (await rig.get('/dids?include=did_group')).document;
  const asked = (await rig.get(`/did_groups/${rig.did.didGroupId}?include=city,stock_keeping_units`)).document.data;

  expect(read.relationships).toEqual(links);
  expect(included.map(({ relationships }) => relationships)).toEqual([links]);
  expect([asked.relationships['city']?.data, asked.relationships['stock_keeping_units']?.data]).toEqual([null, []]);
});
