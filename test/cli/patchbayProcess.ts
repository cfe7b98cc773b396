import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

/** What `npm run demo` and `npx patchbay` run. */
export const MAIN = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

/** A command in a process of its own. */
export interface Process {
  readonly child: ChildProcess;
  readonly out: () => string;
  readonly err: () => string;
  readonly ended: Promise<number | null>;
}

/** Where its answer goes instead of to the test, and as whom it runs. */
export interface As {
  readonly stdout?: string;
  readonly uid?: number;
  readonly gid?: number;
}

/** Runs a command line of the build; it ends with the test at the latest. */
export function patchbay(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>> = {},
  { stdout, ...user }: As = {},
): Process {
  const out = stdout === undefined ? 'pipe' : openSync(stdout, 'w');
  const child = spawn(process.execPath, [MAIN, ...args], {
    env: { ...process.env, ...env },
    stdio: ['pipe', out, 'pipe'],
    ...user,
  });
  if (typeof out === 'number') closeSync(out);
  const texts = { out: '', err: '' };
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (texts.out += text));
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (texts.err += text));
  const ended = once(child, 'close').then(([code]) => code as number | null);
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  return { child, out: () => texts.out, err: () => texts.err, ended };
}
