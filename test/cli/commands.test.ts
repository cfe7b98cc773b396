import { isDeepStrictEqual } from 'node:util';
import { describe, expect, test } from 'vitest';
import { eventsOf } from '../support/events.js';
import { until } from '../support/until.js';
import { givenAccounts, runOf, type World } from '../support/world.js';
import { heldOnboarding, onboard, outside, patchbay, resultIn, said } from './inWorld.js';
import { startPatchbay } from './runPatchbay.js';

const cancelAsked = async (world: World): Promise<boolean> =>
  (await eventsOf(runOf(world))).some((event) => event.workflowExecutionCancelRequestedEventAttributes);

describe('patchbay cancel', () => {
  test('puts everything back and is a success; retry then needs no file', async () => {
    const world = await givenAccounts();
    const { run, release } = await heldOnboarding(world);
    const cancelling = startPatchbay(['cancel', world.connection, '--json'], outside(world));
    await until(async () => (await cancelAsked(world)) || undefined);
    release();
    const cancelled = await cancelling.ended;
    expect(cancelled.code).toBe(0);
    expect(resultIn(cancelled).outcome).toBe('rolled-back');
    expect((await run.ended).code).toBe(1);
    expect(world.sandbox.state()).toEqual(world.before);
    expect((await patchbay(world, ['retry', world.connection])).code).toBe(0);
  });

  test('of a paused run waits for its rollback', async () => {
    const world = await givenAccounts();
    world.sandbox.faults.fail('POST /phone-number', { status: 400 });
    await onboard(world, world.request({ onFailure: 'pause' }));
    expect((await patchbay(world, ['cancel', world.connection])).code).toBe(0);
    expect(world.sandbox.state()).toEqual(world.before);
  });

  test('finds nothing to act on where no run is open', async () => {
    const world = await givenAccounts();
    await onboard(world);
    const spoken = await patchbay(world, ['cancel', world.connection]);
    expect(spoken.code).toBe(2);
    expect(spoken.stderr).toContain(`patchbay offboard ${world.connection}`);
  });
});

describe('what is asked of a connection', () => {
  test('status gives stage, steps and result, list the outcome', async () => {
    const world = await givenAccounts();
    await onboard(world);
    const status = await patchbay(world, ['status', world.connection, '--json']);
    expect(status.code).toBe(0);
    expect(JSON.parse(status.stdout)).toMatchObject({ stage: 'closed', result: { outcome: 'done' } });
    const entry = { connection: world.connection, stage: 'closed', outcome: 'done' };
    await until(async () => {
      const { stdout } = await patchbay(world, ['list', '--json']);
      return (JSON.parse(stdout) as object[]).find((listed) => isDeepStrictEqual(listed, entry));
    });
  });

  test('status and watch answer without a worker from what Temporal keeps', async () => {
    const world = await givenAccounts();
    await onboard(world);
    await world.stopWorker();
    const status = await patchbay(world, ['status', world.connection, '--json']);
    expect(JSON.parse(status.stdout)).toMatchObject({ stage: 'closed', result: { outcome: 'done' } });
    expect((await patchbay(world, ['watch', world.connection])).code).toBe(0);
  });

  test('a run that waits for its first worker is told as such', async () => {
    const world = await givenAccounts({ worker: false });
    const run = startPatchbay(['onboard', '-'], outside(world, world.request()));
    await said(run, /No worker polls the task queue/);
    expect((await patchbay(world, ['status', world.connection])).code).toBe(0);
    await world.startWorker();
    expect((await run.ended).code).toBe(0);
  });

  test('of a connection that nobody knows there is nothing', async () => {
    const world = await givenAccounts({ worker: false });
    for (const name of ['status', 'watch', 'cancel', 'resume', 'retry', 'offboard', 'verify']) {
      const spoken = await patchbay(world, [name, world.connection]);
      expect(spoken.code, name).toBe(2);
      expect(spoken.stdout, name).toBe('');
    }
  });

  test('retry takes a file where Temporal has no run, and refuses that of another connection', async () => {
    const world = await givenAccounts();
    const other = world.request({ connection: 'somebody-else' });
    expect((await patchbay(world, ['retry', world.connection, '-'], other)).code).toBe(2);
    expect((await patchbay(world, ['retry', world.connection, '-'], world.request())).code).toBe(0);
  });

  test('verify calls what the onboardings attached, extensions included', async () => {
    const world = await givenAccounts({ numbers: 2 });
    const [first = '', second = ''] = world.numbers;
    await onboard(world, world.request({ numbers: [{ number: first }] }));
    await onboard(
      world,
      world.request({ numbers: [{ number: second }], verification: { inbound: true, outbound: true, transfer: true } }),
    );
    const spoken = await patchbay(world, ['verify', world.connection, '--json']);
    expect(spoken.code).toBe(0);
    const { verification } = resultIn(spoken);
    expect(new Set(verification.map(({ number }) => number))).toEqual(new Set([first, second]));
  });
});

describe('a run that only goes forward', () => {
  test('an offboarding is not cancelled, and an onboarding waits for its end', async () => {
    const world = await givenAccounts();
    await onboard(world);
    const gate = world.sandbox.faults.hold('DELETE /tool/:id');
    const run = startPatchbay(['offboard', world.connection], outside(world));
    await gate.arrived;
    expect((await patchbay(world, ['cancel', world.connection])).code).toBe(2);
    const other = await onboard(world);
    expect(other.code).toBe(5);
    expect(other.stderr).toContain('is being taken away');
    run.interrupt();
    expect((await run.ended).stderr).not.toContain('patchbay cancel');
    gate.release();
    expect((await patchbay(world, ['watch', world.connection])).code).toBe(0);
  });
});

describe('patchbay verify', () => {
  test('ends with 1 where a check fails, says whose fault it is, and changes nothing', async () => {
    const world = await givenAccounts();
    await onboard(world);
    for (const id of [...world.sandbox.vapi.phoneNumbers.keys()]) world.sandbox.vapi.phoneNumbers.delete(id);
    const before = world.sandbox.state();
    const spoken = await patchbay(world, ['verify', world.connection, '-'], world.request({ verification: {} }));
    expect(spoken.code).toBe(1);
    expect(spoken.stdout).toContain('not proven; nothing was changed');
    expect(world.sandbox.state()).toEqual(before);
  });
});
