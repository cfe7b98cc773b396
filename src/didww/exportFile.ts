import { type Answer, type CallOptions, type HttpRequest, isTimeout } from '../http/index.js';
import type { DidwwApi } from './api.js';
import { NotATable, readTable, TableTooLarge } from './exportTable.js';
import type { CallRecord } from './resources.js';

/** Hops from the API to wherever a file lies. */
const MOST_REDIRECTS = 3;
const OPERATION = 'GET export file';
/** What a file that is too large comes from, and the way round it. */
const TOO_MANY_CALLS =
  'The account has more calls at this time than Patchbay searches: look the test calls up at DIDWW, or verify when fewer calls are made.';

/**
 * Fetches and parses an export's file. The key goes to the API's own host only, on the first request as
 * after a redirect.
 */
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
    if (answer.status < 300) return readFile(api, request, answer, options);
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

/**
 * The records of a file. Throws `refused` where it is larger than a worker should read: the next attempt
 * would find it no smaller.
 */
async function readFile(
  { http }: DidwwApi,
  request: HttpRequest,
  { body, status }: Answer,
  { signal }: CallOptions = {},
): Promise<readonly CallRecord[]> {
  try {
    return await readTable(body, signal);
  } catch (error) {
    if (error instanceof TableTooLarge) throw http.tooLarge(request, error.message, TOO_MANY_CALLS);
    if (error instanceof NotATable) throw http.unexpected(request, status, error.message);
    if (signal?.aborted !== true) throw error;
    throw isTimeout(signal.reason) ? http.timedOut(request) : signal.reason;
  }
}
