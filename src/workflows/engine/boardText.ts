import { shorten } from '../../domain/text/cut.js';
import { STEP_STATE_TEXT } from '../../domain/reports/stepStateText.js';
import type { CheckGroup } from '../../domain/reports/checkGroups.js';
import type { Failure } from '../../contract/failure.js';
import { literal } from '../../domain/text/printable.js';
import type { Outcome, Stage, StepProgress, StepState } from '../../contract/result.js';
import { stepKind } from '../../contract/stepNames.js';
import { bytesOf, cutTo, screensText } from './failureReportsText.js';

/** Above this many steps of one kind (imports, cut-overs) the board counts them instead of listing them. */
const MOST_LISTED = 20;
/** Bytes; Temporal takes 20,000 of current details. */
export const MOST_DETAILS = 19_500;
const LONGEST_NOTE = 160;

const ICONS = {
  waiting: '▫️',
  running: '⏳',
  done: '✅',
  kept: '☑️',
  failed: '❌',
  paused: '⏸️',
  undoing: '↩️',
  undone: '⬅️',
  left: '⚠️',
  skipped: '▫️',
} as const satisfies Record<StepState, string>;

/** What the board shows. */
export interface BoardView {
  readonly connection: string;
  readonly stage: Stage;
  readonly steps: readonly StepProgress[];
  /** Checks that are not proven. */
  readonly open?: readonly CheckGroup[];
  /** Further checks that are not proven. */
  readonly unshown?: number;
  readonly failure?: Failure;
  readonly outcome?: Outcome;
}

/**
 * The board as Markdown: a headline, what a person has to do, screens of what the test calls did not prove,
 * one line a step.
 */
export function boardText(view: BoardView): string {
  const head = [headline(view), ...failureLines(view), ''].join('\n');
  const steps = stepLines(view.steps).join('\n');
  const screens = screensText(view.open ?? [], MOST_DETAILS - bytesOf(head) - bytesOf(steps), view.unshown);
  return cutTo([head, ...(screens === '' ? [] : [screens, '']), steps].join('\n'), MOST_DETAILS);
}

function headline({ connection, stage, outcome }: BoardView): string {
  return `**${literal(connection)}**: ${outcome ?? stage}`;
}

function failureLines({ connection, stage, failure }: BoardView): string[] {
  if (failure === undefined) return [];
  const next =
    stage === 'paused'
      ? [
          `Then \`patchbay resume ${connection}\` to continue, or \`patchbay cancel ${connection}\` to put everything back.`,
        ]
      : [];
  return [
    '',
    `**${literal(failure.step)}**: ${literal(failure.message)}`,
    '',
    [literal(failure.action), ...next].join(' '),
  ];
}

function stepLines(steps: readonly StepProgress[]): string[] {
  const kinds = new Map<string, StepProgress[]>();
  for (const step of steps) {
    const kind = stepKind(step.name);
    const group = kinds.get(kind);
    if (group === undefined) kinds.set(kind, [step]);
    else group.push(step);
  }
  return [...kinds].flatMap(([kind, group]) => (group.length > MOST_LISTED ? counted(kind, group) : group.map(line)));
}

function counted(kind: string, group: readonly StepProgress[]): string[] {
  const counts = new Map<StepState, number>();
  for (const { state } of group) counts.set(state, (counts.get(state) ?? 0) + 1);
  const shown = [...counts].map(([state, count]) => `${String(count)} ${STEP_STATE_TEXT[state]}`).join(', ');
  const notable = group.filter(({ state }) => state === 'failed' || state === 'paused' || state === 'left');
  return [`- ${literal(kind)}: ${shown}`, ...notable.slice(0, MOST_LISTED).map(line)];
}

function line({ name, state, note }: StepProgress): string {
  const words =
    note === undefined ? STEP_STATE_TEXT[state] : `${STEP_STATE_TEXT[state]} (${literal(shorten(note, LONGEST_NOTE))})`;
  return `- ${ICONS[state]} ${literal(name)}: ${words}`;
}
