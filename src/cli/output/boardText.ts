import { shorten } from '../../domain/text/cut.js';
import { STEP_STATE_TEXT } from '../../domain/reports/stepStateText.js';
import { type Hold, holdText, type Limit, limitText, type Retry, type Snapshot } from '../../client.js';
import type { Stage, StepProgress, StepState } from '../../contract/result.js';
import { stepKind } from '../../contract/stepNames.js';
import { type Paint, plain } from './paint.js';

/** Above this many steps of one kind (imports, cut-overs) the board counts them instead of listing them. */
const MOST_LISTED = 20;
const LONGEST_NOTE = 120;
const LONGEST_REASON = 240;

const ICONS = {
  waiting: '·',
  running: '▸',
  done: '✔',
  kept: '✔',
  failed: '✖',
  paused: '‖',
  undoing: '◂',
  undone: '↩',
  left: '!',
  skipped: '·',
} as const satisfies Record<StepState, string>;

const STAGES = {
  preflight: 'reads both accounts; nothing is written yet',
  build: 'makes trunks, credentials and the transfer tool',
  attach: 'imports the numbers',
  'cut-over': 'moves the numbers over',
  verify: 'proves it by test calls',
  paused: 'waits for a person',
  rollback: 'puts everything back as it was',
  remove: 'takes the connection away',
  closed: 'has ended',
} as const satisfies Record<Stage, string>;

const TROUBLES = {
  'temporal-limited': 'Temporal takes no more requests at the moment: a limit is used up. Asking again.',
  'temporal-unreachable': 'Temporal does not answer at the moment. The run is kept by it; asking again.',
  'no-worker': 'No worker polls the task queue: the run waits for one. Start it in another terminal: patchbay worker',
  'worker-slow': 'The worker does not answer at the moment; asking again.',
  'worker-failing':
    'The worker cannot continue this run: a fault, or it is too slow. Its log says which. The run is safe and continues on the next worker that can; asking again.',
  'run-paused': 'While the run is paused in Temporal nothing of it moves, and it does not answer.',
} as const satisfies Record<NonNullable<Snapshot['trouble']>, string>;

/**
 * The board of a run at one moment, line by line: stage, steps, why steps are retried, what is in the way.
 */
export function boardLines(snapshot: Snapshot, now: Date, paint: Paint = plain): string[] {
  const { run, progress, retries, holds, limits, trouble } = snapshot;
  return [
    paint.bold(progress === undefined ? run.connection : `${run.connection}: ${stageText(progress.stage)}`),
    ...stepLines(progress?.steps ?? [], paint),
    ...retries.map((retry) => paint.care(`  ${retryText(retry, now)}`)),
    ...[...holds.flatMap(holdLines), ...limits.flatMap(limitLines)].map((line) => paint.care(line)),
    ...(trouble === undefined ? [] : [paint.care(`  ${TROUBLES[trouble]}`)]),
  ];
}

/** A stage as people read it. */
export const stageText = (stage: Stage): string => `${stage} · ${STAGES[stage]}`;

/** Why a step is being tried again, and when. */
export function retryText({ step, of, attempt, why, nextAttemptAt }: Retry, now: Date): string {
  const who = of === undefined ? step : `${step} of ${of}`;
  const seconds = nextAttemptAt === undefined ? 0 : Math.ceil((nextAttemptAt.getTime() - now.getTime()) / 1_000);
  const when = seconds > 0 ? `in ${String(seconds)} s` : 'now';
  return `${who} is retried: ${shorten(oneLine(why), LONGEST_REASON)} Attempt ${String(attempt)} ${when}.`;
}

/** What somebody has paused, and how to unpause it. */
export const holdLines = (hold: Hold): readonly string[] => [
  `  ${shorten(oneLine(holdText(hold)), LONGEST_REASON)}`,
  `  To unpause it: ${hold.command}`,
];

/** What limits somebody has set, and how to be rid of them. */
export const limitLines = (limit: Limit): readonly string[] => [
  `  ${shorten(oneLine(limitText(limit)), LONGEST_REASON)}`,
  `  To take them away: ${limit.command}`,
];

/** What is in the way of seeing a run's progress. */
export const troubleText = (trouble: NonNullable<Snapshot['trouble']>): string => TROUBLES[trouble];

/** The steps, grouped where there are too many of a kind. */
export function stepLines(steps: readonly StepProgress[], paint: Paint = plain): string[] {
  const kinds = grouped(steps);
  return [...kinds].flatMap(([kind, group]) =>
    group.length > MOST_LISTED ? countedLines(kind, group, paint) : group.map((step) => stepLine(step, paint)),
  );
}

function grouped(steps: readonly StepProgress[]): Map<string, StepProgress[]> {
  const kinds = new Map<string, StepProgress[]>();
  for (const step of steps) {
    const kind = stepKind(step.name);
    kinds.set(kind, [...(kinds.get(kind) ?? []), step]);
  }
  return kinds;
}

function countedLines(kind: string, group: readonly StepProgress[], paint: Paint): string[] {
  const counts = new Map<StepState, number>();
  for (const { state } of group) counts.set(state, (counts.get(state) ?? 0) + 1);
  const shown = [...counts].map(([state, count]) => `${String(count)} ${STEP_STATE_TEXT[state]}`).join(', ');
  const notable = group.filter(({ state }) => state === 'failed' || state === 'paused' || state === 'left');
  return [`    ${kind}: ${shown}`, ...notable.slice(0, MOST_LISTED).map((step) => stepLine(step, paint))];
}

function stepLine({ name, state, note }: StepProgress, paint: Paint): string {
  const words =
    note === undefined ? STEP_STATE_TEXT[state] : `${STEP_STATE_TEXT[state]} (${shorten(oneLine(note), LONGEST_NOTE)})`;
  const line = `  ${ICONS[state]} ${name}: ${words}`;
  switch (state) {
    case 'done':
    case 'kept':
      return paint.good(line);
    case 'failed':
    case 'left':
      return paint.bad(line);
    case 'paused':
    case 'undoing':
    case 'undone':
      return paint.care(line);
    case 'waiting':
    case 'skipped':
      return paint.dim(line);
    case 'running':
      return line;
    default:
      return state satisfies never;
  }
}

const oneLine = (text: string): string => text.replace(/\s+/g, ' ').trim();
