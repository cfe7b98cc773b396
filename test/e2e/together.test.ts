import { expect, test } from 'vitest';
import { workflowIds } from '../../src/contract/workflowIds.js';
import type { Result } from '../../src/contract/result.js';
import { givenAccounts, type World } from '../support/world.js';
import { eventsOf } from '../support/events.js';
import { uniqueSlug } from '../support/unique.js';
import { until, untilStage } from '../support/until.js';

test('onboardings at the same time that share an assistant each leave their tool on it, and nothing else of it changes', async () => {
  const world = await givenAccounts({ isThreaded: true, numbers: 12 }); // more than the ten updates that Temporal lets a run take at a time
  const assistant = () => world.sandbox.vapi.assistants.get(world.sandbox.assistantId)?.model;
  const own = assistant()?.toolIds ?? [];

  const results = await Promise.all(
    world.numbers.map((number, at) => onboardAs(world, uniqueSlug(), number, `transfer_${String(at)}`)),
  );

  expect(new Set(results.map(({ outcome }) => outcome))).toEqual(new Set(['done']));
  const tools = results.flatMap(({ objects }) =>
    objects.filter(({ kind }) => kind === 'transfer-tool').map(({ id }) => id),
  );
  expect([...(assistant()?.toolIds ?? [])].sort()).toEqual([...own, ...tools].sort());
});

test('of two onboardings that race for a number one gets it; the other is told who has it and undoes nothing of that number', async () => {
  const world = await givenAccounts({ isThreaded: true, numbers: 1 });
  const [number = ''] = world.numbers;
  const gate = world.sandbox.faults.hold('POST /phone-number', { times: 1 });
  const first = onboardAs(world, world.connection, number, 'transfer_a');
  await gate.arrived;

  const second = await onboardAs(world, uniqueSlug(), number, 'transfer_b');
  gate.release();

  expect(second).toMatchObject({ outcome: 'rolled-back', failure: { class: 'conflict' } });
  expect(second.failure?.message).toContain(world.connection);
  expect((await first).outcome).toBe('done');
  expect([...world.sandbox.vapi.phoneNumbers.values()].map((imported) => imported.number)).toEqual([number]);
});

test.each(['before', 'after'] as const)(
  'a number whose onboarding is terminated restores itself, be it routed %s that',
  async (effect) => {
    const world = await givenAccounts({ isThreaded: true });
    const gate = world.sandbox.faults.hold('PATCH /dids/:id', { effect, times: 1 });
    await world.patchbay.onboard(world.request());
    await gate.arrived;

    await world.client.workflow.getHandle(workflowIds.connection(world.connection)).terminate('an operator did it');
    const [number = ''] = world.numbers;
    const handle = world.client.workflow.getHandle(workflowIds.number(number));
    // Its calls are back, and it waits for attempts of its onboarding that may be under way.
    await until(async () => ((await eventsOf(handle)).some((e) => e.timerStartedEventAttributes) ? true : undefined));
    gate.release();

    await until(async () => ((await handle.describe()).status.name === 'RUNNING' ? undefined : true));
    expect(world.sandbox.state().didww.dids).toEqual(world.before.didww.dids);
    expect(world.sandbox.vapi.phoneNumbers.size).toBe(0);
  },
);

test('the same request while it runs is followed, another one of the same connection is refused', async () => {
  const world = await givenAccounts({ isThreaded: true, numbers: 2 });
  const gate = world.sandbox.faults.hold('POST /tool', { times: 1 });
  const started = await world.patchbay.onboard(world.request());
  await gate.arrived;

  const again = await world.patchbay.onboard(world.request());
  expect(again).toMatchObject({ runId: started.runId, joined: true });
  await expect(world.patchbay.onboard(world.request({ limits: { channels: 3 } }))).rejects.toMatchObject({
    result: { outcome: 'refused', failure: { class: 'conflict' } },
  });

  gate.release();
  expect((await world.ended()).outcome).toBe('done');
});

test('a cancellation that arrives while everything is being undone changes nothing', async () => {
  const world = await givenAccounts({ isThreaded: true });
  world.sandbox.faults.fail('PATCH /dids/:id', { status: 422, times: 1 });
  const gate = world.sandbox.faults.hold('DELETE /voice_in_trunks/:id', { times: 1 });
  await world.patchbay.onboard(world.request());
  await gate.arrived;
  await untilStage(world, 'rollback');

  await world.patchbay.cancel(world.connection);
  gate.release();

  expect(await world.ended()).toMatchObject({ outcome: 'rolled-back', failure: { provider: 'didww' } });
  expect(world.sandbox.state()).toEqual(world.before);
});

test('of two onboardings that would give one assistant two tools of one name, one is told so and rolled back', async () => {
  const world = await givenAccounts({ isThreaded: true, numbers: 2 });
  const [one = '', other = ''] = world.numbers;
  const gate = world.sandbox.faults.hold('POST /tool'); // both preflights have passed by then
  const runs = [onboardAs(world, uniqueSlug(), one, 'transfer'), onboardAs(world, uniqueSlug(), other, 'transfer')];
  await until(() => (gate.hits() === 2 ? true : undefined));
  gate.release();

  const results = await Promise.all(runs);

  expect(results.map(({ outcome }) => outcome).sort()).toEqual(['done', 'rolled-back']);
  expect(results.find(({ failure }) => failure !== undefined)?.failure).toMatchObject({ class: 'conflict' });
});

test('a person who cancels the run of an assistant’s edits changes nothing: each edit is made in its turn', async () => {
  const world = await givenAccounts({ isThreaded: true, numbers: 2 });
  const [one = '', other = ''] = world.numbers;
  const gate = world.sandbox.faults.hold('PATCH /assistant/:id', { times: 1 });
  const runs = [onboardAs(world, uniqueSlug(), one, 'transfer_a'), onboardAs(world, uniqueSlug(), other, 'transfer_b')];
  await gate.arrived;

  await world.client.workflow.getHandle(workflowIds.assistant(world.sandbox.assistantId)).cancel();
  gate.release();

  expect((await Promise.all(runs)).map(({ outcome }) => outcome)).toEqual(['done', 'done']);
});

async function onboardAs(world: World, connection: string, number: string, toolName: string): Promise<Result> {
  const request = world.request({
    connection,
    numbers: [{ number }],
    transfer: { destination: '+12025550100', toolName },
    // A request that a test holds while others run to their end may meet its deadline; the run then tries
    // again.
    patience: { step: '2m', rollback: '2m', firstRetry: '20ms' },
  });
  const run = await world.patchbay.onboard(request);
  let result: Result | undefined;
  for await (const snapshot of world.patchbay.follow(run)) result = snapshot.result ?? result;
  if (result === undefined) throw new Error('ended without a result');
  return result;
}
