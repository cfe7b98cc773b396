import { PassThrough, Readable } from 'node:stream';
import type { Io } from '../../src/cli/output/io.js';
import { runProgram } from '../../src/cli/program.js';

/** What a command left behind. */
export interface Spoken {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command that runs, its output so far, and its person's Ctrl-C. */
export interface Running {
  readonly ended: Promise<Spoken>;
  readonly soFar: () => Omit<Spoken, 'code'>;
  readonly interrupt: () => void;
}

/** Outside of a command besides its arguments. */
export interface Outside {
  readonly env?: Readonly<Record<string, string>>;
  /** Standard input. */
  readonly input?: string | Readable;
}

/** Runs a command line in this process, off any terminal. */
export const runPatchbay = (args: readonly string[], outside: Outside = {}): Promise<Spoken> =>
  startPatchbay(args, outside).ended;

/** Starts a command line in this process, off any terminal. */
export function startPatchbay(args: readonly string[], { env = {}, input = '' }: Outside = {}): Running {
  const interrupts = new Set<() => void>();
  const stdout = collector();
  const stderr = collector();
  const io: Io = {
    stdin: typeof input === 'string' ? Readable.from([input]) : input,
    stdout: stdout.stream,
    stderr: stderr.stream,
    env,
    onInterrupt(callback) {
      interrupts.add(callback);
      return () => interrupts.delete(callback);
    },
  };
  const soFar = (): Omit<Spoken, 'code'> => ({ stdout: stdout.text(), stderr: stderr.text() });
  return {
    ended: runProgram(args, io).then((code) => ({ code, ...soFar() })),
    soFar,
    interrupt() {
      for (const callback of interrupts) callback();
    },
  };
}

function collector(): { readonly stream: PassThrough; readonly text: () => string } {
  const chunks: string[] = [];
  const stream = new PassThrough().setEncoding('utf8').on('data', (chunk: string) => chunks.push(chunk));
  return { stream, text: () => chunks.join('') };
}
