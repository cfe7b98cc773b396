// Records the histories that test/e2e/replay.test.ts replays: `npx tsx scripts/record-histories.ts`, or with
// names of scenarios those alone. To be run when a change of the workflows is meant to differ, once no open
// run needs the old way any more; the new files are committed with that change.
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { DefaultLogger, NativeConnection, Runtime } from '@temporalio/worker';
import { createPatchbay, type Patchbay } from '../src/client.js';
import { startDevServer } from '../src/devserver/devServer.js';
import { findTemporalCli } from '../src/devserver/temporalCli.js';
import type { RequestInput } from '../src/contract/request.js';
import { type Sandbox, startSandbox } from '../src/sandbox/index.js';
import { createDependencies, createPatchbayWorker } from '../src/worker.js';
import { scrubbed } from '../test/support/scrub.js';
import { bundleWorkflows } from './bundle.mjs';

const FOLDER = fileURLToPath(new URL('../test/histories/', import.meta.url));
const NAMESPACE = 'default';
const NUMBER = '+18648301018';
const POLL_MS = 25;
const A_DAY_MS = 86_400_000;

/** What a scenario plays with. */
interface Stage {
  readonly sandbox: Sandbox;
  readonly patchbay: Patchbay;
  readonly request: RequestInput;
}

const SCENARIOS: Readonly<Record<string, (stage: Stage) => Promise<void>>> = {
  /** Every check proven. */
  verified: async ({ patchbay, request }) => {
    await patchbay.onboard({ ...request, verification: {} });
    await ended(patchbay, request, 'verified');
  },

  /** The last step fails for good. */
  'rolled-back': async ({ sandbox, patchbay, request }) => {
    sandbox.faults.fail('PATCH /dids/:id', { status: 422, times: 1 });
    await patchbay.onboard(request);
    await ended(patchbay, request, 'rolled-back');
  },

  /** The last step fails for good, and the trunk cannot be taken away again. */
  leftovers: async ({ sandbox, patchbay, request }) => {
    sandbox.faults.fail('PATCH /dids/:id', { status: 422, times: 1 });
    sandbox.faults.fail('DELETE /voice_in_trunks/:id', { status: 400 });
    await patchbay.onboard(request);
    await ended(patchbay, request, 'leftovers');
  },

  /** Waits for a person, who resumes once in vain and then gives up. */
  paused: async ({ sandbox, patchbay, request }) => {
    const refusal = sandbox.faults.fail('POST /phone-number', { status: 400 });
    await patchbay.onboard({ ...request, onFailure: 'pause' });
    await until(async () => (await patchbay.status(request.connection)).state === 'paused');
    const tried = refusal.hits();
    await patchbay.resume(request.connection);
    await until(async () => refusal.hits() > tried && (await patchbay.status(request.connection)).state === 'paused');
    await patchbay.cancel(request.connection);
    await ended(patchbay, request, 'rolled-back');
  },

  /** A person cancels in the midst of the cut-over. */
  cancelled: async ({ sandbox, patchbay, request }) => {
    const gate = sandbox.faults.hold('PATCH /dids/:id', { times: 1 });
    await patchbay.onboard(request);
    await gate.arrived;
    await patchbay.cancel(request.connection);
    gate.release();
    await ended(patchbay, request, 'rolled-back');
  },

  /** Proven again by a schedule. */
  scheduled: async ({ patchbay, request }) => {
    await patchbay.onboard({ ...request, verification: {} });
    await ended(patchbay, request, 'verified');
    const { scheduleId } = await patchbay.schedule(request.connection, { everyMs: A_DAY_MS, transfer: false });
    await client.schedule.getHandle(scheduleId).trigger();
    const finished = `WorkflowType = 'verifyOnSchedule' AND ExecutionStatus = 'Completed'`;
    await until(async () => (await countOf(finished)) === 1);
    await patchbay.unschedule(request.connection);
  },

  /** Plans of another request, and of the last one. */
  planned: async ({ patchbay, request }) => {
    await patchbay.onboard(request);
    await ended(patchbay, request, 'done');
    const asked = [{ request: { ...request, limits: { channels: 20 } } }, { connection: request.connection }];
    for (const given of asked) {
      const run = await patchbay.plan(given);
      for await (const { state } of patchbay.follow(run)) if (state === 'closed') break;
    }
  },

  /** Set up, and taken away again. */
  removed: async ({ patchbay, request }) => {
    await patchbay.onboard(request);
    await ended(patchbay, request, 'done');
    await patchbay.offboard(request.connection);
    await ended(patchbay, request, 'removed');
  },
};

Runtime.install({
  logger: new DefaultLogger('ERROR'),
  telemetryOptions: { logging: { filter: 'ERROR', forward: {} } },
});
const scratch = await mkdtemp(join(tmpdir(), 'patchbay-record-'));
const server = await startDevServer({ cliPath: await findTemporalCli((line) => console.log(line)) });
const connection = await Connection.connect({ address: server.address });
const native = await NativeConnection.connect({ address: server.address });
const client = new Client({ connection });
try {
  const workflowBundlePath = join(scratch, 'workflow-bundle.js');
  await bundleWorkflows(workflowBundlePath);
  const asked = process.argv.slice(2);
  for (const [name, play] of Object.entries(SCENARIOS)) {
    if (asked.length > 0 && !asked.includes(name)) continue;
    for (const file of await readdir(FOLDER)) if (file.startsWith(`${name}.`)) await rm(join(FOLDER, file));
    await record(name, play, workflowBundlePath);
  }
} finally {
  await native.close();
  await connection.close();
  await server.stop();
  await rm(scratch, { recursive: true });
}

/** Plays one scenario with accounts, worker and task queue of its own, and writes down every run of it. */
async function record(name: string, play: (stage: Stage) => Promise<void>, workflowBundlePath: string): Promise<void> {
  const sandbox = await startSandbox({ callPhaseMs: 15, numbers: [{ number: NUMBER }] });
  const { didwwUrl, didwwApiKey, vapiUrl, vapiApiKey, assistantId } = sandbox;
  const providers = { didww: { apiUrl: didwwUrl, apiKey: didwwApiKey }, vapi: { apiUrl: vapiUrl, apiKey: vapiApiKey } };
  const parts = { connection: native, namespace: NAMESPACE, taskQueue: name };
  const dependencies = createDependencies({ ...parts, providers });
  const worker = await createPatchbayWorker({ ...parts, dependencies, workflowBundlePath, isDisposable: true });
  const running = worker.run();
  try {
    await play({
      sandbox,
      patchbay: createPatchbay({ client, taskQueue: name }),
      request: requestFor(name, assistantId),
    });
    await until(async () => (await countOf(`TaskQueue = '${name}' AND ExecutionStatus = 'Running'`)) === 0);
    await writeRuns(name);
  } finally {
    worker.shutdown();
    await running;
    await sandbox.stop();
  }
}

/** Every scenario has a connection of its own: what stands in other accounts is not set up once more. */
function requestFor(connection: string, assistantId: string): RequestInput {
  return {
    connection,
    region: 'us',
    assistantId,
    numbers: [{ number: NUMBER, label: 'Support line' }],
    transfer: { destination: '+12025550100' },
    verification: { inbound: false, outbound: false, transfer: false },
    patience: { step: '5s', rollback: '5s', firstRetry: '50ms' },
  };
}

/** One file a run: `verified.onboardNumber.json`; a second one of its type gets a number. */
async function writeRuns(scenario: string): Promise<void> {
  const taken = new Map<string, number>();
  const runs = [];
  for await (const run of client.workflow.list({ query: `TaskQueue = '${scenario}'` })) runs.push(run);
  runs.sort((one, other) => one.startTime.getTime() - other.startTime.getTime());
  for (const { workflowId, runId, type } of runs) {
    const nth = (taken.get(type) ?? 0) + 1;
    taken.set(type, nth);
    const file = `${scenario}.${type}${nth > 1 ? `.${String(nth)}` : ''}.json`;
    const history = await client.workflow.getHandle(workflowId, runId).fetchHistory();
    await writeFile(join(FOLDER, file), scrubbed(historyToJSON(history)));
    console.log(`${file}: ${String(history.events?.length ?? 0)} events`);
  }
}

async function countOf(query: string): Promise<number> {
  const { count } = await client.workflow.count(query);
  return count;
}

async function ended(patchbay: Patchbay, request: RequestInput, outcome: string): Promise<void> {
  for await (const { result } of patchbay.follow(await patchbay.find(request.connection))) {
    if (result !== undefined && result.outcome !== outcome) throw new Error(`ended ${result.outcome}, not ${outcome}`);
  }
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await pause(POLL_MS);
}
