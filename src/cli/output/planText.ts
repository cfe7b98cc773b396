import { providerName } from '../../domain/reports/advice.js';
import { valueText } from '../../domain/objects/difference.js';
import type { Effect, Plan, PlannedChange } from '../../contract/plan.js';
import { type Paint, plain } from './paint.js';
import { KINDS, problemLine, section } from './resultText.js';

/** Changes listed one by one; `--json` has all of them. */
const MOST_LISTED = 200;

const ACTIONS = {
  create: { sign: '+', word: 'to create' },
  change: { sign: '~', word: 'to change' },
  remove: { sign: '-', word: 'to remove' },
} as const satisfies Record<PlannedChange['action'], { readonly sign: string; readonly word: string }>;

const EFFECTS = {
  none: '',
  'new-calls': 'later calls notice it',
  'live-calls': 'calls may fail while it is made',
} as const satisfies Record<Effect, string>;

/**
 * A Plan as people read it: each change with its attributes, what calls notice, who is rung, what is in the
 * way, and lines on what to do next.
 */
export function planLines(plan: Plan, paint: Paint = plain, next: readonly string[] = []): string[] {
  const { connection, changes, problems, warnings, rings } = plan;
  const listed = listedOf(changes);
  const unlisted = changes.length - listed.length;
  return [
    paint.bold(`${connection}: ${headText(plan)}`),
    ...(changes.length === 0 ? [] : ['']),
    ...listed.flatMap((change) => changeLines(change, paint)),
    ...(unlisted > 0 ? [`  and ${String(unlisted)} more; --json lists them all`] : []),
    ...section(
      'Would be rung',
      rings.map(({ number, why }) => `${number}, by ${why}`),
      paint,
    ),
    ...section(
      'In the way',
      problems.map((problem) => problemLine(problem).trim()),
      paint,
    ),
    ...section('Mind', warnings, paint),
    ...(next.length === 0 ? [] : ['', ...next]),
  ];
}

/** Of many, those that take something away or that live calls notice are always among them. */
function listedOf(changes: Plan['changes']): Plan['changes'] {
  let room = MOST_LISTED;
  return changes.filter(({ action, effect }) => action === 'remove' || effect === 'live-calls' || room-- > 0);
}

function headText({ changes, problems }: Plan): string {
  const counts = (['create', 'change', 'remove'] as const).flatMap((action) => {
    const count = changes.filter((change) => change.action === action).length;
    return count === 0 ? [] : [`${String(count)} ${ACTIONS[action].word}`];
  });
  const all = counts.length === 0 ? 'nothing to change' : counts.join(', ');
  if (problems.length === 0) return all;
  return `refused; ${problems.length === 1 ? 'a problem is' : `${String(problems.length)} problems are`} in the way. Otherwise: ${all}`;
}

function changeLines(
  { action, provider, kind, id, name, attributes = [], effect }: PlannedChange,
  paint: Paint,
): string[] {
  const tone = { create: paint.good, change: paint.care, remove: paint.bad }[action];
  const noticed = EFFECTS[effect];
  const title = [`${providerName(provider)} ${KINDS[kind]}`, name, id === undefined ? '' : `(${id})`];
  const head = [...title, noticed === '' ? '' : `[${noticed}]`].filter((part) => part !== '').join(' ');
  return [
    `  ${tone(ACTIONS[action].sign)} ${head}`,
    ...attributes.map(({ attribute, from, to }) =>
      action === 'create'
        ? `      ${attribute}: ${onOneLine(valueText(to))}`
        : `      ${attribute}: ${onOneLine(changeText(from, to))}`,
    ),
  ];
}

/** A value may hold line breaks, which must not pass for further lines of the plan. */
const onOneLine = (text: string): string => text.replaceAll(/\s*[\r\n\u2028\u2029]+\s*/g, ' ⏎ ');

/** Of a longer list only its members that change. */
const LONG_LIST = 4;

function changeText(from: string | null, to: string | null): string {
  const [before, after] = [from, to].map((value) => (value === null ? [] : value.split(', '))) as [string[], string[]];
  if (Math.max(before.length, after.length) < LONG_LIST) return `${valueText(from)} → ${valueText(to)}`;
  const [removed, added] = [before.filter((one) => !after.includes(one)), after.filter((one) => !before.includes(one))];
  const parts = [
    ...(added.length === 0 ? [] : [`added ${added.join(', ')}`]),
    ...(removed.length === 0 ? [] : [`removed ${removed.join(', ')}`]),
  ];
  return parts.length === 0 ? `${valueText(from)} → ${valueText(to)}` : parts.join('; ');
}
