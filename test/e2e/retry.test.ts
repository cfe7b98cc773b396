import { describe, expect, test } from 'vitest';
import type { RequestInput } from '../../src/contract/request.js';
import type { Result } from '../../src/contract/result.js';
import { runsOf } from '../../src/runHistory/chain.js';
import { inputOf } from '../../src/runHistory/runs.js';
import { forgetRuns } from '../support/forgetting.js';
import { givenAccounts, type World } from '../support/world.js';

/** Runs under the connection's id, as `type status`, newest first. */
const storyOf = async ({ client, connection }: World): Promise<readonly string[]> =>
  (await runsOf(client, connection)).runs.map(({ type, status }) => `${type} ${status}`);

/** An offboarding that cannot remove the outbound trunk. */
async function failedOffboarding(world: World): Promise<Result> {
  const stuck = world.sandbox.faults.fail('DELETE /voice_out_trunks/:id', { status: 400 });
  await world.patchbay.offboard(world.connection);
  const result = await world.ended();
  stuck.remove();
  return result;
}

/** An onboarding that is refused a credential, and put back. */
async function failedOnboarding(world: World, request?: RequestInput): Promise<Result> {
  world.sandbox.faults.fail('POST /credential', { status: 400, times: 1 });
  return world.onboard(request);
}

describe('retry is refused, and starts nothing,', () => {
  test('where a connection was set up after a failed offboarding: it stays', async () => {
    const world = await givenAccounts();
    await world.onboard();
    expect((await failedOffboarding(world)).outcome).toBe('leftovers');
    expect((await world.onboard()).outcome).toBe('done');
    const standing = world.sandbox.state();

    await expect(world.patchbay.retry(world.connection)).rejects.toMatchObject({
      name: 'NothingToActOnError',
      message: expect.stringContaining('succeeded') as string,
    });

    expect(world.sandbox.state()).toEqual(standing);
    expect(await storyOf(world)).toEqual([
      'onboardConnection COMPLETED',
      'offboardConnection FAILED',
      'onboardConnection COMPLETED',
    ]);
  });

  test('where another request succeeded after the one that failed: it is not brought back, by its file neither', async () => {
    const world = await givenAccounts();
    const superseded = world.request({ limits: { channels: 3 } });
    await failedOnboarding(world, superseded);
    expect((await world.onboard()).outcome).toBe('done');
    const standing = world.sandbox.state();

    for (const file of [undefined, superseded]) {
      await expect(world.patchbay.retry(world.connection, file)).rejects.toMatchObject({
        name: 'NothingToActOnError',
        message: expect.stringContaining('succeeded') as string,
      });
    }

    expect(world.sandbox.state()).toEqual(standing);
    expect(await storyOf(world)).toEqual(['onboardConnection COMPLETED', 'onboardConnection FAILED']);
  });

  test('where the newest run is an offboarding: a failed one is repeated by offboard, after a clean one there is nothing', async () => {
    const world = await givenAccounts();
    await world.onboard();
    await failedOffboarding(world);
    for (const file of [undefined, world.request()]) {
      await expect(world.patchbay.retry(world.connection, file)).rejects.toMatchObject({
        name: 'NothingToActOnError',
        action: expect.stringContaining(`patchbay offboard ${world.connection}`) as string,
      });
    }

    await world.patchbay.offboard(world.connection);
    expect((await world.ended()).outcome).toBe('removed');

    await expect(world.patchbay.retry(world.connection)).rejects.toMatchObject({
      name: 'NothingToActOnError',
      message: expect.stringContaining('taken away') as string,
    });
    expect(world.sandbox.state()).toEqual(world.before);
  });

  test('with a file that asks for something else than the run that failed', async () => {
    const world = await givenAccounts();
    await failedOnboarding(world);

    await expect(
      world.patchbay.retry(world.connection, world.request({ limits: { channels: 3 } })),
    ).rejects.toMatchObject({
      name: 'NothingToActOnError',
      action: expect.stringContaining('patchbay onboard FILE') as string,
    });

    expect(await storyOf(world)).toEqual(['onboardConnection FAILED']);
  });
});

test('retry repeats a failed extension of a connection that stands', async () => {
  const world = await givenAccounts({ numbers: 2 });
  const [first = '', second = ''] = world.numbers;
  await world.onboard(world.request({ numbers: [{ number: first }] }));
  world.sandbox.faults.fail('POST /phone-number', { status: 400, times: 1 });
  await world.onboard(world.request({ numbers: [{ number: second }] }));

  await world.patchbay.retry(world.connection);

  expect(await world.ended()).toMatchObject({ outcome: 'done', numbers: [{ number: second, outcome: 'attached' }] });
});

test('retry takes the file where Temporal no longer has the run', async () => {
  const world = await givenAccounts();
  await failedOnboarding(world);
  await forgetRuns(world);

  await world.patchbay.retry(world.connection, world.request());

  expect((await world.ended()).outcome).toBe('done');
});

test('retry joins the newest run while it is open, and refuses a file that asks for something else', async () => {
  const world = await givenAccounts();
  await failedOnboarding(world);
  const gate = world.sandbox.faults.hold('POST /tool', { times: 1 });
  const { runId } = await world.patchbay.onboard(world.request());
  await gate.arrived;

  expect(await world.patchbay.retry(world.connection)).toMatchObject({ runId, joined: true });
  await expect(
    world.patchbay.retry(world.connection, world.request({ limits: { channels: 3 } })),
  ).rejects.toMatchObject({ result: { outcome: 'refused', failure: { class: 'conflict' } } });

  gate.release();
  expect((await world.ended()).outcome).toBe('done');
});

describe('what a failed run says of a connection', () => {
  test('a refused request of another region does not send the offboarding there', async () => {
    const world = await givenAccounts();
    await world.onboard();
    const elsewhere = world.request({ region: 'eu' });
    expect((await world.onboard(elsewhere)).outcome).toBe('refused');

    const offboarding = await world.patchbay.offboard(world.connection);

    expect(await inputOf(world.client, offboarding)).toEqual({ connection: world.connection, region: 'us' });
    expect((await world.ended()).outcome).toBe('removed');
    expect(world.sandbox.state()).toEqual(world.before);
  });

  test('a connection that was taken away in part is not called, and what is set up again alone is', async () => {
    const world = await givenAccounts({ numbers: 2 });
    const [first = '', second = ''] = world.numbers;
    await world.onboard(world.request({ numbers: [{ number: first }, { number: second }] }));
    await failedOffboarding(world);

    await expect(world.patchbay.verify(world.connection)).rejects.toMatchObject({
      name: 'NothingToActOnError',
      action: expect.stringContaining(`patchbay offboard ${world.connection}`) as string,
    });

    const verification = { inbound: true, outbound: false, transfer: false };
    await world.onboard(world.request({ numbers: [{ number: first }], verification }));
    const run = await world.patchbay.verify(world.connection);
    let verified: Result | undefined;
    for await (const { result } of world.patchbay.follow(run)) verified = result ?? verified;
    expect(new Set(verified?.verification.map(({ number }) => number))).toEqual(new Set([first]));
  });
});
