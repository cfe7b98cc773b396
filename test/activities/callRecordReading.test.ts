import { describe, expect, test } from 'vitest';
import { type RecordedCall, recordsOf } from '../../src/activities/verification/callRecordReading.js';
import type { CallRecord } from '../../src/didww/index.js';
import { callRecord } from '../../src/didww/versions/callRecordColumns.js';

const A = '+18648301001';
const B = '+18648301002';
const PERSON = '+12025550100';
const PLACED_AT = Date.parse('2026-11-25T18:00:03.400Z');

const call = (members: Partial<RecordedCall> = {}): RecordedCall => ({
  notBefore: PLACED_AT,
  from: A,
  to: B,
  legs: ['outbound', 'inbound'],
  ...members,
});
const out = (id: string, members: Record<string, string> = {}): CallRecord =>
  callRecord({
    'Date/Time Start (UTC)': '2026-11-25 18:00:04',
    Source: '18648301001',
    CLI: '18648301001',
    'Destination Number': '18648301002',
    'Call Duration (sec)': '9',
    'Disconnect Code': '200',
    'Disconnect Reason': 'Normal call clearing',
    'Call ID': id,
    ...members,
  });
const incoming = (id: string, members: Record<string, string> = {}): CallRecord =>
  callRecord({
    'Date/Time Start (UTC)': '2026-11-25 18:00:05',
    Source: '18648301001',
    'Destination DID': '18648301002',
    'Duration (sec)': '8',
    Attempt: '1',
    'Disconnect Code': '200',
    Response: 'Bye',
    Destination: 'sip:+18648301002@sip.vapi.ai',
    'Call ID': id,
    ...members,
  });
const ids = (calls: readonly RecordedCall[], cdr_out: CallRecord[], cdr_in: CallRecord[] = []) =>
  recordsOf(calls, { cdr_out, cdr_in }).map((records) =>
    Object.fromEntries(Object.entries(records).map(([leg, { recordId }]) => [leg, recordId])),
  );

describe("the records of DIDWW's that a test call is backed by", () => {
  test('are those of its two legs, read by the names of their columns', () => {
    const [records] = recordsOf([call()], { cdr_out: [out('o1')], cdr_in: [incoming('i1')] });

    expect(records?.outbound).toEqual({
      number: '18648301002',
      seconds: 9,
      code: '200',
      reason: 'Normal call clearing',
      target: '',
      recordId: 'o1',
    });
    expect(records?.inbound).toMatchObject({ reason: 'Bye', target: 'sip:+18648301002@sip.vapi.ai', recordId: 'i1' });
  });

  test('are not those of another caller, of another number or of another time', () => {
    const strangers = [
      out('caller', { Source: '447700900000', CLI: '447700900000' }),
      out('number', { 'Destination Number': '18648301009' }),
      out('earlier', { 'Date/Time Start (UTC)': '2026-11-25 18:00:02' }),
      out('later', { 'Date/Time Start (UTC)': '2026-11-25 18:01:00' }),
    ];

    expect(ids([call({ endedAt: PLACED_AT + 15_000 })], strangers)).toEqual([{}]);
  });

  test('are given out once: of two calls between the same numbers the earlier one gets the earlier row', () => {
    const later = call({ notBefore: PLACED_AT + 20_000, transferTo: PERSON, legs: ['outbound', 'transfer'] });
    const rows = [
      out('transfer', { 'Date/Time Start (UTC)': '2026-11-25 18:00:30', 'Destination Number': '12025550100' }),
      out('second', { 'Date/Time Start (UTC)': '2026-11-25 18:00:24' }),
      out('first'),
    ];

    expect(ids([call({ legs: ['outbound'] }), later], rows)).toEqual([
      { outbound: 'first' },
      { outbound: 'second', transfer: 'transfer' },
    ]);
  });

  test('of a transfer may carry either number as caller, and nobody else’s', () => {
    const transfer = call({ transferTo: PERSON, legs: ['transfer'] });
    const row = (caller: string) => out('t', { 'Destination Number': '12025550100', Source: caller, CLI: caller });

    expect(ids([transfer], [row('18648301002')])).toEqual([{ transfer: 't' }]);
    expect(ids([transfer], [row('447700900000')])).toEqual([{}]);
    expect(ids([transfer], [row('')])).toEqual([{}]);
  });

  test('of a transfer begin no earlier than the assistant answered', () => {
    const transfer = call({ transferTo: PERSON, legs: ['transfer'], transferNotBefore: PLACED_AT + 4_000 });
    const row = (start: string) =>
      out('t', { 'Destination Number': '12025550100', 'Date/Time Start (UTC)': `2026-11-25 18:00:${start}` });

    expect(ids([transfer], [row('06')])).toEqual([{}]);
    expect(ids([transfer], [row('07')])).toEqual([{ transfer: 't' }]);
  });

  test('that was tried over several trunks are its last attempt', () => {
    const rows = [incoming('i1', { 'Disconnect Code': '503' }), incoming('i2', { Attempt: '2' })];

    expect(ids([call()], [], rows)).toEqual([{ inbound: 'i2' }]);
  });

  test('are found by the id that Vapi shows where the caller is shown otherwise', () => {
    const rows = [incoming('sip-1', { Source: 'anonymous' }), incoming('other', { Source: '447700900000' })];

    expect(ids([call({ carrierCallId: 'sip-1', legs: ['inbound'] })], [], rows.toReversed())).toEqual([
      { inbound: 'sip-1' },
    ]);
  });
});
