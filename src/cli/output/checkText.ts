import { type CheckGroup, groupsOf, othersText } from '../../domain/reports/checkGroups.js';
import { failureReport, reportRows, type ReportRow, reportTitle } from '../../domain/reports/failureReport.js';
import { provenText } from '../../domain/reports/provenText.js';
import type { CheckResult, Verdict } from '../../contract/result.js';
import { type Paint, plain } from './paint.js';
import { wrapped } from './wrap.js';

/**
 * Columns that a line takes at most, but for an id that is longer; the section that the lines stand in
 * indents them by two more.
 */
const WIDTH = 98;
/** Columns of the labels of a screen, with the spaces before and after them. */
const LABEL_WIDTH = 13;
/** Above this many proven checks of a kind they are counted. */
const MOST_PROVEN = 10;
/** Numbers named of a group; a thousand would push the screen off the terminal. */
export const MOST_NAMED = 50;

/** What the test calls showed: a line for each proven check, then a screen for each that is not. */
export function checkLines(results: readonly CheckResult[], paint: Paint = plain): string[] {
  const isProven = ({ verdict }: CheckResult): boolean => verdict === 'proven';
  const groups = groupsOf(results.filter((result) => !isProven(result)));
  const blocks = [provenLines(results.filter(isProven), paint), ...groups.map((group) => screenLines(group, paint))];
  return blocks.filter((block) => block.length > 0).flatMap((block, at) => (at === 0 ? block : ['', ...block]));
}

function provenLines(proven: readonly CheckResult[], paint: Paint): string[] {
  const kinds = new Map<CheckResult['check'], CheckResult[]>();
  for (const result of proven) kinds.set(result.check, [...(kinds.get(result.check) ?? []), result]);
  const counted = [...kinds.values()].filter(({ length }) => length > MOST_PROVEN);
  const single = proven.filter(({ check }) => (kinds.get(check)?.length ?? 0) <= MOST_PROVEN);
  return [
    ...counted.map((kind) => paint.good(`${kind[0]?.check ?? ''}: ${String(kind.length)} proven`)),
    ...single.map((result) => provenLine(result, paint)),
  ];
}

/** One line, however long: what is proven is seldom read. */
function provenLine(result: CheckResult, paint: Paint): string {
  const facts = provenText(result);
  return paint.good(`${result.check} ${result.number}: proven`) + (facts === '' ? '' : paint.dim(`, ${facts}`));
}

function screenLines({ first, others }: CheckGroup, paint: Paint): string[] {
  const screen = failureReport(first);
  const also =
    others.length === 0
      ? []
      : wrapped(`and ${othersText(others, MOST_NAMED)}; their call ids are in the Result (--json)`, WIDTH - 2);
  return [
    verdictPaint(first.verdict, paint)(reportTitle(first, screen)),
    ...also.map((line) => `  ${line}`),
    ...reportRows(screen).flatMap((row) => rowLines(row, paint)),
  ];
}

function rowLines({ label, texts }: ReportRow, paint: Paint): string[] {
  return texts
    .flatMap((text) => wrapped(text, WIDTH - LABEL_WIDTH))
    .map((line, at) => paint.dim(`  ${at === 0 ? label : ''}`.padEnd(LABEL_WIDTH)) + line);
}

function verdictPaint(verdict: Verdict, paint: Paint): (text: string) => string {
  return { proven: paint.good, failed: paint.bad, inconclusive: paint.care }[verdict];
}
