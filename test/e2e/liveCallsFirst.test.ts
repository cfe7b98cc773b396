import { expect, test } from 'vitest';
import { workflowIds } from '../../src/contract/workflowIds.js';
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

test(
  'an offboarding gives every number its routing back, however many assistants cannot be edited',
  async () => {
    const world = await givenAccounts({ numbers: MANY });
    const { faults, vapi } = world.sandbox;
    const assistants = world.numbers.map((number) =>
      vapi.addAssistant({ name: `Desk ${number}`, model: { provider: 'openai', model: 'gpt-4o', toolIds: [] } }),
    );
    const before = world.sandbox.state();
    const numbers = assistants.map(({ id }, at) => ({ number: world.numbers[at] ?? '', assistantId: id }));
    const made = await world.onboard(world.request({ numbers }));
    const toolIds = made.objects.flatMap(({ kind, id }) => (kind === 'transfer-tool' ? [id] : []));
    const outage = faults.fail('PATCH /assistant/:id', { status: 503 });
    await world.patchbay.offboard(world.connection);

    await everyCallIsBack(world);

    expect(assistants.map(({ id }) => vapi.assistants.get(id)?.model?.toolIds)).toEqual(assistants.map(() => toolIds));
    await until(() => outage.hits() > 0 || undefined);
    outage.remove();
    expect(await world.ended()).toMatchObject({ outcome: 'removed', leftovers: [] });
    expect(world.sandbox.state()).toEqual(before);
  },
  SLOW,
);

test('an offboarding whose Vapi key is refused gives calls back all the same', async () => {
  const world = await givenAccounts();
  expect((await world.onboard()).outcome).toBe('done');
  const refused = world.sandbox.faults.fail(/\/(assistant|credential|tool|phone-number)/, { status: 401 });

  await world.patchbay.offboard(world.connection);
  await everyCallIsBack(world);

  expect(world.sandbox.vapi.phoneNumbers.size).toBe(1);
  refused.remove();
  expect((await world.ended()).outcome).toBe('removed');
  expect(world.sandbox.state()).toEqual(world.before);
});

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
test(
  'a rollback during test calls gives every number its routing back at once, and removes the rest once no call is on the line',
  async () => {
    const world = await givenAccounts({ numbers: 2 });
    const verification = { inbound: true, outbound: true, transfer: false };
    const placed = world.sandbox.faults.hold('POST /call', { times: 1 });
    await world.patchbay.onboard(world.request({ numbers: everyNumber(world), patience: PATIENCE, verification }));
    await placed.arrived;
    const outage = world.sandbox.faults.fail(/^GET \/call/, { status: 503 });
    placed.release();
    await until(() => outage.hits() > 0 || undefined);
    const standing = withoutRoutings(world);
    await world.patchbay.cancel(world.connection);

    await everyCallIsBack(world);

    expect(await isVerifying(world)).toBe(true);
    expect(withoutRoutings(world)).toEqual(standing);
    const triedBefore = outage.hits();
    await until(() => outage.hits() > triedBefore + 1 || undefined);
    expect(withoutRoutings(world)).toEqual(standing);
    outage.remove();
    expect(await world.ended()).toMatchObject({
      outcome: 'rolled-back',
      leftovers: [],
      failure: { class: 'cancelled' },
    });
    expect(await isVerifying(world)).toBe(false);
    expect(world.sandbox.state()).toEqual(world.before);
  },
  SLOW,
);

test(
  'a test call that a rollback could not hang up is told',
  async () => {
    const world = await givenAccounts();
    const verification = { inbound: true, outbound: true, transfer: false };
    const { faults } = world.sandbox;
    const placed = faults.hold('POST /call', { times: 1 });
    await world.patchbay.onboard(world.request({ patience: PATIENCE, verification }));
    await placed.arrived;
    faults.fail(/^GET \/call/, { status: 400 });
    await world.patchbay.cancel(world.connection);
    placed.release();

    const result = await world.ended();

    expect(result).toMatchObject({ outcome: 'rolled-back', leftovers: [], failure: { class: 'cancelled' } });
    expect(result.warnings).toEqual([expect.stringContaining('could not be hung up')]);
    expect(world.sandbox.state()).toEqual(world.before);
  },
  SLOW,
);

/** Everything at both providers but where calls go. */
function withoutRoutings({ sandbox }: World): object {
  const { didww, ...rest } = sandbox.state();
  const { dids: _routed, ...others } = didww;
  return { ...rest, didww: others };
}

/** Whether test calls are still being made, or hung up. */
async function isVerifying({ client, connection }: World): Promise<boolean> {
  const { status } = await client.workflow.getHandle(workflowIds.verification(connection)).describe();
  return status.name === 'RUNNING';
}
