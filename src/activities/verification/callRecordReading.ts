/**
 * DIDWW's call records given to the test calls that they are of (docs/providers/didww.md, Exports (call
 * records)). Belongs here: matching. Does not: asking for records (`callRecords.ts`), their columns
 * (`didww`), what a record means (`domain`).
 */
import type { Check } from '../../contract/result.js';
import type { RecordFacts } from '../../domain/calls/evidence.js';
import type { CallRecord } from '../../didww/index.js';
import { digits } from './prepareVerification.js';

/** A test call as its records are recognised. */
export interface RecordedCall {
  /**
   * No record of it is older, in milliseconds since the epoch on the clock that dates records: an older one
   * of the same numbers is another call's.
   */
  readonly notBefore: number;
  /** When it was over, on the same clock. */
  readonly endedAt?: number;
  readonly from: string;
  readonly to: string;
  /** DIDWW's id of the call as Vapi received it. */
  readonly carrierCallId?: string;
  /** Where it was to be transferred. */
  readonly transferTo?: string;
  /** The assistant answered then: no record of a transfer is older. */
  readonly transferNotBefore?: number;
  /** Legs of it that should be on record: `outbound` and `transfer` in `cdr_out`, `inbound` in `cdr_in`. */
  readonly legs: readonly Check[];
}

/** The records of one call; a leg that is absent is not on record, or not yet. */
export type RecordsOfCall = Partial<Record<Check, RecordFacts>>;

/** What was downloaded so far. */
export interface DownloadedRecords {
  readonly cdr_in: readonly CallRecord[];
  readonly cdr_out: readonly CallRecord[];
}

/** The clocks of Vapi and DIDWW may differ by this much. */
const CLOCK_SLACK_MS = 5_000;

/**
 * The records of each call, in the order of the calls, which is that of their placing. Each row is given to
 * one leg: of two calls between the same numbers the earlier one gets the earlier row.
 */
export function recordsOf(calls: readonly RecordedCall[], downloaded: DownloadedRecords): readonly RecordsOfCall[] {
  const byStart = (records: readonly CallRecord[]): CallRecord[] =>
    records.toSorted((a, b) => a.startedAt - b.startedAt);
  const rows = { in: byStart(downloaded.cdr_in), out: byStart(downloaded.cdr_out) };
  return calls.map((call) => {
    const records: RecordsOfCall = {};
    for (const leg of call.legs) {
      const record = take(leg === 'inbound' ? rows.in : rows.out, call, leg);
      if (record !== undefined) records[leg] = record;
    }
    return records;
  });
}

/** The first row that fits, with the further attempts at the same call; it is gone from the rows then. */
function take(rows: CallRecord[], call: RecordedCall, leg: Check): RecordFacts | undefined {
  const called = digits(leg === 'transfer' ? call.transferTo : call.to);
  const isTransfer = leg === 'transfer';
  const notBefore = (isTransfer ? call.transferNotBefore : undefined) ?? call.notBefore;
  const fits = (row: CallRecord): boolean =>
    row.called === called &&
    row.startedAt >= wholeSecond(notBefore) &&
    row.startedAt <= (call.endedAt ?? Infinity) + CLOCK_SLACK_MS &&
    // A transfer's record proves by itself, so that its caller has to be shown.
    (isTransfer
      ? row.callers.length > 0 && isOfCall(row.callers, [call.from, call.to])
      : isOfCall(row.callers, [call.from]));
  const bySameId = leg === 'inbound' ? rows.findIndex(({ callId }) => isSameId(callId, call)) : -1;
  const at = bySameId < 0 ? rows.findIndex(fits) : bySameId;
  if (at < 0) return undefined;
  let [found] = rows.splice(at, 1);
  for (let next = rows[at]; next !== undefined && next.attempt > 1 && fits(next); next = rows[at]) {
    found = next;
    rows.splice(at, 1);
  }
  return found === undefined ? undefined : factsOf(found);
}

const factsOf = (row: CallRecord): RecordFacts => ({
  number: row.called,
  seconds: row.seconds,
  code: row.disconnectCode,
  reason: row.disconnectReason,
  target: row.target,
  recordId: row.callId,
});

/** A row tells its start to the second. */
export const wholeSecond = (ms: number): number => Math.floor(ms / 1_000) * 1_000;

const isSameId = (recordId: string, { carrierCallId }: RecordedCall): boolean =>
  recordId !== '' && recordId === carrierCallId;

/** A row whose caller is told and is none of ours belongs to another call. */
const isOfCall = (shown: readonly string[], callers: readonly string[]): boolean =>
  shown.length === 0 || shown.some((one) => callers.some((caller) => digits(caller) === one));
