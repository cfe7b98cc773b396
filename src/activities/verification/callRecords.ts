/**
 * DIDWW's call records behind the test calls of a verification (docs/providers/didww.md, Exports (call
 * records)). They back a verdict where they are there in time; that a row is missing never decides anything
 * by itself. Belongs here: asking for exports. Does not: reading rows (`callRecordReading.ts`).
 */
import { cancellationSignal, sleep } from '@temporalio/activity';
import type { CallRecord, CallRecordExport, DidwwClient } from '../../didww/index.js';
import type { Region } from '../../domain/sip/addresses.js';
import { type CallOptions, ProviderError } from '../../http/index.js';
import type { VapiClient } from '../../vapi/index.js';
import type { Activity } from '../engine/activity.js';
import {
  type DownloadedRecords,
  type RecordedCall,
  recordsOf,
  type RecordsOfCall,
  wholeSecond,
} from './callRecordReading.js';
import type { Dependencies } from '../engine/dependencies.js';
import { keepBeating, note, remembered } from '../engine/heartbeats.js';

/** Which records are asked for. */
export interface CallRecordQuery {
  /** By which the exports are found again; unique to the run, at most 90 characters. */
  readonly reference: string;
  /** In the order of their placing. */
  readonly calls: readonly RecordedCall[];
  /** The trunk that the calls left through; without it nothing outbound is asked for. */
  readonly outboundTrunkId?: string;
  /** Whose Vapi the calls were dated by. */
  readonly region: Region;
  /**
   * Looks for this long, in milliseconds; one look is always taken. Time without a worker is not part of
   * it.
   */
  readonly withinMs: number;
}

/** What the records say of each call, in the order of the query. */
export interface CallRecordAnswer {
  readonly calls: readonly RecordsOfCall[];
}

type ExportType = keyof DownloadedRecords;

/**
 * DIDWW takes whole seconds, and none in the future (docs/providers/didww.md, Exports (call records)): the
 * end lies this far back.
 */
const TO_LIES_BACK_MS = 1_000;
const POLL_FIRST_MS = 150;
const POLL_LONGEST_MS = 2_000;
/** An export that is not ready is waited for this long, even where the time is up: it was asked for. */
const READY_WITHIN_MS = 10_000;
/**
 * An export is a snapshot: where a row is not in it, another one is asked for after this long, then after
 * twice as long.
 */
const ASK_AGAIN_FIRST_MS = 4_000;
const ASK_AGAIN_LONGEST_MS = 60_000;
const REQUEST_MS = 10_000;

/**
 * What the next attempt has to know: how many snapshots were asked for, and how long was looked for so far.
 */
interface Memory {
  snapshots: number;
  readonly spentMs: number;
}

/** One search, at both providers. */
interface Search {
  readonly didww: DidwwClient;
  readonly vapi: VapiClient;
  readonly query: CallRecordQuery;
  readonly memory: Memory;
}

/** Looks up call records. */
export function callRecordActivities({ didww, vapi }: Pick<Dependencies, 'didww' | 'vapi'>) {
  /**
   * Asks for exports, once per snapshot even over crashes, and looks for the rows of every call until all
   * are there or the time is up. Throws where DIDWW cannot be read.
   */
  const findCallRecords: Activity<CallRecordQuery, CallRecordAnswer> = async (query) => {
    const memory = memoryOf(remembered() as Memory | undefined);
    const stopBeating = keepBeating(memory);
    try {
      return { calls: await search({ didww, vapi: vapi(query.region), query, memory }) };
    } finally {
      stopBeating();
    }
  };
  return { findCallRecords };
}

function memoryOf({ snapshots, spentMs: before }: Memory = { snapshots: 0, spentMs: 0 }): Memory {
  const startedAt = performance.now();
  return {
    snapshots,
    get spentMs() {
      return before + Math.round(performance.now() - startedAt);
    },
  };
}

async function search(looking: Search): Promise<readonly RecordsOfCall[]> {
  const { query, memory } = looking;
  let found: readonly RecordsOfCall[] = query.calls.map(() => ({}));
  let pauseMs = ASK_AGAIN_FIRST_MS;
  for (let nth = 0; ; nth += 1) {
    found = await withSnapshot(found, looking, nth);
    if (isComplete(query.calls, found)) return found;
    if (nth < memory.snapshots) continue; // an earlier attempt asked for the next one already
    if (memory.spentMs + pauseMs >= query.withinMs) return found;
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
  looking: Search,
  nth: number,
): Promise<readonly RecordsOfCall[]> {
  try {
    const rows = await snapshot(looking, nth);
    const latest = recordsOf(datedByDidww(looking), rows);
    return found.map((records, at) => ({ ...latest[at], ...records }));
  } catch (error) {
    if (nth === 0 || !(error instanceof ProviderError) || cancellationSignal().aborted) throw error;
    return found;
  }
}

/** Vapi dates the calls, DIDWW their records. Where the two clocks differ, the calls as DIDWW dates them. */
function datedByDidww({ didww, vapi, query }: Search): readonly RecordedCall[] {
  const [theirs, ours] = [didww.clock.read(), vapi.clock.read()];
  if (theirs === undefined || ours === undefined) return query.calls;
  const [least, most] = [theirs.earliest - ours.latest, theirs.latest - ours.earliest];
  if (least <= 0 && most >= 0) return query.calls; // no difference that can be told
  return query.calls.map((call) => ({
    ...call,
    notBefore: call.notBefore + least,
    ...(call.transferNotBefore === undefined ? {} : { transferNotBefore: call.transferNotBefore + least }),
    ...(call.endedAt === undefined ? {} : { endedAt: call.endedAt + most }),
  }));
}

/** Every leg has a record of its own: that of another leg says nothing of a late one. */
const isComplete = (calls: readonly RecordedCall[], found: readonly RecordsOfCall[]): boolean =>
  calls.every(({ legs }, at) => legs.every((leg) => found[at]?.[leg] !== undefined));

/** The rows of this moment, of both kinds as far as they are wanted. */
async function snapshot(looking: Search, nth: number): Promise<DownloadedRecords> {
  const { calls, outboundTrunkId } = looking.query;
  const legs = new Set(calls.flatMap((call) => call.legs));
  const wantsOut = (legs.has('outbound') || legs.has('transfer')) && outboundTrunkId !== undefined;
  const rows = (type: ExportType, isWanted: boolean): Promise<readonly CallRecord[]> =>
    isWanted ? rowsOf(looking, type, nth + 1) : Promise.resolve([]);
  const [incoming, outgoing] = await Promise.all([rows('cdr_in', legs.has('inbound')), rows('cdr_out', wantsOut)]);
  return { cdr_in: incoming, cdr_out: outgoing };
}

/**
 * The rows of one export, found by its reference where it was asked for already; none where it is not ready
 * in time.
 */
async function rowsOf(looking: Search, type: ExportType, nth: number): Promise<readonly CallRecord[]> {
  const { didww, query, memory } = looking;
  const reference = `${query.reference}/${type}/${String(nth)}`;
  const untilMs = Math.max(query.withinMs, memory.spentMs + READY_WITHIN_MS);
  let made: CallRecordExport =
    (await didww.findExports(reference, options()))[0] ?? (await ask(looking, type, reference));
  for (let pauseMs = POLL_FIRST_MS; made.status !== 'completed'; pauseMs = Math.min(pauseMs * 2, POLL_LONGEST_MS)) {
    if (memory.spentMs >= untilMs) return [];
    await sleep(pauseMs);
    made = await didww.getExport(made.id, options());
  }
  return made.url === undefined ? [] : didww.downloadExport(made.url, options());
}

/**
 * The range is in DIDWW's time, which is known by now: it has answered whether there is such an export. It
 * refuses one that ends in its future.
 */
async function ask(looking: Search, type: ExportType, reference: string): Promise<CallRecordExport> {
  const {
    didww,
    query: { outboundTrunkId },
  } = looking;
  const calls = datedByDidww(looking);
  const since = Math.min(...calls.map(({ notBefore }) => notBefore));
  const called = [...new Set(calls.filter(({ legs }) => legs.includes('inbound')).map(({ to }) => to))];
  // A row is found by its start, to the second, the end excluded: that second has to be over.
  const asOf = wholeSecond(didww.clock.now().latest) + 1_000;
  await sleep(asOf + TO_LIES_BACK_MS - didww.clock.now().earliest);
  return didww.createExport(
    {
      type,
      reference,
      from: new Date(wholeSecond(since)),
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
