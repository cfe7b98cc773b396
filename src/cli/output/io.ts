import { createLogUpdate } from 'log-update';
import { escapedJson } from '../../domain/text/printable.js';
import { isLive, type Paint, paintFor, printable, type Terminal } from './paint.js';

/** The outside of a command: streams, environment, the person's Ctrl-C. Tests put their own in. */
export interface Io {
  readonly stdin: NodeJS.ReadableStream;
  readonly stdout: NodeJS.WritableStream & Terminal;
  readonly stderr: NodeJS.WritableStream & Terminal;
  readonly env: NodeJS.ProcessEnv;
  /** Calls back at each Ctrl-C (or SIGTERM, or a closed terminal) until the returned function is called. */
  readonly onInterrupt: (callback: () => void) => () => void;
}

/**
 * What a command says, in three ways: the answer on stdout, progress on stderr, the live
 * board on a terminal.
 */
export interface Screen {
  /** The answer: text for a person, on stdout. Silent with `--json`. */
  readonly answer: (lines: readonly string[]) => void;
  /** The answer as one JSON document on stdout; only with `--json`. */
  readonly document: (value: unknown) => void;
  /** A plain line on stderr. */
  readonly say: (line: string) => void;
  /** Draws over what it drew before, on a terminal; elsewhere nothing. */
  readonly draw: ((lines: readonly string[]) => void) & { readonly end: () => void };
  readonly isLive: boolean;
  readonly isJson: boolean;
  /** For `answer`, and for `say` and `draw`. */
  readonly paint: { readonly answer: Paint; readonly progress: Paint };
}

const INTERRUPTS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** The process's own streams, environment and Ctrl-C. */
export const processIo: Io = {
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  env: process.env,
  onInterrupt(callback) {
    for (const signal of INTERRUPTS) process.on(signal, callback);
    return () => {
      for (const signal of INTERRUPTS) process.off(signal, callback);
    };
  },
};

/**
 * The screen of one command: the one place that writes to a terminal, but for the help of the command line
 * itself.
 */
export function screenOf(io: Io, isJson: boolean): Screen {
  const live = isLive(io.stderr, io.env);
  const drawing = live ? createLogUpdate(io.stderr) : undefined;
  const say = (line: string): void => void io.stderr.write(printable(`${line}\n`));
  return {
    answer(lines) {
      if (!isJson) io.stdout.write(printable(`${lines.join('\n')}\n`));
    },
    document(value) {
      if (isJson) io.stdout.write(escapedJson(`${JSON.stringify(value, null, 2)}\n`));
    },
    say,
    draw: Object.assign((lines: readonly string[]) => drawing?.(printable(lines.join('\n'))), {
      end: () => drawing?.done(),
    }),
    isLive: live,
    isJson,
    paint: { answer: paintFor(io.stdout, io.env), progress: paintFor(io.stderr, io.env) },
  };
}
