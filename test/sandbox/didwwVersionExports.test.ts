import { afterEach, beforeEach, expect, test } from 'vitest';

import { incoming, outgoing, TRUNK } from './callRecords.js';
import type { Answer, Rig } from './didwwRig.js';
import { create, startRig } from './didwwRig.js';
import { addressOf, askFor, HOUR, lastHours, rowsOf, written } from './exporting.js';

let rig: Rig;
beforeEach(async () => {
  rig = await startRig('2026-11-19');
});
afterEach(() => rig.stop());

const post = (exportType: string, filters: object = {}): Promise<Answer> =>
  askFor(rig, { export_type: exportType, filters: { ...lastHours(), ...filters } });

const rows = async (exportType: string, filters: object = {}): Promise<readonly (readonly string[])[]> =>
  rowsOf(rig, await post(exportType, filters));

/** Call ids in the file that these filters give. */
async function calls(exportType: string, filters: object): Promise<readonly (string | undefined)[]> {
  const [, ...found] = await rows(exportType, filters);
  return found.map((row) => row.at(-1));
}

// docs/providers/didww.md, Exports (call records); columns after the called number are assumed
test('incoming calls have 25 columns: the caller as he came and as he was delivered', async () => {
  const start = Math.floor((Date.now() - HOUR) / 1000) * 1000;
  rig.account.callRecords.inbound.push(incoming({ start, end: start + 1000 }));

  expect(await rows('cdr_in')).toEqual([
    [
      'Date/Time Start (UTC)',
      'Date/Time Connect (UTC)',
      'Date/Time End (UTC)',
      'Status',
      'Source Number',
      'Source Number Out',
      'Source Name',
      'Source Country',
      'Source Network',
      'Destination DID',
      'Duration (sec)',
      'Attempt',
      'Disconnect Code',
      'Response',
      'Disconnect Initiator',
      'Voice IN Trunk',
      'Destination',
      'Trunk Group',
      'Capacity Group',
      'Toll-free (USD)',
      'PSTN (USD)',
      'Metered (USD)',
      'CNAM IN (USD)',
      'Total (USD)',
      'Call ID',
    ],
    [
      written(start),
      '',
      written(start + 1000),
      'Completed',
      '12025550100',
      '+12025550100',
      'Smith, "Jo"',
      'United States',
      '',
      '18648301018',
      '57',
      '1',
      '200',
      'Bye',
      'Origination',
      'acme in',
      'sip:+18648301018@sip.vapi.ai',
      '',
      '',
      '0.000',
      '0.000',
      '0.000',
      '0.000',
      '0.000',
      'call-id',
    ],
  ]);
});

// docs/providers/didww.md, Exports (call records): the outgoing columns of this version are not documented
test('outgoing calls have the columns of 2026-04-16, or others that a client must get along with', async () => {
  const callers = async () => (await rows('cdr_out'))[0]?.slice(4, 6);
  expect(await callers()).toEqual(['Source', 'CLI']);

  rig.account.switches.outboundRecordColumns = 'source-number';
  expect(await callers()).toEqual(['Source Number', 'Source Number Out']);
});

// docs/providers/didww.md, Exports (call records)
test('a file has the columns of the version that created its export, whoever fetches it', async () => {
  rig.account.switches.apiVersion = '2026-04-16';
  const body = create('exports', { export_type: 'cdr_in', filters: lastHours() });
  const made = await rig.send('POST', '/exports', body, { authorization: undefined, 'api-key': rig.account.apiKey });
  rig.account.switches.apiVersion = '2026-11-19';
  const [header] = await rowsOf(rig, made);

  expect(header).toHaveLength(22);
  expect(header).toContain('Source');
});

// docs/providers/didww.md, Exports (call records); Access tokens
test('a file is fetched with the key as well as with a token', async () => {
  const url = await addressOf(rig, await post('cdr_in'));
  const fetched = (headers: object) => rig.send('GET', url, undefined, { authorization: undefined, ...headers });
  const wrongToken = await fetched({ authorization: 'Bearer nonsense' });

  expect((await rig.get(url)).status).toBe(200);
  expect((await fetched({ 'api-key': rig.account.apiKey })).status).toBe(200);
  expect(await fetched({ 'api-key': 'of somebody else' })).toMatchObject({ status: 401, text: '' });
  expect(await fetched({})).toMatchObject({ status: 401, text: '' });
  expect([wrongToken.status, wrongToken.headers['www-authenticate']]).toEqual([401, 'Bearer error="invalid_token"']);
  expect(wrongToken.document.errors).toMatchObject([{ code: '401' }]);
  expect((await rig.get('/exports/unknown.csv.gz')).status).toBe(404);
});

// docs/providers/didww.md, Exports (call records)
test('calls are asked for by who called, as he came and as he was delivered, and by country', async () => {
  const start = Date.now() - HOUR;
  rig.account.callRecords.inbound.push(
    incoming({ start, callId: 'first' }),
    incoming({ start, callId: 'second', source: '442079460000', sourceOut: '+442079460000', sourceCountryIso: 'GB' }),
  );

  expect(await calls('cdr_in', { source_number: '12025550100' })).toEqual(['first']);
  expect(await calls('cdr_in', { source_number_out: '+442079460000' })).toEqual(['second']);
  expect(await calls('cdr_in', { source_country_iso: 'GB', did_number: '18648301018' })).toEqual(['second']);
});

// docs/providers/didww.md, Exports (call records)
test('outgoing calls are asked for by trunk, caller, shown caller and destination', async () => {
  const start = Date.now() - HOUR;
  rig.account.callRecords.outbound.push(
    outgoing({ start, callId: 'first' }),
    outgoing({ start, callId: 'second', source: '1', cli: '2', destinationNumber: '3', outboundTrunkId: 'other' }),
  );

  expect(await calls('cdr_out', { 'voice_out_trunk.id': TRUNK })).toEqual(['first']);
  expect(await calls('cdr_out', { source: '1' })).toEqual(['second']);
  expect(await calls('cdr_out', { cli: '2' })).toEqual(['second']);
  expect(await calls('cdr_out', { destination: '12025550100' })).toEqual(['first']);
});

// docs/providers/didww.md, Exports (call records)
test.each([
  ['cdr_in', { source_number: '' }, "source_number can't be blank"],
  ['cdr_out', { cli: ' ' }, "cli can't be blank"],
  ['cdr_in', { cli: '1' }, 'cli is not allowed'],
  ['cdr_out', { source_number: '1' }, 'source_number is not allowed'],
  ['sms_in', { did_number: '1' }, 'did_number is not allowed'],
  ['cdr_in', { from: 'yesterday' }, 'from not valid'],
  ['cdr_in', { to: '2020-01-01 00:00:00' }, 'from must be before to'],
])('an export of %s with %j is refused', async (exportType, filters, problem) => {
  expect((await post(exportType, filters)).document.errors).toEqual([
    {
      title: problem,
      detail: `filters - ${problem}`,
      code: '100',
      source: { pointer: '/data/attributes/filters' },
      status: '422',
    },
  ]);
});

// docs/providers/didww.md, Exports (call records); the columns of messages are assumed
test('messages can be exported, at this version alone', async () => {
  expect(await rows('sms_in')).toHaveLength(1);
  expect(await rows('sms_out')).toHaveLength(1);
  expect((await post('fax_in')).status).toBe(422);
});

// docs/providers/didww.md, Exports (call records)
test('exports are found by type, status and time', async () => {
  rig.account.switches.exportPendingMs = 3_600_000;
  const { id, attributes } = (await post('cdr_in')).document.data;
  const found = async (query: string) => (await rig.get(`/exports?${query}`)).document.data.map((row) => row.id);
  const created = String(attributes['created_at']);

  expect(await found('filter[export_type]=cdr_in&filter[status]=pending')).toEqual([id]);
  expect(await found('filter[export_type]=cdr_out')).toEqual([]);
  expect(await found('filter[status]=completed')).toEqual([]);
  expect(await found(`filter[created_at_gteq]=${created}&filter[created_at_lteq]=${created}`)).toEqual([id]);
  expect(await found('filter[created_at_gteq]=2999-01-01T00:00:00.000Z')).toEqual([]);
  expect(await found('filter[created_at_lteq]=2020-01-01T00:00:00.000Z')).toEqual([]);
});
