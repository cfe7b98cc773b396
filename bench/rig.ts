import { Client, Connection } from '@temporalio/client';
import { createPatchbay, type Patchbay } from '../src/client.js';
import { startDevServer } from '../src/devserver/devServer.js';
import { findTemporalCli } from '../src/devserver/temporalCli.js';
import { startSandbox } from '../src/sandbox/index.js';
import { Accounts, numberSeeds } from './accounts.js';
import { WorkerLink } from './workerLink.js';

const TASK_QUEUE = 'patchbay-bench';
/** Of the server's errors; the others are only counted. */
const SHOWN_ERRORS = 3;

/** Everything that a measurement uses. */
export interface Rig {
  readonly accounts: Accounts;
  readonly client: Client;
  readonly patchbay: Patchbay;
  readonly worker: WorkerLink;
  /** What the Temporal server has logged as errors so far. */
  readonly serverErrors: () => readonly string[];
}

/** Undoes what was started, last first. */
export class Stops {
  private readonly stops: (() => Promise<void>)[] = [];

  push(stop: () => Promise<void>): void {
    this.stops.push(stop);
  }

  async run(): Promise<void> {
    for (let stop = this.stops.pop(); stop !== undefined; stop = this.stops.pop()) await stop();
  }
}

/**
 * Starts a fresh Temporal dev server in memory, the sandbox at this latency, and the worker process. What
 * is up is in `stops`.
 */
export async function startRig(
  { latencyMs, numbers }: { readonly latencyMs: number; readonly numbers: number },
  stops: Stops,
  say: (line: string) => void,
): Promise<Rig> {
  const errors: string[] = [];
  const log = (line: string): void => {
    errors.push(line);
    if (errors.length <= SHOWN_ERRORS) say(`temporal: ${line}`);
  };
  const server = await startDevServer({ cliPath: await findTemporalCli(say), log });
  stops.push(() => server.stop());
  const sandbox = await startSandbox({ latencyMs, numbers: numberSeeds(numbers) });
  stops.push(() => sandbox.stop());
  const worker = new WorkerLink();
  stops.push(() => worker.stop());
  const { address, namespace } = server;
  const { didwwUrl, didwwApiKey, vapiUrl, vapiApiKey } = sandbox;
  await worker.begin({ address, namespace, taskQueue: TASK_QUEUE, didwwUrl, didwwApiKey, vapiUrl, vapiApiKey });
  const connection = await Connection.connect({ address });
  stops.push(() => connection.close());
  const client = new Client({ connection, namespace });
  const patchbay = createPatchbay({ client, taskQueue: TASK_QUEUE });
  return { accounts: new Accounts(sandbox), client, patchbay, worker, serverErrors: () => errors };
}
