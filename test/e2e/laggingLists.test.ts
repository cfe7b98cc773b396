import { describe, expect, test } from 'vitest';
import type { RequestInput } from '../../src/domain/request.js';
import { workflowIds } from '../../src/domain/marks.js';
import { inputOf } from '../../src/runs/runs.js';
import { wantedOf } from '../../src/runs/wanted.js';
import { takeEverythingAway } from '../support/emptied.js';
import { fallBehind, givenLaggingLists } from '../support/laggingLists.js';
import { endOf, isScheduled, scheduled, scheduleIn } from '../support/schedules.js';
import { until } from '../support/until.js';
import { givenAccounts, type World } from '../support/world.js';

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
      standing: 'known',
      input: { numbers: [{ number: first }] },
    });
    const { result } = await endOf(await triggered(world));

    expect(result.warnings).toEqual([]);
    expect(await isScheduled(world)).toBe(true);
  });
});
