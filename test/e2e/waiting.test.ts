import { expect, test } from 'vitest';
import { until } from '../support/until.js';
import { givenAccounts, runOf, type World } from '../support/world.js';
import { uniqueSlug } from '../support/unique.js';
import { reportOf, started } from './verifying.js';

test('what waits for minutes takes no slot of a worker from a step or an undo', async () => {
  const world = await givenAccounts({ numbers: 2, stepsAtOnce: 1 });
  const [called = '', other = ''] = world.numbers;
  expect((await world.onboard()).outcome).toBe('done');
  const before = world.sandbox.state();
  const gate = world.sandbox.faults.hold('GET /call/:id');
  const verification = await started(world, {
    numbers: [{ number: called, assistantId: world.sandbox.assistantId }],
    verification: { transfer: false },
  });
  await gate.arrived;
  const connection = uniqueSlug();
  world.sandbox.faults.fail('PATCH /dids/:id', { status: 422, times: 1 });

  await world.patchbay.onboard(
    world.request({
      connection,
      numbers: [{ number: other }],
      transfer: { destination: '+12025550100', toolName: 'other_transfer' },
    }),
  );
  const rolledBack = await world.ended(connection);
  const after = world.sandbox.state();
  const isFollowed = (await verification.describe()).status.name === 'RUNNING';
  gate.release();

  expect(rolledBack).toMatchObject({ outcome: 'rolled-back', leftovers: [] });
  expect(after).toEqual(before);
  expect(isFollowed).toBe(true);
  expect((await reportOf(verification)).outcome).toBe('verified');
});

test('an onboarding that waits for another verification to end takes no slot of a worker from a step', async () => {
  const world = await givenAccounts({ numbers: 3, stepsAtOnce: 1 });
  const [called = '', added = '', other = ''] = world.numbers;
  const ofOne = (number: string, members = {}) => world.request({ numbers: [{ number }], ...members });
  expect((await world.onboard(ofOne(called))).outcome).toBe('done');
  const gate = world.sandbox.faults.hold('GET /call/:id');
  const verification = await started(world, {
    numbers: [{ number: called, assistantId: world.sandbox.assistantId }],
    verification: { transfer: false },
  });
  await gate.arrived;
  await world.patchbay.onboard(ofOne(added, { verification: { outbound: false, transfer: false, windowSeconds: 5 } }));
  await until(async () => ((await pendingIn(world)).includes('awaitRun') ? true : undefined));
  const connection = uniqueSlug();

  await world.patchbay.onboard(
    ofOne(other, { connection, transfer: { destination: '+12025550100', toolName: 'other_transfer' } }),
  );
  const outcome = (await world.ended(connection)).outcome;
  const pending = await pendingIn(world);
  gate.release();

  expect({ outcome, pending }).toEqual({ outcome: 'done', pending: ['awaitRun'] });
  expect((await reportOf(verification)).outcome).toBe('verified');
  expect((await world.ended()).outcome).toBe('verified');
});

/** Activities that a worker has at work for the connection's newest run. */
async function pendingIn(world: World): Promise<readonly string[]> {
  const { raw } = await runOf(world).describe();
  return (raw.pendingActivities ?? []).flatMap(({ activityType, lastStartedTime }) =>
    lastStartedTime ? (activityType?.name ?? []) : [],
  );
}
