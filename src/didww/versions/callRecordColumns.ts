/**
 * Columns of call record files (docs/providers/didww.md, Exports (call records)). A file has those of the
 * version that made its export, so that a column is looked for by every name that it is known to have had,
 * never by its place.
 */
import type { CallRecord } from '../resources.js';

/** A row as the file has it: cells by column name. */
export type Cells = Readonly<Record<string, string>>;

const START = ['Date/Time Start (UTC)'];
const CALLED = ['Destination Number', 'Destination DID', 'DID'];
const SECONDS = ['Call Duration (sec)', 'Duration (sec)', 'Duration (secs)'];
const CODE = ['Disconnect Code'];
const REASON = ['Disconnect Reason', 'Response'];
/** The caller as it reached DIDWW; 2026-11-19 tells it apart from what was delivered. */
const CALLER = ['Source Number', 'Source'];
/** What the caller shows of itself; outbound files have it beside the source. */
const SHOWN_CALLER = ['CLI'];

/** Columns without which a row could be taken for another call's, or say what nobody has measured. */
const NEEDED: readonly (readonly string[])[] = [START, CALLED, SECONDS, CODE, [...CALLER, ...SHOWN_CALLER]];

/**
 * What a file lacks: the known names of each column that is needed and not there, in words; undefined where
 * nothing is.
 */
export function missingColumns(header: readonly string[]): string | undefined {
  const missing = NEEDED.filter((names) => !names.some((name) => header.includes(name)));
  if (missing.length === 0) return undefined;
  const wanted = missing.map((names) => names.map((name) => `"${name}"`).join(' or ')).join(', ');
  return `it has no column ${wanted}; its columns are ${header.map((name) => `"${name}"`).join(', ')}`;
}

/** A row in the one form that is used above. */
export function callRecord(cells: Cells): CallRecord {
  const cell = (names: readonly string[]): string =>
    names.map((name) => cells[name]).find((value) => value !== undefined && value !== '') ?? '';
  const startedAt = Date.parse(`${cell(START).replace(' ', 'T')}Z`);
  return {
    startedAt: Number.isNaN(startedAt) ? 0 : startedAt,
    callers: [cell(CALLER), cell(SHOWN_CALLER)].map(digits).filter((caller) => caller !== ''),
    called: digits(cell(CALLED)),
    seconds: number(cell(SECONDS)),
    attempt: number(cell(['Attempt'])),
    disconnectCode: cell(CODE),
    disconnectReason: cell(REASON),
    target: cell(['Destination']),
    callId: cell(['Call ID']),
  };
}

const digits = (text: string): string => text.replace(/\D/g, '');

const number = (text: string): number => (Number.isFinite(Number(text)) ? Number(text) : 0);
