import { isDeepStrictEqual } from 'node:util';
import { describe, expect, test } from 'vitest';
import type { Result } from '../../src/domain/result.js';
import { eventsOf } from '../support/events.js';
import { plantedSecrets } from '../support/secrets.js';
import { until } from '../support/until.js';
import { givenAccounts, runOf, type World } from '../support/world.js';
import { envOf, type Outside, type Running, runPatchbay, type Spoken, startPatchbay } from './runPatchbay.js';

const outside = (world: World, request?: object): Outside => ({
  env: envOf(world),
  ...(request === undefined ? {} : { input: JSON.stringify(request) }),
});

const patchbay = (world: World, args: readonly string[], request?: object): Promise<Spoken> =>
  runPatchbay(args, outside(world, request));

const onboard = (world: World, request: object = world.request(), ...options: string[]): Promise<Spoken> =>
  patchbay(world, ['onboard', '-', ...options], request);

const resultIn = ({ stdout }: Spoken): Result => JSON.parse(stdout) as Result;

/** Waits until the command has said this on stderr. */
const said = (run: Running, words: RegExp): Promise<true> => until(() => words.test(run.soFar().stderr) || undefined);

const cancelAsked = async (world: World): Promise<boolean> =>
  (await eventsOf(runOf(world))).some((event) => event.workflowExecutionCancelRequestedEventAttributes);

/** An onboarding that stands still before its import until the gate is released. */
async function heldOnboarding(world: World, ...options: string[]): Promise<{ run: Running; release: () => void }> {
  const gate = world.sandbox.faults.hold('POST /phone-number');
  const run = startPatchbay(['onboard', '-', ...options], outside(world, world.request()));
  await gate.arrived;
  return { run, release: gate.release };
}

describe('patchbay onboard', () => {
  test('prints the result on stdout, progress on stderr, and no secret on either', async () => {
    const world = await givenAccounts();
    const spoken = await onboard(world);
    expect(spoken.code).toBe(0);
    expect(spoken.stdout).toContain(`${world.connection}: done`);
    expect(spoken.stdout).toContain('DIDWW outbound trunk');
    expect(spoken.stderr).toContain('outbound trunk: done');
    for (const secret of plantedSecrets(world.sandbox)) expect(spoken.stdout + spoken.stderr).not.toContain(secret);
  });

  test('with --json prints the Result and nothing else on stdout', async () => {
    const world = await givenAccounts();
    const spoken = await onboard(world, world.request(), '--json');
    expect(resultIn(spoken)).toMatchObject({ outcome: 'done', connection: world.connection });
  });

  test('ends with 5 where preflight refuses, and says what stands in the way', async () => {
    const world = await givenAccounts();
    const spoken = await onboard(world, world.request({ numbers: [{ number: '+4930123456' }] }));
    expect(spoken.code).toBe(5);
    expect(spoken.stdout).toContain('refused; nothing was changed');
    expect(spoken.stdout).toContain('+4930123456');
  });

  test('ends with 4 where a provider refuses its key', async () => {
    const world = await givenAccounts();
    world.sandbox.faults.fail('* *', { server: 'didww', status: 401 });
    expect((await onboard(world)).code).toBe(4);
  });

  test('ends with 1 where it was rolled back, and retry runs it again from its own input', async () => {
    const world = await givenAccounts();
    const fault = world.sandbox.faults.fail('POST /phone-number', { status: 400 });
    const failed = await onboard(world, world.request(), '--json');
    expect(failed.code).toBe(1);
    expect(resultIn(failed)).toMatchObject({ outcome: 'rolled-back', failure: { provider: 'vapi' } });
    fault.remove();
    expect((await patchbay(world, ['retry', world.connection])).code).toBe(0);
  });

  test('ends with 3 where something is left, names it with its removal, and offboard takes it away', async () => {
    const world = await givenAccounts();
    world.sandbox.faults.fail('POST /phone-number', { status: 400 });
    const stuck = world.sandbox.faults.fail('DELETE /tool/:id', { status: 400 });
    const failed = await onboard(world);
    expect(failed.code).toBe(3);
    expect(failed.stdout).toContain('Left behind');
    expect(failed.stdout).toContain('$VAPI_API_KEY');
    stuck.remove();
    const removed = await patchbay(world, ['offboard', world.connection]);
    expect(removed.code).toBe(0);
    expect(world.sandbox.state()).toEqual(world.before);
  });

  test('ends with 7 where it waits for a person; resume goes on with it', async () => {
    const world = await givenAccounts();
    const fault = world.sandbox.faults.fail('POST /phone-number', { status: 400 });
    const paused = await onboard(world, world.request({ onFailure: 'pause' }));
    expect(paused.code).toBe(7);
    expect(paused.stdout).toContain(`patchbay resume ${world.connection}`);
    expect((await patchbay(world, ['resume', world.connection])).code).toBe(7);
    fault.remove();
    const resumed = await patchbay(world, ['resume', world.connection, '--json']);
    expect(resumed.code).toBe(0);
    expect(resultIn(resumed).outcome).toBe('done');
  });

  test('says of a step that is retried why, and when the next attempt is', async () => {
    const world = await givenAccounts();
    const fault = world.sandbox.faults.fail('POST /phone-number', { status: 503 });
    const patience = { step: '5m', rollback: '1m', firstRetry: '2s' };
    const run = startPatchbay(['onboard', '-'], outside(world, world.request({ patience })));
    await said(run, /is retried: .*503.* Attempt \d+ in \d+ s\./);
    fault.remove();
    expect((await run.ended).code).toBe(0);
  });

  test('of the same request while it runs follows it; of another one it is a conflict', async () => {
    const world = await givenAccounts();
    const { run, release } = await heldOnboarding(world);
    const same = startPatchbay(['onboard', '-', '--json'], outside(world, world.request()));
    const other = await onboard(world, world.request({ limits: { channels: 3 } }), '--json');
    expect(other.code).toBe(5);
    expect(resultIn(other)).toMatchObject({ outcome: 'refused', failure: { class: 'conflict' } });
    await said(same, /already at work/);
    release();
    expect((await run.ended).code).toBe(0);
    expect(resultIn(await same.ended).outcome).toBe('done');
  });

  test('with --detach says which run it is and does not wait for it', async () => {
    const world = await givenAccounts({ worker: false });
    const spoken = await onboard(world, world.request(), '--detach', '--json');
    expect(spoken.code).toBe(0);
    expect(JSON.parse(spoken.stdout)).toEqual({
      connection: world.connection,
      workflowId: `connection/${world.connection}`,
      runId: expect.any(String) as string,
    });
    expect(spoken.stderr).toContain('No worker polls the task queue');
    await world.startWorker();
    expect((await patchbay(world, ['watch', world.connection])).code).toBe(0);
  });

  test('at Ctrl-C ends with 130 and says how to watch and how to cancel; the run goes on', async () => {
    const world = await givenAccounts();
    const { run, release } = await heldOnboarding(world);
    run.interrupt();
    const spoken = await run.ended;
    expect(spoken.code).toBe(130);
    expect(spoken.stderr).toContain(`patchbay watch ${world.connection}`);
    expect(spoken.stderr).toContain(`patchbay cancel ${world.connection}`);
    release();
    expect((await patchbay(world, ['watch', world.connection])).code).toBe(0);
  });

  test('with --timeout ends with 124; the run goes on', async () => {
    const world = await givenAccounts();
    const { run, release } = await heldOnboarding(world, '--timeout', '100ms', '--json');
    const spoken = await run.ended;
    expect(spoken.code).toBe(124);
    expect(JSON.parse(spoken.stdout)).toMatchObject({ connection: world.connection });
    release();
    expect((await patchbay(world, ['watch', world.connection])).code).toBe(0);
  });
});

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
