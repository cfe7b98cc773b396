import { expect, test } from 'vitest';
import { givenAccounts } from '../support/world.js';
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
