/**
 * DIDWW's call records behind the test calls of a verification (docs/providers/didww.md, Exports (call
 * records)). They back a verdict where they are there in time; that a row is missing never decides anything
 * by itself. Belongs here: asking for exports. Does not: reading rows (`callRecordReading.ts`).
 */
import { cancellationSignal, sleep } from '@temporalio/activity';
import { type CallOptions, ProviderError } from '../http/index.js';
import type { CallRecord, CallRecordExport, DidwwClient } from '../didww/index.js';
import type { Activity } from './activity.js';
import { type DownloadedRecords, type RecordedCall, recordsOf, type RecordsOfCall } from './callRecordReading.js';
import type { Dependencies } from './dependencies.js';
import { keepBeating, note, remembered } from './heartbeats.js';

/** Which records are asked for. */
export interface CallRecordQuery {
  /** By which the exports are found again; unique to the run, at most 90 characters. */
  readonly reference: string;
  /** In the order of their placing. */
  readonly calls: readonly RecordedCall[];
  /** The trunk that the calls left through; without it nothing outbound is asked for. */
  readonly outboundTrunkId?: string;
  /** Looks until then, in milliseconds since the epoch; one look is always taken. */
  readonly until: number;
}

/** What the records say of each call, in the order of the query. */
export interface CallRecordAnswer {
  readonly calls: readonly RecordsOfCall[];
}

type ExportType = keyof DownloadedRecords;

/** DIDWW takes whole seconds, and none in the future: the end lies this far back. */
const TO_LIES_BACK_MS = 1_000;
const POLL_FIRST_MS = 150;
const POLL_LONGEST_MS = 2_000;
/** An export that is not ready is waited for this long, even where the time is over: it was asked for. */
const READY_WITHIN_MS = 10_000;
/**
 * An export is a snapshot: where a row is not in it, another one is asked for after this long, then after
 * twice as long.
 */
const ASK_AGAIN_FIRST_MS = 4_000;
const ASK_AGAIN_LONGEST_MS = 60_000;
const REQUEST_MS = 10_000;

/** What the next attempt has to know: how many snapshots were asked for. */
interface Memory {
  snapshots: number;
}

/** Looks up call records. */
export function callRecordActivities({ didww }: Pick<Dependencies, 'didww'>) {
  /**
   * Asks for exports, once per snapshot even over crashes, and looks for the rows of every call until all
   * are there or the time is over. Throws where DIDWW cannot be read.
   */
  const findCallRecords: Activity<CallRecordQuery, CallRecordAnswer> = async (query) => {
    const memory: Memory = { snapshots: 0, ...(remembered() as Memory | undefined) };
    const stopBeating = keepBeating(memory);
    try {
      return { calls: await search(didww, query, memory) };
    } finally {
      stopBeating();
    }
  };
  return { findCallRecords };
}

async function search(didww: DidwwClient, query: CallRecordQuery, memory: Memory): Promise<readonly RecordsOfCall[]> {
  let found: readonly RecordsOfCall[] = query.calls.map(() => ({}));
  let pauseMs = ASK_AGAIN_FIRST_MS;
  for (let nth = 0; ; nth += 1) {
    found = await withSnapshot(found, () => snapshot(didww, query, nth), query, nth);
    if (isComplete(query.calls, found)) return found;
    if (nth < memory.snapshots) continue; // an earlier attempt asked for the next one already
    if (Date.now() + pauseMs >= query.until) return found;
    await sleep(pauseMs);
    pauseMs = Math.min(pauseMs * 2, ASK_AGAIN_LONGEST_MS);
    memory.snapshots = nth + 1;
    note(memory);
  }
}

/**
 * What was found so far, and what one more snapshot adds; where only a later one cannot be read, the
 * earlier ones stand.
 */
async function withSnapshot(
  found: readonly RecordsOfCall[],
  read: () => Promise<DownloadedRecords>,
  { calls }: CallRecordQuery,
  nth: number,
): Promise<readonly RecordsOfCall[]> {
  try {
    const latest = recordsOf(calls, await read());
    return found.map((records, at) => ({ ...latest[at], ...records }));
  } catch (error) {
    if (nth === 0 || !(error instanceof ProviderError) || cancellationSignal().aborted) throw error;
    return found;
  }
}

/** Every leg has a record of its own: that of another leg says nothing of a late one. */
const isComplete = (calls: readonly RecordedCall[], found: readonly RecordsOfCall[]): boolean =>
  calls.every(({ legs }, at) => legs.every((leg) => found[at]?.[leg] !== undefined));

/** The rows of this moment, of both kinds as far as they are wanted. */
async function snapshot(didww: DidwwClient, query: CallRecordQuery, nth: number): Promise<DownloadedRecords> {
  const legs = new Set(query.calls.flatMap((call) => call.legs));
  const wantsOut = (legs.has('outbound') || legs.has('transfer')) && query.outboundTrunkId !== undefined;
  const rows = (type: ExportType, isWanted: boolean): Promise<readonly CallRecord[]> =>
    isWanted ? rowsOf(didww, query, type, nth + 1) : Promise.resolve([]);
  const [incoming, outgoing] = await Promise.all([rows('cdr_in', legs.has('inbound')), rows('cdr_out', wantsOut)]);
  return { cdr_in: incoming, cdr_out: outgoing };
}

/**
 * The rows of one export, found by its reference where it was asked for already; none where it is not ready
 * in time.
 */
async function rowsOf(
  didww: DidwwClient,
  query: CallRecordQuery,
  type: ExportType,
  nth: number,
): Promise<readonly CallRecord[]> {
  const reference = `${query.reference}/${type}/${String(nth)}`;
  const giveUpAt = Math.max(query.until, Date.now() + READY_WITHIN_MS);
  let made: CallRecordExport =
    (await didww.findExports(reference, options()))[0] ?? (await ask(didww, query, type, reference));
  for (let pauseMs = POLL_FIRST_MS; made.status !== 'completed'; pauseMs = Math.min(pauseMs * 2, POLL_LONGEST_MS)) {
    if (Date.now() >= giveUpAt) return [];
    await sleep(pauseMs);
    made = await didww.getExport(made.id, options());
  }
  return made.url === undefined ? [] : didww.downloadExport(made.url, options());
}

async function ask(
  didww: DidwwClient,
  { calls, outboundTrunkId }: CallRecordQuery,
  type: ExportType,
  reference: string,
): Promise<CallRecordExport> {
  const since = Math.min(...calls.map(({ notBefore }) => notBefore));
  const called = [...new Set(calls.filter(({ legs }) => legs.includes('inbound')).map(({ to }) => to))];
  // A row is found by its start, to the second, the end excluded: that second has to be over.
  const asOf = Math.floor(Date.now() / 1_000) * 1_000 + TO_LIES_BACK_MS;
  await sleep(asOf + TO_LIES_BACK_MS - Date.now());
  return didww.createExport(
    {
      type,
      reference,
      from: new Date(Math.floor(since / 1_000) * 1_000),
      to: new Date(asOf),
      ...(type === 'cdr_in' && called.length === 1 && called[0] !== undefined ? { didNumber: called[0] } : {}),
      ...(type === 'cdr_out' && outboundTrunkId !== undefined ? { outboundTrunkId } : {}),
    },
    options(),
  );
}

const options = (): CallOptions => ({
  signal: AbortSignal.any([cancellationSignal(), AbortSignal.timeout(REQUEST_MS)]),
});
