import type { VerificationSchedule, VerificationStanding } from '../../client.js';
import type { CheckResult, Result } from '../../domain/result.js';

/**
 * What is said of a connection's verifications besides its own run: when the newest was and what it lacks,
 * and when the next comes.
 */
export function verificationLines({ newest, schedule }: VerificationStanding): readonly string[] {
  return [
    ...(newest === undefined
      ? []
      : [`Last verification: ${timeText(newest.startedAt)}, ${outcomeText(newest.result)}`, ...lacking(newest.result)]),
    ...(schedule === undefined ? [] : [`Scheduled verification: ${scheduleText(schedule)}`, stopText(schedule)]),
  ];
}

/** When a schedule verifies and whether that rings a person. */
export function scheduleText({ every, nextRun, transfer, isPaused }: VerificationSchedule): string {
  const next = isPaused ? 'paused' : `next ${nextRun === null ? 'never' : timeText(new Date(nextRun))}`;
  return `every ${every}, ${next}, ${transfer ? 'with' : 'without'} the transfer`;
}

/** How to end a schedule. */
export const stopText = ({ connection }: VerificationSchedule): string =>
  `To end it: patchbay verify ${connection} --stop`;

/** `2026-11-25 18:39 UTC`. */
const timeText = (time: Date): string => `${time.toISOString().slice(0, 16).replace('T', ' ')} UTC`;

function outcomeText(result: Result | undefined): string {
  if (result === undefined) return 'under way';
  if (result.verification.some(({ verdict }) => verdict === 'failed')) return 'a check failed';
  switch (result.outcome) {
    case 'verified':
      return 'everything proven';
    case 'inconclusive':
      return 'proves too little';
    case 'done':
      return 'no check was asked for';
    default:
      return result.failure?.message ?? result.outcome;
  }
}

const lacking = (result: Result | undefined): readonly string[] =>
  (result?.verification ?? []).filter(({ verdict }) => verdict !== 'proven').map(checkText);

const checkText = ({ check, number, verdict, diagnosis }: CheckResult): string =>
  `  ${check} of ${number}: ${verdict}${diagnosis === undefined ? '' : `: ${diagnosis.cause}`}`;
