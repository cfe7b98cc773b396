import { afterEach, beforeEach, expect, test } from 'vitest';

import { incoming, outgoing, TRUNK } from './callRecords.js';
import type { Answer, Rig } from './didwwRig.js';
import { problems, startRig, update } from './didwwRig.js';
import { addressOf, askFor, HOUR, lastHours, rowsOf, written } from './exporting.js';

let rig: Rig;
beforeEach(async () => {
  rig = await startRig('2026-04-16');
});
afterEach(() => rig.stop());

const post = (filters: object, overrides: object = {}): Promise<Answer> =>
  askFor(rig, { export_type: 'cdr_out', filters, ...overrides });

/** Each row by the names of its columns. */
async function completed(
  filters: object,
  overrides: object = {},
): Promise<readonly Readonly<Record<string, string>>[]> {
  const [names = [], ...rows] = await rowsOf(rig, await post(filters, overrides));
  return rows.map((row) => Object.fromEntries(names.map((name, at) => [name, row[at] ?? ''])));
}

// docs/providers/didww.md, Exports (call records)
test('an export is pending, then processing, then completed with an address whose file name is not its id', async () => {
  const made = await post(lastHours(), { external_reference_id: 'verify-42' });
  const { id } = made.document.data;
  const look = async () => (await rig.get(`/exports/${id}`)).document.data.attributes;
  expect(made.status).toBe(201);
  expect(made.document.data.attributes).toMatchObject({
    status: 'pending',
    url: null,
    callback_url: null,
    callback_method: null,
  });

  const { exportPendingMs, exportProcessingMs } = rig.account.switches;
  rig.advance(exportPendingMs);
  rig.account.switches.exportProcessingMs = 5000;
  expect(await look()).toMatchObject({ status: 'processing', url: null });
  rig.account.switches.exportProcessingMs = exportProcessingMs;
  rig.advance(exportProcessingMs);
  const done = await look();
  expect(done['status']).toBe('completed');
  expect(done['url']).toMatch(new RegExp(`^${rig.url}/exports/[0-9a-f-]{36}\\.csv\\.gz$`));
  expect(done['url']).not.toContain(id);

  const found = await rig.get('/exports?filter[external_reference_id]=verify-42');
  expect(found.document.data.map((row) => row.id)).toEqual([id]);
});

// docs/providers/didww.md, Exports (call records)
test('the file is gzip as a file, needs the key, and is not there under another name', async () => {
  const made = await post(lastHours());
  const url = await addressOf(rig, made);
  const file = await rig.send('GET', url, undefined, { accept: undefined });
  expect(file.status).toBe(200);
  expect(file.bytes.subarray(0, 2)).toEqual(Buffer.from([0x1f, 0x8b]));
  expect(file.headers).not.toHaveProperty('content-encoding');
  expect(file.headers['content-disposition']).toContain('attachment');
  expect((await rig.send('GET', url, undefined, { 'api-key': undefined })).status).toBe(401);
  expect((await rig.get(`/exports/${made.document.data.id}.csv.gz`)).status).toBe(404);
});

// docs/providers/didww.md, Exports (call records)
test('outgoing calls have 19 columns, failed ones empty times', async () => {
  const start = Math.floor((Date.now() - HOUR) / 1000) * 1000;
  rig.account.callRecords.outbound.push(
    outgoing({ start, connect: start + 1000, end: start + 60_000 }),
    outgoing({ start, status: 'Failed', disconnectCode: 486 }),
  );
  const [answered, failed] = await completed(lastHours());
  expect(Object.keys(answered ?? {})).toEqual([
    'Date/Time Start (UTC)',
    'Date/Time Connect (UTC)',
    'Date/Time End (UTC)',
    'Status',
    'Source',
    'CLI',
    'Destination Number',
    'Call Duration (sec)',
    'Billing Duration (sec)',
    'Disconnect Code',
    'Disconnect Reason',
    'Voice OUT Trunk',
    'Destination Country',
    'Network',
    'Call Type',
    'Rate (USD)',
    'Charged (USD)',
    'P-Charge-Info',
    'Call ID',
  ]);
  expect(answered).toMatchObject({
    'Date/Time Start (UTC)': written(start),
    'Date/Time End (UTC)': written(start + 60_000),
  });
  expect(failed).toMatchObject({
    Status: 'Failed',
    'Disconnect Code': '486',
    'Date/Time Connect (UTC)': '',
    'Rate (USD)': '',
  });
});

// docs/providers/didww.md, Exports (call records)
test('incoming calls have 22 columns and can be asked for by number', async () => {
  const start = Date.now() - HOUR;
  rig.account.callRecords.inbound.push(incoming({ start }), incoming({ start, destinationDid: '12025550143' }));
  const filters = { ...lastHours(), did_number: '18648301018' };
  const rows = await completed(filters, { export_type: 'cdr_in' });
  expect(rows).toHaveLength(1);
  expect(Object.keys(rows[0] ?? {})).toEqual([
    'Date/Time Start (UTC)',
    'Date/Time Connect (UTC)',
    'Date/Time End (UTC)',
    'Status',
    'Source',
    'Source Name',
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
  ]);
  expect(rows[0]).toMatchObject({ 'Source Name': 'Smith, "Jo"', 'Voice IN Trunk': 'acme in' });
});

// docs/providers/didww.md, Exports (call records): from inclusive, to exclusive; by trunk; not in real time
test('an export holds the calls of its time and trunk that DIDWW knew of by then', async () => {
  const from = Math.floor((Date.now() - HOUR) / 1000) * 1000;
  const to = from + 60_000;
  const filters = { from: written(from), to: written(to), 'voice_out_trunk.id': TRUNK };
  rig.account.callRecords.outbound.push(
    outgoing({ start: from, callId: 'first' }),
    outgoing({ start: to, callId: 'too late' }),
    outgoing({ start: from, callId: 'other trunk', outboundTrunkId: 'x' }),
    outgoing({ start: from, callId: 'not known yet', visibleAt: Date.now() + HOUR }),
  );
  expect((await completed(filters)).map((row) => row['Call ID'])).toEqual(['first']);
  rig.advance(2 * HOUR);
  expect((await completed(filters)).map((row) => row['Call ID'])).toEqual(['first', 'not known yet']);
});

// docs/providers/didww.md, Exports (call records); Errors
test('filters are closed and checked', async () => {
  const past = written(Date.now() - HOUR);
  const now = written(Date.now() - 1000);
  const refused = async (filters: object, overrides: object = {}) => {
    const answer = await post(filters, overrides);
    expect(problems(answer)).toHaveLength(1);
    expect(problems(answer)[0]).toContain('422 /data/attributes/filters ');
    return answer.document.errors[0]?.detail;
  };
  expect(await refused({ from: 'yesterday', to: now })).toBe('filters - from not valid');
  expect(await refused({ from: '2020-01-01 00:00:00', to: now })).toBe(
    'filters - from must be within the current and 2 previous months',
  );
  expect(await refused({ from: past })).toContain('to not valid');
  expect(await refused({ from: past, to: written(Date.now() + HOUR) })).toContain('future');
  expect(await refused({ from: now, to: past })).toContain('before');
  expect(await refused({ from: past, to: now, did_number: '1' })).toContain('did_number is not allowed');
  expect(await refused({ from: past, to: now, voice_out_trunk_id: TRUNK })).toContain(
    'voice_out_trunk_id is not allowed',
  );
  expect(await refused({ from: past, to: now, 'voice_out_trunk.id': TRUNK }, { export_type: 'cdr_in' })).toContain(
    'not allowed',
  );
  expect(rig.account.exports.size).toBe(0);
});

// docs/providers/didww.md, Exports (call records)
test('a callback needs its method, and only the reference of an export can be changed; nothing deletes it', async () => {
  expect((await post(lastHours(), { callback_url: 'https://example.com/' })).status).toBe(422);
  expect((await post(lastHours(), { callback_url: 'https://example.com/', callback_method: 'post' })).status).toBe(201);
  const { id } = (await post(lastHours())).document.data;
  const patch = (attributes: object) => rig.send('PATCH', `/exports/${id}`, update('exports', id, attributes));
  expect((await patch({ filters: {} })).document.errors).toMatchObject([{ code: '105' }]);
  expect((await patch({ external_reference_id: 'x' })).document.data.attributes['external_reference_id']).toBe('x');
  expect((await rig.send('DELETE', `/exports/${id}`)).status).toBe(404);
});
