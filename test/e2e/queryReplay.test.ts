import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { DefaultLogger, type InjectedSinks, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { bundleWorkflows } from '../../scripts/bundle.mjs';
import { progressOf } from '../../src/client/resultOfRun.js';
import { expectReplays } from '../support/histories.js';
import { type BesideTheRun, cameQuery, longWaySignal, shortWaySignal, twoSignals } from '../support/twoSignals.js';
import { uniqueSlug } from '../support/unique.js';

// The failed task is what the test wants, and would fill the screen.
Runtime.install({
  logger: new DefaultLogger('ERROR'),
  telemetryOptions: { logging: { filter: 'ERROR', forward: {} } },
});

const WORKFLOWS = fileURLToPath(new URL('../support/twoSignals.ts', import.meta.url));
/** Temporal gives a new worker the query or the task first, as it comes. */
const TRIES = 30;

let folder: string;
let codePath: string;
let client: Client;
let connection: NativeConnection;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'patchbay-query-replay-'));
  codePath = join(folder, 'workflow-bundle.js');
  await bundleWorkflows(codePath, WORKFLOWS);
  const address = inject('temporalAddress');
  client = new Client({ connection: await Connection.connect({ address }) });
  connection = await NativeConnection.connect({ address });
});

afterAll(async () => {
  await client.connection.close();
  await connection.close();
  await rm(folder, { recursive: true });
});

test('a run whose new worker answers a query ahead of its next task takes the way on which it replays', async () => {
  let json = '';
  for (let tried = 0; !isQueriedAhead(json); tried += 1) {
    expect(tried).toBeLessThan(TRIES);
    json = await historyOfQueriedRun();
  }

  await expectReplays([{ workflowId: 'two-signals', json }], codePath);
});

test('a run goes on where the clock of its server was set back between its tasks', async () => {
  const history = JSON.parse(await historyOfQueriedRun()) as { readonly events: RecordedEvent[] };
  const first = history.events.find(({ eventType }) => eventType === 'EVENT_TYPE_WORKFLOW_TASK_STARTED');
  if (first === undefined) throw new Error('no task began');
  first.eventTime = new Date(Date.parse(first.eventTime) + 60_000).toISOString();

  await expectReplays([{ workflowId: 'two-signals', json: JSON.stringify(history) }], codePath);
});

test('all who ask for the progress of a run while its new worker comes are answered', async () => {
  for (let tried = 0; tried < 6; tried += 1) {
    const taskQueue = `two-signals-${uniqueSlug()}`;
    const run = await begun(taskQueue);
    const facts = { workflowId: run.workflowId, runId: run.firstExecutionRunId, taskQueue };
    const answers = Promise.all([1, 2, 3, 4].map(() => progressOf(client, facts)));
    await byNewWorker(run, async () => {
      for (const answer of await answers) expect(answer).toBeTypeOf('object');
    });
  }
});

interface RecordedEvent {
  readonly eventType: string;
  eventTime: string;
}

/** The history of a run that is asked, and told of both signals, before its second worker comes. */
async function historyOfQueriedRun(): Promise<string> {
  const taskQueue = `two-signals-${uniqueSlug()}`;
  const run = await begun(taskQueue);

  const answer = run.query(cameQuery);
  await byNewWorker(run, () => answer);
  return historyToJSON(await run.fetchHistory());
}

/**
 * Tells the run of one signal before its new worker comes, and of the other one while it answers queries.
 */
async function byNewWorker(run: Run, untilAnswered: () => Promise<unknown>): Promise<void> {
  await pause(100); // for queries to wait at Temporal; where the task comes first all the same, it is no such run
  await run.signal(longWaySignal);
  let isTold: Promise<void> | undefined; // once: after a failed task it gets here again
  const second = await workerOf(run.workflowId, () => (isTold ??= run.signal(shortWaySignal)));
  await second.runUntil(async () => {
    await untilAnswered();
    await run.result();
  });
}

type Run = Awaited<ReturnType<typeof begun>>;

/** A run whose first task is done, and whose worker has gone. */
async function begun(taskQueue: string) {
  const first = await workerOf(taskQueue);
  return first.runUntil(async () => {
    const started = await client.workflow.start(twoSignals, { taskQueue, workflowId: taskQueue });
    await started.query(cameQuery);
    return started;
  });
}

/** Whether the short way's signal came after the query was answered and before the next task began. */
function isQueriedAhead(json: string): boolean {
  const [, afterFirstTask = ''] = eventTypesIn(json).split('WORKFLOW_TASK_COMPLETED ', 2);
  const [beforeSecondTask = ''] = afterFirstTask.split('WORKFLOW_TASK_STARTED', 1);
  return beforeSecondTask.split(' ').filter((type) => type === 'WORKFLOW_EXECUTION_SIGNALED').length === 2;
}

function eventTypesIn(json: string): string {
  if (json === '') return '';
  const { events } = JSON.parse(json) as { readonly events: readonly { readonly eventType: string }[] };
  return events.map(({ eventType }) => eventType.replace('EVENT_TYPE_', '')).join(' ');
}

const workerOf = (taskQueue: string, longWayBegan = nothing) => {
  const sinks: InjectedSinks<BesideTheRun> = { beside: { longWayBegan: { fn: longWayBegan } } };
  return Worker.create({ connection, taskQueue, workflowBundle: { codePath }, sinks, ...ONE_TASK_AT_A_TIME });
};

const nothing = (): Promise<void> => Promise.resolve();

/** One slot for the run's own queue: the task waits until the query is answered. */
const ONE_TASK_AT_A_TIME = { maxConcurrentWorkflowTaskExecutions: 2, maxConcurrentWorkflowTaskPolls: 2 };
