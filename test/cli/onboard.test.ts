import { describe, expect, test } from 'vitest';
import { plantedSecrets } from '../support/secrets.js';
import { givenAccounts } from '../support/world.js';
import { heldOnboarding, onboard, outside, patchbay, resultIn, said } from './inWorld.js';
import { startPatchbay } from './runPatchbay.js';

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
