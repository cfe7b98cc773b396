import { randomUUID } from 'node:crypto';
import { stripVTControlCharacters, styleText } from 'node:util';
import { withoutControls } from '../../domain/text/printable.js';

const ESCAPE = '\u001B';
/** Stands for the escape character in what we paint until it is printed: nobody else's text can hold it. */
const OURS = randomUUID();

/** Colours for one stream. Every function returns its text unchanged where there are none. */
export interface Paint {
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly good: (text: string) => string;
  readonly bad: (text: string) => string;
  readonly care: (text: string) => string;
}

/** What a stream says of the terminal behind it, if there is one. */
export interface Terminal {
  readonly isTTY?: boolean;
  readonly rows?: number;
}

const same = (text: string): string => text;

/** No colours: files, pipes, `NO_COLOR`. */
export const plain: Paint = { bold: same, dim: same, good: same, bad: same, care: same };

/**
 * Always coloured: whether a stream takes colours is decided by `paintFor` alone, whatever the process
 * itself writes to.
 */
const ours =
  (style: Parameters<typeof styleText>[0]) =>
  (text: string): string =>
    styleText(style, withoutAnsi(text), { validateStream: false }).replaceAll(ESCAPE, OURS);

const coloured: Paint = {
  bold: ours('bold'),
  dim: ours('dim'),
  good: ours('green'),
  bad: ours('red'),
  care: ours('yellow'),
};

/**
 * What is sent to a terminal of a text: our own colours, and of everybody else's words nothing that acts on
 * it.
 */
export const printable = (text: string): string => withoutAnsi(text).replaceAll(OURS, ESCAPE);

/**
 * Without whole sequences first: of a sequence whose escape alone is taken away, the rest would stay as
 * text.
 */
const withoutAnsi = (text: string): string => withoutControls(stripVTControlCharacters(text));

/** The colours for a stream: none off a terminal, on a dumb one, or with `NO_COLOR` set. */
export function paintFor(stream: Terminal, env: NodeJS.ProcessEnv): Paint {
  return stream.isTTY === true && env['TERM'] !== 'dumb' && !env['NO_COLOR'] ? coloured : plain;
}

/**
 * Whether a stream can be drawn over: a terminal that moves its cursor. One that says it has no rows (some
 * containers) cannot.
 */
export function isLive(stream: Terminal, env: NodeJS.ProcessEnv): boolean {
  return stream.isTTY === true && stream.rows !== 0 && env['TERM'] !== 'dumb';
}
