import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { Client, Connection, type ConnectionOptions } from '@temporalio/client';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createPatchbay } from '../../src/client.js';
import { findTemporalCli } from '../../src/devserver/temporalCli.js';
import type { RequestInput } from '../../src/contract/request.js';
import { workflowIds } from '../../src/contract/workflowIds.js';
import { inputOf } from '../../src/runHistory/runs.js';
import { wantedOf } from '../../src/runHistory/requestOfRun.js';
import { takeEverythingAway } from '../support/emptied.js';
import { fallBehind, givenLaggingLists } from '../support/laggingLists.js';
import { endOf, isScheduled, scheduled, scheduleIn } from '../support/schedules.js';
import { until } from '../support/until.js';
import { givenAccounts, runOf, type World } from '../support/world.js';

/** Accounts at a Patchbay whose Temporal lists runs late. */
async function givenWorld(numbers = 1): Promise<World> {
  const { address } = await givenLaggingLists();
  return givenAccounts({ numbers, temporal: { address } });
}

const ofNumber = (world: World, number = ''): RequestInput => world.request({ numbers: [{ number }] });

/** An onboarding that is refused the transfer tool, and put back. */
async function failedOnboarding(world: World, request: RequestInput): Promise<void> {
  world.sandbox.faults.fail('POST /credential', { status: 400, times: 1 });
  world.sandbox.faults.fail('POST /phone-number', { status: 400, times: 1 });
  expect((await world.onboard(request)).outcome).toBe('rolled-back');
  world.sandbox.faults.clear();
}

const listed = async ({ client, connection }: World): Promise<readonly string[]> => {
  const runs: string[] = [];
  const query = `WorkflowId = '${workflowIds.connection(connection)}'`;
  for await (const { type, status } of client.workflow.list({ query })) runs.push(`${type} ${status.name}`);
  return runs;
};

/** A scheduled verification as the schedule starts it, whatever lists show. */
async function triggered(world: World) {
  await scheduleIn(world).trigger();
  const action = await until(async () => (await scheduleIn(world).describe()).info.recentActions[0]?.action);
  return world.client.workflow.getHandle(action.workflow.workflowId, action.workflow.firstExecutionRunId);
}

describe('where lists show runs late', () => {
  test('retry repeats the newest request that failed', async () => {
    const world = await givenWorld(2);
    const [first, second] = world.numbers;
    await fallBehind(world.client);
    await failedOnboarding(world, ofNumber(world, first));
    await failedOnboarding(world, ofNumber(world, second));

    const run = await world.patchbay.retry(world.connection);

    expect(await inputOf(world.client, run)).toMatchObject({ numbers: [{ number: second }] });
    expect(await world.ended()).toMatchObject({ outcome: 'done', numbers: [{ number: second, outcome: 'attached' }] });
  });

  test('verify tests what an onboarding and its extension have just set up', async () => {
    const world = await givenWorld(2);
    const [first, second] = world.numbers;
    await fallBehind(world.client);
    await world.onboard(ofNumber(world, first));
    await world.onboard(ofNumber(world, second));

    const run = await world.patchbay.verify(world.connection);

    expect(await inputOf(world.client, run)).toMatchObject({ numbers: [{ number: second }, { number: first }] });
  });

  test('an offboarding knows that the connection was made, though nothing of it is there any more', async () => {
    const world = await givenWorld();
    await fallBehind(world.client);
    await world.onboard();
    takeEverythingAway(world);

    await world.patchbay.offboard(world.connection);

    expect(await world.ended()).toMatchObject({
      outcome: 'removed',
      warnings: [expect.stringContaining('Nothing of')],
    });
  });

  test('the schedule of a connection that was set up anew stays', async () => {
    const world = await givenWorld(2);
    const [first, second] = world.numbers;
    await world.onboard(ofNumber(world, first));
    await scheduled(world);
    await world.patchbay.offboard(world.connection);
    expect((await world.ended()).outcome).toBe('removed');
    await until(async () => (await listed(world)).includes('offboardConnection COMPLETED') || undefined);
    await fallBehind(world.client);
    expect((await world.onboard(ofNumber(world, first))).outcome).toBe('done');
    await failedOnboarding(world, ofNumber(world, second));

    expect(await wantedOf(world.client, world.connection)).toMatchObject({
      state: 'known',
      input: { numbers: [{ number: first }] },
    });
    const { result } = await endOf(await triggered(world));

    expect(result.warnings).toEqual([]);
    expect(await isScheduled(world)).toBe(true);
  });
});

describe('where Temporal answers no list', () => {
  test('verify, retry and offboard go by the runs themselves', async () => {
    const world = await givenAccounts({ numbers: 2 });
    const [first, second] = world.numbers;
    const patchbay = createPatchbay({ client: await withoutLists(world), taskQueue: world.taskQueue });
    await patchbay.onboard(ofNumber(world, first));
    expect((await world.ended()).outcome).toBe('done');
    await failedOnboarding(world, ofNumber(world, second));

    const verification = await patchbay.verify(world.connection);
    expect(await inputOf(world.client, verification)).toMatchObject({ numbers: [{ number: first }] });
    await world.client.workflow.getHandle(verification.workflowId, verification.runId).result();
    const repeated = await patchbay.retry(world.connection);
    expect(await inputOf(world.client, repeated)).toMatchObject({ numbers: [{ number: second }] });
    expect((await world.ended()).outcome).toBe('done');
    await patchbay.offboard(world.connection);

    expect((await world.ended()).outcome).toBe('removed');
  });
});

test('of the runs before a Reset the list tells, as the run that was repeated knows none of them', async () => {
  const world = await givenAccounts({ numbers: 2 });
  const [first, second] = world.numbers;
  await failedOnboarding(world, ofNumber(world, first));
  const failed = (await runOf(world).describe()).runId;
  expect((await world.onboard(ofNumber(world, second))).outcome).toBe('done');
  const gate = world.sandbox.faults.hold('GET /dids');
  const workflow = ['--workflow-id', workflowIds.connection(world.connection), '--run-id', failed];
  const reset = ['workflow', 'reset', ...workflow, '--event-id', '4', '--reason', 'a test repeats it'];
  await promisify(execFile)(await findTemporalCli(() => undefined), [...reset, '--address', world.temporal.address]);
  await gate.arrived;

  const wanted = await until(async () => {
    const now = await wantedOf(world.client, world.connection);
    return now.state === 'known' ? now : undefined;
  });

  expect(wanted.input.numbers).toMatchObject([{ number: second }]);
  gate.release();
  await world.ended();
});

/** A client whose Temporal answers everything but lists. */
async function withoutLists({ temporal }: World): Promise<Client> {
  const connection = await Connection.connect({
    address: temporal.address,
    interceptors: [withoutTimeForLists],
  });
  onTestFinished(() => connection.close());
  return new Client({ connection, namespace: temporal.namespace });
}

type Interceptor = NonNullable<ConnectionOptions['interceptors']>[number];

const withoutTimeForLists: Interceptor = (options, next) => {
  const isList = options.method_definition.path.endsWith('/ListWorkflowExecutions');
  const call: unknown = next(isList ? { ...options, deadline: 0 } : options);
  return call as ReturnType<Interceptor>;
};
