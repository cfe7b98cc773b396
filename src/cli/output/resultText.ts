import { providerName } from '../../domain/reports/advice.js';
import type { Failure, Problem } from '../../contract/failure.js';
import {
  type ConnectionObject,
  type Leftover,
  type NumberOutcome,
  type ObjectKind,
  type Outcome,
  type ResultSoFar,
  stoodBefore,
} from '../../contract/result.js';
import type { Asked } from '../exitCodes.js';
import { checkLines } from './checkText.js';
import { type Paint, plain } from './paint.js';

/** Numbers listed one by one; of more, only those that are not as wanted. */
const MOST_LISTED = 50;

const OUTCOMES = {
  verified: 'set up, and proven by test calls',
  done: 'done',
  inconclusive: 'set up, but the test calls prove too little',
  'rolled-back': 'failed; everything was restored',
  leftovers: 'failed, and not everything could be removed',
  refused: 'refused; nothing was changed',
  paused: 'paused; it waits for a person',
  removed: 'taken away',
} as const satisfies Record<Outcome, string>;

/** What kinds of object are called. */
export const KINDS = {
  'outbound-trunk': 'outbound trunk',
  'inbound-trunk': 'inbound trunk',
  'outbound-credential': 'outbound credential',
  'inbound-credential': 'inbound credential',
  credential: 'credential',
  'transfer-tool': 'transfer tool',
  assistant: 'assistant',
  'phone-number': 'imported number',
  did: 'DID',
  call: 'test call',
} as const satisfies Record<ObjectKind, string>;

/**
 * A Result as people read it: what became of it, why and what to do, then every object, number and proof.
 */
export function resultLines(result: ResultSoFar, paint: Paint = plain, asked: Asked = 'run'): string[] {
  const { outcome, connection, failure } = result;
  return [
    ...(outcome === undefined
      ? []
      : [toned(outcome, paint)(paint.bold(`${connection}: ${outcomeText(result, outcome, asked)}`))]),
    ...(failure === undefined ? [] : failureLines(failure)),
    ...nextLines(result, asked),
    ...section('Numbers', numberLines(result.numbers), paint),
    ...section('Objects', columns(result.objects.map(objectCells)), paint),
    ...section('Test calls', [...checkLines(result.verification, paint), ...spentLines(result)], paint),
    ...section('Left behind', result.leftovers.flatMap(leftoverLines), paint),
    ...section('Mind', result.warnings, paint),
  ];
}

/** What failed, where, why, and what to do. */
export function failureLines({ step, provider, message, action, problems = [] }: Failure): string[] {
  const isSaid = problems.length === 1 && problems.every((problem) => message.includes(problem.message));
  return [
    `${step} (${providerName(provider)}): ${message}`,
    action,
    ...(isSaid ? [] : problems.map(problemLine)),
  ].filter((line) => line !== '');
}

/** A problem in one line. */
export function problemLine({ path, message, action }: Problem): string {
  return ['  -', path === '' ? '' : `${path}:`, message, action].filter((part) => part !== '').join(' ');
}

function outcomeText({ failure }: ResultSoFar, outcome: Outcome, asked: Asked): string {
  if (outcome !== 'rolled-back') return OUTCOMES[outcome];
  const isCancelled = failure?.class === 'cancelled';
  if (asked === 'verify') return isCancelled ? 'cancelled; nothing was changed' : 'not proven; nothing was changed';
  return isCancelled ? 'cancelled; everything was restored' : OUTCOMES[outcome];
}

function nextLines(result: ResultSoFar, asked: Asked): string[] {
  const { outcome, connection } = result;
  switch (outcome) {
    case 'paused':
      return [
        `To try the step again: patchbay resume ${connection}`,
        `To put everything back: patchbay cancel ${connection}`,
      ];
    case 'rolled-back':
      return [`To run it again: patchbay ${asked === 'verify' ? 'verify' : 'retry'} ${connection}`];
    case 'leftovers':
      return [
        stoodBefore(result)
          ? 'To remove what is left: run each command below. The connection itself is as before.'
          : `To remove all that is left: patchbay offboard ${connection}`,
      ];
    case 'inconclusive':
      return [`To make the test calls again: patchbay verify ${connection}`];
    default:
      return [];
  }
}

function toned(outcome: Outcome, paint: Paint): (text: string) => string {
  switch (outcome) {
    case 'verified':
    case 'done':
    case 'removed':
      return paint.good;
    case 'leftovers':
    case 'refused':
    case 'rolled-back':
      return paint.bad;
    case 'inconclusive':
    case 'paused':
      return paint.care;
    default:
      return outcome satisfies never;
  }
}

function spentLines({ spent }: ResultSoFar): string[] {
  if (spent === undefined || spent.calls === 0) return [];
  const { calls, seconds, usd } = spent;
  const counted = calls === 1 ? '1 call' : `${String(calls)} calls`;
  return [
    '',
    `Spent: ${counted}, ${String(seconds)} s over all legs at Vapi, at most about USD ${usd.toFixed(2)} at both providers`,
  ];
}

/** A titled block of lines; nothing where there are none. */
export function section(title: string, lines: readonly string[], paint: Paint): string[] {
  return lines.length === 0 ? [] : ['', paint.bold(title), ...lines.map((line) => (line === '' ? '' : `  ${line}`))];
}

function numberLines(numbers: readonly NumberOutcome[]): string[] {
  if (numbers.length <= MOST_LISTED) return numbers.map(numberLine);
  const counts = new Map<NumberOutcome['outcome'], number>();
  for (const { outcome } of numbers) counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
  const shown = [...counts].map(([outcome, count]) => `${String(count)} ${outcome}`).join(', ');
  return [shown, ...numbers.filter(({ outcome }) => outcome === 'left').map(numberLine)];
}

function numberLine({ number, outcome, phoneNumberId, didId }: NumberOutcome): string {
  const ids = [
    phoneNumberId === undefined ? '' : `Vapi ${phoneNumberId}`,
    didId === undefined ? '' : `DIDWW ${didId}`,
  ].filter((id) => id !== '');
  return [`${number}  ${outcome}`, ...ids].join('  ');
}

function objectCells({ provider, kind, id, name, created }: ConnectionObject): readonly string[] {
  return [`${providerName(provider)} ${KINDS[kind]}`, name, id, created ? '' : 'was there before'];
}

function columns(rows: readonly (readonly string[])[]): string[] {
  const width = (column: number): number => Math.max(...rows.map((row) => row[column]?.length ?? 0));
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(width(column)))
      .join('  ')
      .trimEnd(),
  );
}

function leftoverLines({ provider, kind, id, why, remove }: Leftover): string[] {
  return [`${providerName(provider)} ${KINDS[kind]} ${id}: ${why}`, `  ${remove}`];
}
