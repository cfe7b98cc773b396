import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { inject, onTestFinished } from 'vitest';
import type { WorkerOrder } from './workerMain.js';
import type { OnTestFinished, World } from './world.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const MAIN = fileURLToPath(new URL('workerMain.ts', import.meta.url));

/** A worker in a process of its own. */
export interface WorkerProcess {
  /** Everything that it has logged so far. */
  log(): string;
  /** Sends it a signal. */
  kill(signal: 'SIGKILL' | 'SIGTERM'): void;
  /** Its exit code once it is gone; null where a signal ended it. */
  readonly gone: Promise<number | null>;
}

/**
 * Starts a worker of this world as production does, in a process of its own, and returns once it polls.
 * Ends with the test.
 */
export async function startWorkerProcess(
  { temporal, taskQueue, providers }: World,
  atEnd: OnTestFinished = onTestFinished,
): Promise<WorkerProcess> {
  const order: WorkerOrder = { ...temporal, taskQueue, providers, workflowBundlePath: inject('workflowBundlePath') };
  const child = spawn(process.execPath, ['--import', 'tsx', MAIN], {
    cwd: ROOT,
    env: { ...process.env, PATCHBAY_TEST_WORKER: JSON.stringify(order) },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const gone = once(child, 'exit').then(([code]) => code as number | null);
  let log = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (log += text));
  atEnd(async () => {
    child.kill('SIGKILL');
    await gone;
  });
  await Promise.race([once(child.stdout, 'data'), gone]);
  if (child.exitCode !== null) throw new Error(`The worker process ended while starting.\n${log}`);
  return { log: () => log, kill: (signal) => void child.kill(signal), gone };
}
