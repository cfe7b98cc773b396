import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { readTable } from '../../src/didww/exportTable.js';
import { PASSING_CLASSES } from '../../src/contract/failure.js';
import { document, errorOf, givenDidww } from './given.js';
import { givenProvider } from './provider.js';

const HEADER = 'Date/Time Start (UTC),Status,Source,Destination Number,Call Duration (sec),Disconnect Code,New Column';
const FILE = `\ufeff${HEADER}\r\n2026-03-01 10:00:00,Completed,+18648301018,97286259404,59,200,x\r\n"2026-03-03 09:15:00","Failed",,,"0","486"\r\n`;

test('an export is asked for in whole seconds of UTC, the trunk under its literal key', async () => {
  const attributes = { export_type: 'cdr_out', status: 'pending', url: null, external_reference_id: 'v-1' };
  const { didww, server } = await givenDidww(() => ({
    status: 201,
    body: document({ id: 'e1', type: 'exports', attributes }),
  }));

  const made = await didww.createExport({
    type: 'cdr_out',
    from: new Date('2026-04-08T00:00:00.900Z'),
    to: new Date('2026-04-08T06:00:00Z'),
    outboundTrunkId: 'out-1',
    reference: 'v-1',
  });

  expect(made).toEqual({ id: 'e1', type: 'cdr_out', status: 'pending', reference: 'v-1' });
  expect(server.seen[0]?.body).toEqual({
    data: {
      type: 'exports',
      attributes: {
        export_type: 'cdr_out',
        external_reference_id: 'v-1',
        filters: { from: '2026-04-08 00:00:00', to: '2026-04-08 06:00:00', 'voice_out_trunk.id': 'out-1' },
      },
    },
  });
});

test.each([
  ['zipped', gzipSync(FILE), 'text/csv'],
  ['plain', Buffer.from(FILE), 'application/gzip'],
])('a %s file is read by column name, whatever its type says and however it quotes', async (_, body, type) => {
  const { didww, server } = await givenDidww(() => ({ headers: { 'content-type': type }, body }));

  const rows = await didww.downloadExport(`${server.url}/v3/exports/file.csv.gz`);

  const nothing = { attempt: 0, disconnectReason: '', target: '', callId: '' };
  expect(rows).toEqual([
    {
      ...nothing,
      startedAt: Date.parse('2026-03-01T10:00:00Z'),
      callers: ['18648301018'],
      called: '97286259404',
      seconds: 59,
      disconnectCode: '200',
    },
    {
      ...nothing,
      startedAt: Date.parse('2026-03-03T09:15:00Z'),
      callers: [],
      called: '',
      seconds: 0,
      disconnectCode: '486',
    },
  ]);
  expect(server.seen[0]?.headers['api-key']).toBe('didww-canary-key-01');
});

test('the key is not sent to another host, neither at once nor after a redirect', async () => {
  const storage = await givenProvider(() => ({ body: gzipSync(FILE) }));
  const { didww, server } = await givenDidww(() => ({ status: 302, headers: { location: `${storage.url}/moved` } }));

  await didww.downloadExport(`${storage.url}/direct`);
  const rows = await didww.downloadExport(`${server.url}/v3/exports/file.csv.gz`);

  expect(rows).toHaveLength(2);
  expect(storage.seen.map(({ path }) => path)).toEqual(['/direct', '/moved']);
  for (const { headers } of storage.seen) expect(JSON.stringify(headers)).not.toContain('canary');
});

test('redirects in a circle come to an end', async () => {
  const { didww, server } = await givenDidww(() => ({ status: 302, headers: { location: '/again' } }));

  const error = await errorOf(didww.downloadExport(`${server.url}/file`));

  expect(error.errorClass).toBe('unexpected-answer');
  expect(server.seen).toHaveLength(4);
});

test.each([
  ['half a gzip file', gzipSync(FILE).subarray(0, 40), 'it is not a whole gzip file'],
  ['no table', Buffer.from(`${HEADER}\n"1,2`), 'it is not a table'],
  ['an empty file', Buffer.from(''), 'it is not a table'],
  ['one row without end', Buffer.from(`${HEADER}\n${'x'.repeat(100_000)}`), 'it is not a table'],
])('%s is unexpected', async (_, body, words) => {
  const { didww, server } = await givenDidww(() => ({ body }));

  const error = await errorOf(didww.downloadExport(`${server.url}/v3/file`));

  expect(error).toMatchObject({ errorClass: 'unexpected-answer', operation: 'GET export file' });
  expect(error.message).toContain(words);
});

test('an export without a usable URL is refused without a request', async () => {
  const { didww } = await givenDidww(() => ({ status: 500 }));

  expect(await errorOf(didww.downloadExport('file:///etc/passwd'))).toMatchObject({ errorClass: 'unexpected-answer' });
});

test.each([
  ['2026-04-16', 'Source'],
  ['2026-11-19', 'Source Number'],
])('the caller of a call is found in a file that an export of %s made', async (_, column) => {
  const file = `Date/Time Start (UTC),${column},Source Name,Destination DID,Duration (sec),Disconnect Code,Response\n2026-03-01 10:00:00,18648301018,,18648301019,8,200,Bye\n`;
  const { didww, server } = await givenDidww(() => ({ body: gzipSync(file) }));

  const rows = await didww.downloadExport(`${server.url}/v3/file`);

  expect(rows).toMatchObject([{ callers: ['18648301018'], called: '18648301019', disconnectReason: 'Bye' }]);
});

test('a file that lacks a column which no row can do without is unexpected, and says which columns it has', async () => {
  const file = 'Date/Time Start (UTC),Caller,Destination Number,Call Duration (sec),Disconnect Code\n';
  const { didww, server } = await givenDidww(() => ({ body: gzipSync(file) }));

  const error = await errorOf(didww.downloadExport(`${server.url}/v3/file`));

  expect(error.errorClass).toBe('unexpected-answer');
  expect(error.message).toContain('it has no column "Source Number" or "Source" or "CLI"; its columns are');
  expect(error.message).toContain('"Caller"');
});

test.each([
  ['rows beyond number', `${HEADER}\n${',,,,,,\n'.repeat(200_001)}`, 'it has more than 200000 rows'],
  ['bytes beyond number', `${HEADER}\n${`${'x'.repeat(9_999)}\n`.repeat(6_800)}`, 'it has more than 64 MiB'],
])('a small file that unzips to %s is refused for good', async (_, text, why) => {
  const { didww, server } = await givenDidww(() => ({ body: gzipSync(text) }));

  const error = await errorOf(didww.downloadExport(`${server.url}/v3/file`));

  expect(PASSING_CLASSES).not.toContain(error.errorClass);
  expect(error).toMatchObject({
    errorClass: 'refused',
    message: `DIDWW gave an answer to GET export file that is larger than Patchbay reads: ${why}.`,
    action: expect.stringContaining('look the test calls up at DIDWW') as unknown,
  });
});

test('a deadline ends the reading of a file as well', async () => {
  const file = gzipSync(`${HEADER}\n${',,,,,,\n'.repeat(200_000)}`);

  await expect(readTable(file, AbortSignal.abort())).rejects.toMatchObject({ name: 'AbortError' });
});
