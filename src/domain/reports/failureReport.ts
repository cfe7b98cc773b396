/**
 * What a person reads of a check that is not proven: what was tried, what happened on each side, which
 * side, what to do, the ids to quote to support. Belongs here: the screen as plain sentences, the same for
 * the CLI and for Temporal's current details. Does not: colours, widths, Markdown; what each side says
 * (`failureAtVapi.ts`, `failureAtDidww.ts`).
 */
import { factOf, oneLine, upperFirst } from './evidenceText.js';
import { atDidww } from './failureAtDidww.js';
import { atVapi } from './failureAtVapi.js';
import type { Check, CheckResult, Evidence, Side } from '../../contract/result.js';

/** The parts of a screen as plain sentences; without a full stop at the end, unless they came with one. */
export interface FailureReport {
  readonly tried: string;
  /** One text for each leg, and one for the transfer. */
  readonly atVapi: readonly string[];
  readonly atDidww: string;
  /** The guilty side, as it follows a verdict: `at Vapi`. */
  readonly side: string;
  readonly cause: string;
  readonly action: string;
  /** Ids that a provider's support finds the call by, each with what it is. */
  readonly quote: readonly string[];
}

/** A row of a screen: its label, and texts that stand one below the other where there is room. */
export interface ReportRow {
  readonly label: string;
  readonly texts: readonly string[];
}

/**
 * The screen of a failed or inconclusive check, from whatever evidence there is: every fact of it may be
 * missing.
 */
export function failureReport({ check, evidence, diagnosis }: CheckResult): FailureReport {
  return {
    tried: tried(check, evidence),
    atVapi: atVapi(check, evidence),
    atDidww: atDidww(check, evidence),
    side: diagnosis === undefined ? 'side not known' : SIDES[diagnosis.side],
    cause: oneLine(diagnosis?.cause ?? 'no cause was found'),
    action: oneLine(diagnosis?.action ?? 'Run the verification again; if it stays, quote the ids to support.'),
    quote: quote(evidence),
  };
}

/** `inbound +18648301018: failed, at Vapi`. */
export const reportTitle = ({ check, number, verdict }: CheckResult, { side }: FailureReport): string =>
  `${check} ${number}: ${verdict}, ${side}`;

/** The rows of a screen in the order in which they are read. */
export const reportRows = (screen: FailureReport): readonly ReportRow[] => [
  row('Tried', screen.tried),
  row('At Vapi', ...screen.atVapi),
  row('At DIDWW', screen.atDidww),
  row('Cause', screen.cause),
  row('Do', screen.action),
  row('Quote', ...screen.quote),
];

const row = (label: string, ...texts: readonly string[]): ReportRow => ({ label, texts: texts.map(upperFirst) });

const SIDES = {
  'our-request': 'in our request',
  didww: 'at DIDWW',
  vapi: 'at Vapi',
  network: 'on the network between them',
  carrier: 'at the far end or its carrier',
  assistant: 'in the assistant',
  billing: 'billing or call slots',
} as const satisfies Record<Side, string>;

function tried(check: Check, evidence: Evidence): string {
  const from = factOf(evidence, 'from');
  const to = factOf(evidence, 'to');
  const placedAt = factOf(evidence, 'placedAt');
  const isPlaced = factOf(evidence, 'callId') !== undefined;
  // One may have been placed whose answer was lost.
  if (from === undefined && to === undefined && !isPlaced) return 'no call was placed, as far as is known';
  return [
    `call ${factOf(evidence, 'call') ?? ''}`.trim(),
    from === undefined ? '' : ` from ${from}`,
    to === undefined ? '' : from === to ? ' to itself' : ` to ${to}`,
    placedAt === undefined ? '' : `, placed ${moment(placedAt)}`,
    check === 'transfer' ? '; the caller asks for a person' : '',
    isPlaced ? '' : '; Vapi gave no call id',
  ].join('');
}

/** `2026-11-25 18:00:03 UTC`: what a provider's log is searched by. */
function moment(iso: string): string {
  const [, date, time] = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.\d+)?Z$/.exec(iso) ?? [];
  return date === undefined || time === undefined ? iso : `${date} ${time} UTC`;
}

function quote(evidence: Evidence): readonly string[] {
  const ids = QUOTED.flatMap(([key, name]) => {
    const id = factOf(evidence, key);
    return id === undefined ? [] : [`${name} ${id}`];
  });
  return ids.length === 0 ? ['no id: no call is known of'] : ids;
}

const QUOTED = [
  ['callId', 'Vapi call'],
  ['inboundCallId', 'Vapi inbound call'],
  ['carrierCallId', 'SIP Call-ID'],
  ['didwwCallId', 'DIDWW call'],
] as const;
