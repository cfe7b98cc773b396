/**
 * DIDWW's call records behind a test call (docs/providers/didww.md, Exports (call records)). They back a verdict where they are there in time; that a
 * row is missing never decides anything by itself.
 */
import { activityInfo, cancellationSignal, heartbeat, sleep } from '@temporalio/activity';
import type { RecordFacts } from '../domain/testCallFacts.js';
import type { CallOptions } from '../http/index.js';
import type { CallRecord, CallRecordExport, DidwwClient } from '../didww/index.js';
import type { Activity } from './activity.js';
import type { Dependencies } from './dependencies.js';
import { digits } from './prepareVerification.js';

/** Which records are asked for. */
export interface CallRecordQuery {
  readonly type: 'cdr_in' | 'cdr_out';
  /** The export's own reference, by which it is found again; at most 98 characters. */
  readonly reference: string;
  /** The test call was placed then, in milliseconds since the epoch on the worker's clock. */
  readonly placedAt: number;
  /** Both ends of the test call: a record with another caller is somebody else's. */
  readonly callers: readonly string[];
  /** The number that was called: the DID, or the destination of the transfer. */
  readonly called: string;
  /** Of `cdr_out`. */
  readonly outboundTrunkId?: string;
  /** The test call's own destination: where its row is there, the records are up to date. Of `cdr_out`. */
  readonly knownLeg?: string;
  /** How long to look, in milliseconds. */
  readonly windowMs: number;
}

/** What the records say. */
export interface CallRecordAnswer {
  readonly record?: RecordFacts;
  /** The records show the test call itself. */
  readonly current: boolean;
}

/** DIDWW takes whole seconds, and none in the future: the end lies this far back. */
const TO_LIES_BACK_MS = 1_000;
const CLOCK_SLACK_MS = 5_000;
const POLL_FIRST_MS = 150;
const POLL_LONGEST_MS = 2_000;
/** An export is a snapshot: where the row is not in it, another one is asked for after this long. */
const ASK_AGAIN_AFTER_MS = 8_000;
const REQUEST_MS = 10_000;
const HEARTBEAT_EVERY_MS = 1_000;

/** What the next attempt has to know: how many exports were asked for. */
interface Memory {
  asked: number;
}

/** Looks up call records. */
export function callRecordActivities({ didww }: Pick<Dependencies, 'didww'>) {
  /** Asks for an export, once per snapshot even over crashes, and looks for the row. Throws where DIDWW cannot be read. */
  const findCallRecords: Activity<CallRecordQuery, CallRecordAnswer> = async (query) => {
    const memory: Memory = { asked: 0, ...(activityInfo().heartbeatDetails as Memory | undefined) };
    const beat = setInterval(() => {
      heartbeat(memory);
    }, HEARTBEAT_EVERY_MS);
    try {
      return await search(didww, query, memory);
    } finally {
      clearInterval(beat);
    }
  };
  return { findCallRecords };
}

async function search(didww: DidwwClient, query: CallRecordQuery, memory: Memory): Promise<CallRecordAnswer> {
  const giveUpAt = Date.now() + query.windowMs;
  let last: CallRecordAnswer = { current: false };
  for (;;) {
    const rows = await snapshot(didww, query, memory, giveUpAt);
    if (rows !== undefined) last = answerOf(rows, query);
    if (last.record !== undefined || last.current) return last;
    if (Date.now() + ASK_AGAIN_AFTER_MS >= giveUpAt) return last;
    await sleep(ASK_AGAIN_AFTER_MS);
    memory.asked += 1;
  }
}

/** The rows of one export; undefined where it is not ready in time. */
async function snapshot(
  didww: DidwwClient,
  query: CallRecordQuery,
  { asked }: Memory,
  giveUpAt: number,
): Promise<readonly CallRecord[] | undefined> {
  const reference = `${query.reference}/${String(asked + 1)}`;
  let made: CallRecordExport =
    (await didww.findExports(reference, options()))[0] ?? (await ask(didww, query, reference));
  for (let pauseMs = POLL_FIRST_MS; made.status !== 'completed'; pauseMs = Math.min(pauseMs * 2, POLL_LONGEST_MS)) {
    if (Date.now() >= giveUpAt) return undefined;
    await sleep(pauseMs);
    made = await didww.getExport(made.id, options());
  }
  return made.url === undefined ? undefined : didww.downloadExport(made.url, options());
}

async function ask(didww: DidwwClient, query: CallRecordQuery, reference: string): Promise<CallRecordExport> {
  const { type, placedAt, called, outboundTrunkId } = query;
  // A row is found by its start, to the second, the end excluded: that second has to be over.
  const asOf = Math.floor(Date.now() / 1_000) * 1_000 + TO_LIES_BACK_MS;
  await sleep(asOf + TO_LIES_BACK_MS - Date.now());
  return didww.createExport(
    {
      type,
      reference,
      from: new Date(Math.floor(placedAt / 1_000) * 1_000 - CLOCK_SLACK_MS),
      to: new Date(asOf),
      ...(type === 'cdr_in' ? { didNumber: called } : {}),
      ...(outboundTrunkId === undefined ? {} : { outboundTrunkId }),
    },
    options(),
  );
}

function answerOf(rows: readonly CallRecord[], query: CallRecordQuery): CallRecordAnswer {
  const ours = rows.map(factsOf).filter(({ callers }) => isOfCall(callers, query.callers));
  const found = ours.filter(({ record }) => record.number === digits(query.called)).at(-1);
  const current = ours.some(({ record }) => record.number === digits(query.knownLeg ?? query.called));
  return { ...(found === undefined ? {} : { record: found.record }), current };
}

/** A row whose caller is told and is none of ours belongs to another call. */
const isOfCall = (shown: readonly string[], callers: readonly string[]): boolean =>
  shown.length === 0 || shown.some((one) => callers.some((caller) => digits(caller) === one));

/** Columns differ between versions: by name, the one of several that is there. */
function factsOf(row: CallRecord): { record: RecordFacts; callers: readonly string[] } {
  const cell = (...names: readonly string[]): string =>
    names.map((name) => row[name]).find((value) => value !== undefined && value !== '') ?? '';
  const seconds = Number(cell('Call Duration (sec)', 'Duration (sec)', 'Duration (secs)'));
  return {
    callers: [row['Source'], row['CLI']].map(digits).filter((one) => one !== ''),
    record: {
      number: digits(cell('Destination Number', 'Destination DID', 'DID')),
      seconds: Number.isFinite(seconds) ? seconds : 0,
      code: cell('Disconnect Code'),
      reason: cell('Disconnect Reason', 'Response'),
      target: row['Destination'] ?? '',
      recordId: cell('Call ID'),
    },
  };
}

const options = (): CallOptions => ({
  signal: AbortSignal.any([cancellationSignal(), AbortSignal.timeout(REQUEST_MS)]),
});
