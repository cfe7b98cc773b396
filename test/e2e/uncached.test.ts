/**
 * Representative runs, one of each kind, on a worker that keeps no run in memory: each of its tasks replays
 * the run from the start, as after a restart. Everywhere else runs go on where they stopped, and their
 * histories are replayed once they have ended.
 */
import { expect, test } from 'vitest';
import { workflowIds } from '../../src/contract/workflowIds.js';
import type { Result } from '../../src/contract/result.js';
import { until, untilStage } from '../support/until.js';
import { endOf, scheduled, triggered } from '../support/schedules.js';
import { planned } from '../support/plans.js';
import { givenAccounts, type World } from '../support/world.js';
import { ALL_PROVEN, inShort, verified } from './verifying.js';

const EVERY_CHECK = { verification: { windowSeconds: 5 } };
const PATIENT = { patience: { step: '20s', rollback: '20s', firstRetry: '50ms' } };

const given = (numbers = 1): Promise<World> => givenAccounts({ numbers, isUncached: true });
const all = (world: World) => ({ numbers: world.numbers.map((number) => ({ number })) });

async function offboarded(world: World): Promise<Result> {
  await world.patchbay.offboard(world.connection);
  return world.ended();
}

test('two numbers are set up, proven by every kind of call, proven again, and taken away', async () => {
  const world = await given(2);

  const result = await world.onboard(world.request({ ...all(world), ...PATIENT, ...EVERY_CHECK }));
  expect(result).toMatchObject({ outcome: 'verified', leftovers: [], warnings: [] });
  expect(new Set(inShort(result))).toEqual(new Set(ALL_PROVEN));

  expect(await verified(world)).toMatchObject({ outcome: 'verified' });

  expect(await offboarded(world)).toMatchObject({ outcome: 'removed', leftovers: [] });
  expect(world.sandbox.state()).toEqual(world.before);
});

test('what a request would change is planned, for the last request as well', async () => {
  const world = await given();
  await world.onboard();
  const set = world.sandbox.state();

  const plans = [
    await planned(world, { request: world.request({ limits: { channels: 20 } }) }),
    await planned(world, { connection: world.connection }),
  ];

  expect(plans.map(({ changes }) => changes.map(({ kind }) => kind))).toEqual([['outbound-trunk'], []]);
  expect(world.sandbox.state()).toEqual(set);
});

test('a connection is extended, and the extension that fails leaves it as it was', async () => {
  const world = await given(3);
  const [, second = '', third = ''] = world.numbers;
  expect((await world.onboard()).outcome).toBe('done');
  expect((await world.onboard(world.request({ numbers: [{ number: second }] }))).outcome).toBe('done');
  const extended = world.sandbox.state();
  world.sandbox.faults.fail('PATCH /dids/:id', { status: 422, times: 1 });

  const failed = await world.onboard(world.request({ numbers: [{ number: third }] }));

  expect(failed).toMatchObject({ outcome: 'rolled-back', leftovers: [] });
  expect(world.sandbox.state()).toEqual(extended);
});

test('a step that fails for good undoes both numbers, and a retry sets them up', async () => {
  const world = await given(2);
  world.sandbox.faults.fail('PATCH /dids/:id', { status: 422, after: 1, times: 1 });

  expect(await world.onboard(world.request(all(world)))).toMatchObject({ outcome: 'rolled-back', leftovers: [] });
  expect(world.sandbox.state()).toEqual(world.before);

  await world.patchbay.retry(world.connection);
  expect(await world.ended()).toMatchObject({ outcome: 'done', leftovers: [] });
});

test('what cannot be undone is named, and an offboarding removes it later', async () => {
  const world = await given();
  world.sandbox.faults.fail('PATCH /dids/:id', { status: 422, times: 1 });
  const refusal = world.sandbox.faults.fail('DELETE /voice_in_trunks/:id', { status: 400 });

  const result = await world.onboard();
  expect(result.outcome).toBe('leftovers');
  expect(result.leftovers.map(({ kind }) => kind)).toEqual(['inbound-trunk', 'outbound-trunk']);

  refusal.remove();
  expect(await offboarded(world)).toMatchObject({ outcome: 'removed', leftovers: [] });
  expect(world.sandbox.state()).toEqual(world.before);
});

test('a run that waits for a person goes on where it is resumed', async () => {
  const world = await given();
  const refusal = world.sandbox.faults.fail('POST /phone-number', { status: 400 });
  await world.patchbay.onboard(world.request({ onFailure: 'pause' }));
  await untilStage(world, 'paused');

  refusal.remove();
  await world.patchbay.resume(world.connection);

  expect(await world.ended()).toMatchObject({ outcome: 'done', leftovers: [] });
});

test('a run that is cancelled half-way puts everything back', async () => {
  const world = await given(2);
  const gate = world.sandbox.faults.hold('PATCH /dids/:id', { times: 1 });
  await world.patchbay.onboard(world.request(all(world)));
  await gate.arrived;

  await world.patchbay.cancel(world.connection);
  gate.release();

  expect(await world.ended()).toMatchObject({ outcome: 'rolled-back', failure: { class: 'cancelled' }, leftovers: [] });
  expect(world.sandbox.state()).toEqual(world.before);
});

test('a number whose onboarding is terminated restores itself', async () => {
  const world = await given();
  const gate = world.sandbox.faults.hold('PATCH /dids/:id', { effect: 'after', times: 1 });
  await world.patchbay.onboard(world.request());
  await gate.arrived;

  await world.client.workflow.getHandle(workflowIds.connection(world.connection)).terminate('an operator did it');
  gate.release();

  const number = world.client.workflow.getHandle(workflowIds.number(world.numbers[0] ?? ''));
  await until(async () => ((await number.describe()).status.name === 'RUNNING' ? undefined : true));
  expect(world.sandbox.didww.didByNumber(world.numbers[0] ?? '')?.voiceInTrunkId).toBeNull();
  expect(world.sandbox.vapi.phoneNumbers.size).toBe(0);
});

test('a check that fails undoes the connection that it was to prove', async () => {
  const world = await given();
  const [number = ''] = world.numbers;
  const gate = world.sandbox.faults.hold('POST /call', { times: 1 });
  await world.patchbay.onboard(
    world.request({ ...PATIENT, verification: { outbound: false, transfer: false, windowSeconds: 2 } }),
  );
  await gate.arrived;
  Object.assign(world.sandbox.didww.didByNumber(number) ?? {}, { voiceInTrunkId: null });
  gate.release();

  const result = await world.ended();
  expect(result).toMatchObject({ outcome: 'rolled-back', failure: { class: 'not-proven' }, leftovers: [] });
  expect(inShort(result)).toEqual(['inbound failed didww']);
  expect(world.sandbox.state()).toEqual(world.before);
});

test('a schedule proves a connection', async () => {
  const world = await given();
  expect((await world.onboard(world.request({ ...PATIENT, ...EVERY_CHECK }))).outcome).toBe('verified');
  await scheduled(world);

  expect(await endOf(await triggered(world))).toMatchObject({ status: 'COMPLETED', result: { outcome: 'verified' } });
});
