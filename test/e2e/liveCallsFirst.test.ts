import { expect, test } from 'vitest';
import { until } from '../support/until.js';
import { givenAccounts, type World } from '../support/world.js';

/** More than are undone at once. */
const MANY = 60;
const SLOW = 300_000;
const PATIENCE = { step: '1m', rollback: '1h', firstRetry: '20ms' };

const everyNumber = ({ numbers }: World) => numbers.map((number) => ({ number }));

/** Vapi answers nothing about imports until it is mended. */
const vapiDown = ({ sandbox }: World) => sandbox.faults.fail(/ \/phone-number/, { status: 503 });

/** No number is routed to the connection any more. */
const everyCallIsBack = ({ sandbox: { didww } }: World): Promise<true> =>
  until(() => [...didww.dids.values()].every(({ voiceInTrunkId }) => voiceInTrunkId === null) || undefined);

test(
  'a rollback gives every number its routing back, however long Vapi keeps it from removing their imports',
  async () => {
    const world = await givenAccounts({ numbers: MANY });
    const firstCutOver = world.sandbox.faults.hold('PATCH /dids/:id', { times: 1 });
    world.sandbox.faults.fail('PATCH /dids/:id', { status: 422, after: MANY - 2, times: 1 });
    await world.patchbay.onboard(world.request({ numbers: everyNumber(world), patience: PATIENCE }));
    await firstCutOver.arrived;
    const outage = vapiDown(world);
    firstCutOver.release();

    await everyCallIsBack(world);

    expect(world.sandbox.vapi.phoneNumbers.size).toBe(MANY);
    outage.remove();
    expect(await world.ended()).toMatchObject({
      outcome: 'rolled-back',
      leftovers: [],
      failure: { provider: 'didww' },
    });
    expect(world.sandbox.state()).toEqual(world.before);
  },
  SLOW,
);

test(
  'an offboarding gives every number its routing back whether or not Vapi answers',
  async () => {
    const world = await givenAccounts({ numbers: MANY });
    expect((await world.onboard(world.request({ numbers: everyNumber(world) }))).outcome).toBe('done');
    const outage = vapiDown(world);
    await world.patchbay.offboard(world.connection);

    await everyCallIsBack(world);

    expect(world.sandbox.vapi.phoneNumbers.size).toBe(MANY);
    outage.remove();
    expect((await world.ended()).outcome).toBe('removed');
    expect(world.sandbox.state()).toEqual(world.before);
  },
  SLOW,
);

test('an offboarding that gave calls back and is then not shown Vapi names all that it knows to be there', async () => {
  const world = await givenAccounts();
  const made = await world.onboard();
  world.sandbox.faults.fail('GET /credential', { status: 400 });

  await world.patchbay.offboard(world.connection);
  const result = await world.ended();

  expect(result).toMatchObject({ outcome: 'leftovers', failure: { step: 'look', provider: 'vapi' } });
  const told = result.leftovers.map(({ id }) => id);
  const ids = made.objects.filter(({ kind }) => kind !== 'did').map(({ id }) => id);
  expect(told.toSorted()).toEqual([...ids, world.sandbox.assistantId].toSorted());
  expect(world.sandbox.state().didww.dids).toEqual(world.before.didww.dids);
});
