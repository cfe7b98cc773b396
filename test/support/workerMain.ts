/**
 * A worker in a process of its own, for tests that kill it. Started by `workerProcess.ts` alone, which
 * hands the settings over.
 */
import { startWorker, type WorkerSettings } from '../../src/worker.js';

/** What stands in `PATCHBAY_TEST_WORKER`, as JSON. */
export type WorkerOrder = Pick<WorkerSettings, 'namespace' | 'taskQueue' | 'providers'> & {
  readonly address: string;
  readonly workflowBundlePath: string;
};

process.stdin.on('end', () => process.exit(1)).resume(); // the test that wanted this worker is gone

const { address, ...order } = JSON.parse(process.env['PATCHBAY_TEST_WORKER'] ?? '') as WorkerOrder;
const worker = await startWorker({
  ...order,
  temporal: { address },
  log: { level: 'DEBUG', write: (line) => process.stderr.write(`${line}\n`), shutdownSignals: ['SIGTERM'] },
});
process.stdout.write('polling\n');
await worker.ended;
process.exit(0);
