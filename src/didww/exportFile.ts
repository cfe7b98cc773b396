import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { parse } from 'csv-parse/sync';
import { z } from 'zod';
import type { CallOptions, HttpRequest } from '../http/index.js';
import type { DidwwApi } from './api.js';
import type { CallRecord } from './resources.js';
import { callRecord, missingColumns } from './versions/callRecordColumns.js';

/** Hops from the API to wherever a file lies. */
const MOST_REDIRECTS = 3;
const MOST_FILE_BYTES = 64 * 1024 * 1024;
const OPERATION = 'GET export file';

const unzip = promisify(gunzip);
const table = z.array(z.array(z.string()));

/** Fetches and parses an export's file. The key goes to the API's own host only, on the first request as after a redirect. */
export async function downloadRecords(
  api: DidwwApi,
  url: string,
  options?: CallOptions,
): Promise<readonly CallRecord[]> {
  const first = fileRequest(api, url, api.baseUrl);
  if (first === undefined) throw api.http.refused(bare(api.baseUrl), 'the export does not name a usable URL');
  let request = first;
  for (let hop = 0; ; hop += 1) {
    const answer = await api.http.bytes(request, options);
    if (answer.status < 300) return parseFile(answer.body, (why) => api.http.unexpected(request, answer.status, why));
    const next = fileRequest(api, answer.headers['location'] ?? '', request.url);
    if (next === undefined || hop === MOST_REDIRECTS) {
      throw api.http.unexpected(request, answer.status, 'it redirects to nowhere that can be followed');
    }
    request = next;
  }
}

/** Undefined where the URL is none, or is less protected than the API. */
function fileRequest(api: DidwwApi, target: string, from: URL): HttpRequest | undefined {
  if (target === '' || !URL.canParse(target, from.href)) return undefined;
  const url = new URL(target, from);
  const isOurs = url.origin === api.baseUrl.origin;
  if (!isOurs && url.protocol !== 'https:' && url.protocol !== api.baseUrl.protocol) return undefined;
  return isOurs ? { ...bare(url), headers: api.keyHeader } : bare(url);
}

const bare = (url: URL): HttpRequest => ({ method: 'GET', url, operation: OPERATION, headers: {} });

/** The file is gzip by itself, whatever its content type says (docs/providers/didww.md, Exports (call records)). */
async function parseFile(body: Buffer, wrong: (why: string) => Error): Promise<readonly CallRecord[]> {
  const isZipped = body[0] === 0x1f && body[1] === 0x8b;
  const text = isZipped ? await unzip(body, { maxOutputLength: MOST_FILE_BYTES }).catch(() => undefined) : body;
  if (text === undefined) throw wrong('it is not a whole gzip file');
  const [header, ...rows] = parseTable(text) ?? [];
  if (header === undefined) throw wrong('it is not a table of comma-separated values');
  const missing = missingColumns(header);
  if (missing !== undefined) throw wrong(missing);
  return rows.map((row) => callRecord(Object.fromEntries(row.map((cell, at) => [header[at] ?? '', cell]))));
}

/** The lines of a table, each as its cells; undefined where the text is none. */
function parseTable(text: Buffer): readonly (readonly string[])[] | undefined {
  try {
    return table.parse(parse(text, { bom: true, skip_empty_lines: true, relax_column_count: true }));
  } catch {
    return undefined;
  }
}
