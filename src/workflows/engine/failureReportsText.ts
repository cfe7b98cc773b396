/** The screens of checks that are not proven as Markdown, in as much room as the board has for them. */
import { shorten } from '../../domain/text/cut.js';
import { type CheckGroup, othersText } from '../../domain/reports/checkGroups.js';
import { literal } from '../../domain/text/printable.js';
import { failureReport, reportRows, type ReportRow, reportTitle } from '../../domain/reports/failureReport.js';

/** Numbers named of a group that failed alike. */
const MOST_NAMED = 20;
/** Bytes kept for the line that says how many checks are not shown. */
const ROOM_FOR_REST = 200;
const LONGEST_TEXT = 600;

/**
 * As many screens as the room (bytes) holds, and how many checks they and whoever made the groups leave
 * out.
 */
export function screensText(open: readonly CheckGroup[], room: number, ungrouped = 0): string {
  const shown: string[] = [];
  let left = room - ROOM_FOR_REST;
  let unshown = open.reduce((sum, { others }) => sum + 1 + others.length, ungrouped);
  for (const group of open) {
    const screen = screenText(group);
    left -= bytesOf(screen) + SEPARATOR.length;
    if (left < 0) break;
    shown.push(screen);
    unshown -= 1 + group.others.length;
  }
  if (unshown > 0) shown.push(`${String(unshown)} more not proven and not shown here: the run's Result has them all.`);
  return shown.join(SEPARATOR);
}

/** What a text takes in UTF-8. */
export function bytesOf(text: string): number {
  let bytes = 0;
  for (const character of text) bytes += bytesOfCharacter(character);
  return bytes;
}

/** Counted and not encoded: a workflow has no fast encoder, and a board is drawn often. */
function bytesOfCharacter(character: string): number {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x80) return 1;
  if (code < 0x800) return 2;
  return code < 0x10000 ? 3 : 4;
}

/** A text in at most so many bytes, without half a character at its end. */
export function cutTo(text: string, most: number): string {
  if (bytesOf(text) <= most) return text;
  let left = most - bytesOf('…');
  let end = 0;
  for (const character of text) {
    left -= bytesOfCharacter(character);
    if (left < 0) break;
    end += character.length;
  }
  return `${text.slice(0, end)}…`;
}

const SEPARATOR = '\n\n';

/** A title and a list: tables come without style in Temporal's UI. */
function screenText({ first, others }: CheckGroup): string {
  const screen = failureReport(first);
  const also = others.length === 0 ? [] : [`- And ${othersText(others, MOST_NAMED)}; their call ids are in the Result`];
  return [`**${literal(reportTitle(first, screen))}**`, '', ...also, ...reportRows(screen).flatMap(rowLines)].join(
    '\n',
  );
}

/** One line a row: Temporal's UI runs the lines of a list within a list together. */
const rowLines = ({ label, texts }: ReportRow): string[] => [
  `- *${label}*: ${texts.map((text) => literal(shorten(text, LONGEST_TEXT))).join(' · ')}`,
];
