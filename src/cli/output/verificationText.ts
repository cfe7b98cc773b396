import type { VerificationSchedule, VerificationStanding } from '../../client.js';
import type { CheckResult, Result } from '../../contract/result.js';
import { timeText } from '../../domain/text/time.js';

/**
 * What is said of a connection's verifications besides its own run: when the newest was and what it lacks,
 * and when the next comes.
 */
export function verificationLines({ newest, schedule }: VerificationStanding): readonly string[] {
  return [
    ...(newest === undefined
      ? []
      : [`Last verification: ${timeText(newest.startedAt)}, ${outcomeText(newest.result)}`, ...lacking(newest.result)]),
    ...(schedule === undefined
      ? []
      : [`Scheduled verification: ${scheduleText(schedule)}`, ...editedLines(schedule), stopText(schedule)]),
  ];
}

/** When a schedule verifies and whether that rings a person. */
export function scheduleText({ timing, nextRun, transfer, isPaused }: VerificationSchedule): string {
  const next = isPaused ? 'paused' : `next ${nextRun === null ? 'never' : timeText(new Date(nextRun))}`;
  return `${timing}, ${next}, ${transfer ? 'with' : 'without'} the transfer`;
}

/** What somebody made of a schedule in Temporal, and how to undo that. */
function editedLines(schedule: VerificationSchedule): readonly string[] {
  return [
    ...(schedule.isEdited
      ? [
          `  Somebody edited the schedule in Temporal. To verify once a day instead: patchbay verify ${schedule.connection} --every 24h`,
        ]
      : []),
    ...pauseLines(schedule).map((line) => `  ${line}`),
  ];
}

/** That somebody paused a schedule, and how to unpause it. */
export function pauseLines({ isPaused, note, unpause }: VerificationSchedule): readonly string[] {
  if (!isPaused) return [];
  const why = note === undefined ? '' : ` ("${note}")`;
  return [`Somebody paused the schedule in Temporal${why}; it stays paused. To unpause it: ${unpause}`];
}

/** How to end a schedule. */
export const stopText = ({ connection }: VerificationSchedule): string =>
  `To end it: patchbay verify ${connection} --stop`;

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
