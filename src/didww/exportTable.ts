/**
 * The table in an export's file, read as a stream: what is not kept of it is never in memory
 * (docs/providers/didww.md, Exports (call records)).
 * Belongs here: unzipping, splitting into rows, bounds. Does not: fetching the file (`exportFile.ts`), the
 * meaning of columns (`versions`).
 */
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { CsvError, parse } from 'csv-parse';
import type { CallRecord } from './resources.js';
import { callRecord, missingColumns } from './versions/callRecordColumns.js';

/** Unzipped. At about 150 bytes a row more than the rows that are kept. */
export const MOST_BYTES = 64 * 1024 * 1024;
/** A row in memory takes about 500 bytes. */
export const MOST_ROWS = 200_000;
/** An honest row has some twenty short cells. */
const LONGEST_ROW_BYTES = 64 * 1024;

/** The file holds something else; the message is the end of a sentence about it. */
export class NotATable extends Error {}

/** The file is larger than we are ready to read; the message is the end of a sentence about it. */
export class TableTooLarge extends Error {}

/**
 * The records of a file, zipped or not. Throws `NotATable`, `TableTooLarge`, or an `AbortError` where the
 * signal ends it.
 */
export async function readTable(file: Buffer, signal?: AbortSignal): Promise<readonly CallRecord[]> {
  const csv = parse({
    bom: true,
    skip_empty_lines: true,
    relax_column_count: true,
    max_record_size: LONGEST_ROW_BYTES,
  });
  const options = signal === undefined ? {} : { signal };
  try {
    return isZipped(file)
      ? await pipeline(Readable.from([file]), createGunzip(), bounded, csv, recordsOf, options)
      : await pipeline(Readable.from([file]), bounded, csv, recordsOf, options);
  } catch (error) {
    if (error instanceof CsvError) throw new NotATable('it is not a table of comma-separated values');
    if (isOfZlib(error)) throw new NotATable('it is not a whole gzip file');
    throw error;
  }
}

/** The file is gzip by itself, whatever its content type says. */
const isZipped = (file: Buffer): boolean => file[0] === 0x1f && file[1] === 0x8b;

/** A small gzip file may hold any amount. */
async function* bounded(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let size = 0;
  for await (const chunk of chunks) {
    size += chunk.length;
    if (size > MOST_BYTES) throw new TableTooLarge(`it has more than ${String(MOST_BYTES / 1024 / 1024)} MiB`);
    yield chunk;
  }
}

async function recordsOf(rows: AsyncIterable<readonly string[]>): Promise<readonly CallRecord[]> {
  let header: readonly string[] | undefined;
  const records: CallRecord[] = [];
  for await (const row of rows) {
    if (header === undefined) {
      const missing = missingColumns(row);
      if (missing !== undefined) throw new NotATable(missing);
      header = row;
      continue;
    }
    if (records.length === MOST_ROWS) throw new TableTooLarge(`it has more than ${String(MOST_ROWS)} rows`);
    records.push(callRecord(cellsOf(header, row)));
  }
  if (header === undefined) throw new NotATable('it is not a table of comma-separated values');
  return records;
}

const cellsOf = (header: readonly string[], row: readonly string[]): Record<string, string> =>
  Object.fromEntries(row.map((cell, at) => [header[at] ?? '', cell]));

/** Zlib's errors carry its own codes. */
const isOfZlib = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && String(error.code).startsWith('Z_');
