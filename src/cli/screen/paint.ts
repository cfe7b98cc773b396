import yoctocolors from 'yoctocolors';

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

const coloured: Paint = {
  bold: yoctocolors.bold,
  dim: yoctocolors.dim,
  good: yoctocolors.green,
  bad: yoctocolors.red,
  care: yoctocolors.yellow,
};

/** The colours for a stream: none off a terminal, on a dumb one, or with `NO_COLOR` set. */
export function paintFor(stream: Terminal, env: NodeJS.ProcessEnv): Paint {
  return stream.isTTY === true && env['TERM'] !== 'dumb' && !env['NO_COLOR'] ? coloured : plain;
}

/** Whether a stream can be drawn over: a terminal that moves its cursor. One that says it has no rows (some containers) cannot. */
export function isLive(stream: Terminal, env: NodeJS.ProcessEnv): boolean {
  return stream.isTTY === true && stream.rows !== 0 && env['TERM'] !== 'dumb';
}
