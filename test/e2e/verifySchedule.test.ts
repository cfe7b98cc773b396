import { describe, expect, test } from 'vitest';
import { workflowIds } from '../../src/contract/workflowIds.js';
import { type Wanted, wantedOf } from '../../src/runHistory/requestOfRun.js';
import { otherAccounts } from '../support/otherAccounts.js';
import { givenForeignRun } from '../support/foreignRuns.js';
import { forgetRuns } from '../support/forgetting.js';
import { historiesOf } from '../support/histories.js';
import { endOf, isScheduled, scheduled, scheduleIn, triggered } from '../support/schedules.js';
import { until } from '../support/until.js';
import { givenAccounts, runOf, type World } from '../support/world.js';
import { calls, inShort, NO_CALLS, started } from './verifying.js';

const PATIENCE = { step: '20s', rollback: '20s', firstRetry: '50ms' };
/** How a call ends that was told to: while it rings, or while it talks. */
const HUNG_UP: unknown = expect.stringMatching(/^(manually-canceled|assistant-ended-call)$/);

/** Keys that a worker may come to have, of which some are of others. */
const FOREIGN_KEYS = [
  {
    whose: 'another Vapi organisation',
    of: ({ providers, sandbox }: World) => ({ ...providers, vapi: vapiEu(sandbox) }),
  },
  { whose: 'two other accounts', of: async () => otherAccounts() },
] as const;

const vapiEu = ({ vapiEuUrl: apiUrl, vapiEuApiKey: apiKey }: World['sandbox']) => ({ apiUrl, apiKey });

/** A connection of the first number that is set up and proven, so that its runs ask for every check. */
async function givenProven(numbers = 1): Promise<World> {
  const world = await givenAccounts({ numbers });
  await extended(world, world.numbers[0] ?? '');
  await untilKnown(world, ({ state }) => state === 'known');
  return world;
}

/** One more number, proven. */
async function extended(world: World, number: string, verification = {}): Promise<void> {
  const result = await world.onboard(world.request({ numbers: [{ number }], verification, patience: PATIENCE }));
  expect(result.outcome).toBe('verified');
}

/** A schedule of what Temporal has never heard of. */
async function givenUnknown(): Promise<World> {
  const world = await givenAccounts();
  await scheduled(world, { region: 'us' });
  return world;
}

/** A schedule that no run of it has ended yet. */
async function givenTakenAway(): Promise<World> {
  const world = await givenAccounts();
  await extended(world, world.numbers[0] ?? '');
  await scheduled(world, { region: 'us' });
  await world.patchbay.offboard(world.connection);
  expect((await world.ended()).outcome).toBe('removed');
  await untilKnown(world, ({ state }) => state === 'removed');
  return world;
}

/** Temporal's lists follow its runs a little later. */
const untilKnown = (world: World, isSo: (wanted: Wanted) => boolean): Promise<true> =>
  until(async () => isSo(await wantedOf(world.client, world.connection)) || undefined);

const statusOfVerification = async (world: World): Promise<string> =>
  (await world.client.workflow.getHandle(workflowIds.verification(world.connection)).describe()).status.name;

describe('a scheduled verification', () => {
  test('proves both directions of the numbers and leaves the transfer out', async () => {
    const world = await givenProven();
    await scheduled(world);

    const { result, status } = await endOf(await triggered(world));

    expect(status).toBe('COMPLETED');
    expect(inShort(result)).toEqual(['inbound proven', 'outbound proven']);
    expect(result).toMatchObject({ outcome: 'verified', warnings: [] });
  });

  test('tests the transfer where the schedule was changed to', async () => {
    const world = await givenProven();
    await scheduled(world);
    await scheduled(world, { transfer: true });
    await until(async () => (await world.patchbay.verification(world.connection)).schedule?.transfer || undefined);

    const { result } = await endOf(await triggered(world));

    expect(inShort(result)).toEqual(['inbound proven', 'outbound proven', 'transfer proven']);
  });

  test('calls no telephone to prove the way out, as an onboarding was told to: the numbers call each other', async () => {
    const phone = '+493012345678';
    const world = await givenAccounts();
    await extended(world, world.numbers[0] ?? '', { outbound: { destination: phone } });
    await untilKnown(world, ({ state }) => state === 'known');
    const called = (): (string | undefined)[] => calls(world).map(({ customer }) => customer.number);
    expect(called()).toContain(phone);
    const before = called().length;
    await scheduled(world);

    const { result } = await endOf(await triggered(world));

    expect(inShort(result)).toEqual(['inbound proven', 'outbound proven']);
    expect(called().slice(before)).toEqual([world.numbers[0]]);
  });

  test('follows an extension that came after the schedule', async () => {
    const world = await givenProven(2);
    const [first = '', second = ''] = world.numbers;
    await scheduled(world);
    await extended(world, second);
    await untilKnown(world, (wanted) => wanted.state === 'known' && wanted.input.numbers.length === 2);

    const { result } = await endOf(await triggered(world));

    expect(new Set(result.verification.map(({ number }) => number))).toEqual(new Set([first, second]));
    expect(result.outcome).toBe('verified');
  });

  test('takes what stands today where Temporal knows no onboarding, and says so', async () => {
    const world = await givenProven();
    const [known] = world.numbers;
    await scheduled(world);
    await forgetRuns(world);

    const { result } = await endOf(await triggered(world));

    expect(inShort(result)).toEqual(['inbound proven', 'outbound proven']);
    expect(result.verification[0]?.number).toBe(known);
    expect(result.warnings.join()).toContain('what exists today was taken as the desired state');
  });

  test('is skipped where another verification is under way', async () => {
    const world = await givenProven();
    await scheduled(world);
    const gate = world.sandbox.faults.hold('POST /call');
    const other = await started(world);
    await gate.arrived;

    const { result, status } = await endOf(await triggered(world));
    gate.release();
    await other.result();

    expect(status).toBe('COMPLETED');
    expect(result).toMatchObject({ outcome: 'done', verification: [] });
    expect(result.warnings.join()).toContain('under way');
  });

  test('that finds a check failed shows as failed, itself and the verification that it started', async () => {
    const world = await givenProven();
    await scheduled(world);
    for (const id of [...world.sandbox.vapi.phoneNumbers.keys()]) world.sandbox.vapi.phoneNumbers.delete(id);

    const { result, status } = await endOf(await triggered(world));

    expect(status).toBe('FAILED');
    expect(await statusOfVerification(world)).toBe('FAILED');
    expect(result.outcome).toBe('rolled-back');
    expect(result.failure?.class).toBe('not-proven');
    expect(await isScheduled(world)).toBe(true);
  });

  test('is stopped by patchbay cancel like any verification, and the next one comes as planned', async () => {
    const world = await givenProven();
    await scheduled(world);
    const gate = world.sandbox.faults.hold('POST /call');
    const run = await triggered(world);
    await gate.arrived;
    await world.patchbay.cancel(world.connection);
    await until(async () => (await isCancelRequested(world)) || undefined);
    gate.release();

    const { result, status } = await endOf(run);

    expect(await statusOfVerification(world)).toBe('CANCELLED');
    expect(status).toBe('COMPLETED');
    expect(result.warnings.join()).toContain('cancelled');
    expect(await isScheduled(world)).toBe(true);
  });

  test('that is cancelled itself hangs up its call, though Vapi answers 404 for it at first', async () => {
    const world = await givenProven();
    await scheduled(world);
    world.sandbox.network.phaseMs = 2_000; // it would talk for long
    world.sandbox.vapi.switches.callVisibleAfterMs = 1_000;
    const gate = world.sandbox.faults.hold('POST /call');
    const run = await triggered(world);
    await gate.arrived;
    await run.cancel();
    await until(async () => (await isCancelRequested(world)) || undefined);
    gate.release();

    await run.result().catch(() => undefined);

    expect((await run.describe()).status.name).toBe('CANCELLED');
    expect(await statusOfVerification(world)).toBe('CANCELLED');
    expect(calls(world).at(-1)).toMatchObject({ status: 'ended', endedReason: HUNG_UP });
    expect(calls(world).every(({ status }) => status === 'ended')).toBe(true);
  });

  test('that is cancelled while the last request of its verification is under way does not end as a success', async () => {
    const world = await givenAccounts({ numbers: 2 });
    const [first = '', second = ''] = world.numbers;
    const ofNoCalls = (number: string) =>
      world.request({ numbers: [{ number }], verification: NO_CALLS, patience: PATIENCE });
    await world.onboard(ofNoCalls(first));
    await forgetRuns(world); // what stands is then read, and nothing after it
    await world.onboard(ofNoCalls(second));
    await scheduled(world);
    const gate = world.sandbox.faults.hold('GET /phone-number', { times: 1 });
    const run = await triggered(world);
    await gate.arrived;
    await run.cancel();
    await until(async () => (await isCancelRequested(world)) || undefined);
    gate.release();

    await run.result().catch(() => undefined);

    expect((await run.describe()).status.name).toBe('CANCELLED');
  });

  test('is replayed with all other runs by the rig', async () => {
    const world = await givenProven();
    await scheduled(world);
    await endOf(await triggered(world));

    const histories = await historiesOf(world.client, world.taskQueue);

    expect(histories.filter(({ workflowId }) => workflowId.startsWith('scheduled-verification/'))).toHaveLength(1);
  });
});

describe('the schedule of a connection', () => {
  test('that was taken away ends with the next run, which says so', async () => {
    const world = await givenProven();
    await scheduled(world);
    await world.patchbay.offboard(world.connection);
    expect((await world.ended()).outcome).toBe('removed');
    await untilKnown(world, ({ state }) => state === 'removed');

    const { result, status } = await endOf(await triggered(world));

    expect(status).toBe('COMPLETED');
    expect(result.outcome).toBe('done');
    expect(result.warnings.join()).toContain('no longer verified on a schedule');
    expect(await isScheduled(world)).toBe(false);
  });

  test('that was taken away as far as lists alone tell stays, and its run says how to end it', async () => {
    const world = await givenTakenAway();
    const { handle } = await givenForeignRun(world.client, workflowIds.connection(world.connection));
    await handle.terminate();

    const { result } = await endOf(await triggered(world));

    expect(result.warnings.join()).toContain(`patchbay verify ${world.connection} --stop`);
    expect(await isScheduled(world)).toBe(true);
  });

  test('that an offboarding was to take away, and that was terminated before it did anything, goes on', async () => {
    const world = await givenProven();
    await world.stopWorker();
    await world.patchbay.offboard(world.connection);
    await runOf(world).terminate('by a person');
    await world.startWorker();

    expect(await wantedOf(world.client, world.connection)).toMatchObject({ state: 'known' });
  });

  test('that an offboarding was taking away when it was terminated is told as taken away in part', async () => {
    const world = await givenProven();
    const gate = world.sandbox.faults.hold('DELETE /phone-number/:id', { times: 1 });
    await world.patchbay.offboard(world.connection);
    await gate.arrived;
    await runOf(world).terminate('by a person');
    gate.release();

    expect(await wantedOf(world.client, world.connection)).toEqual({ state: 'removed-in-part' });
  });

  test.each(FOREIGN_KEYS)('that a worker with the keys of $whose was to take away goes on', async ({ of }) => {
    const world = await givenProven();
    await scheduled(world);
    await world.stopWorker();
    await world.startWorker(undefined, await of(world));
    await world.patchbay.offboard(world.connection);
    expect(await world.ended()).toMatchObject({ outcome: 'refused', failure: { class: 'authentication' } });
    await world.stopWorker();
    await world.startWorker();

    const { result } = await endOf(await triggered(world));

    expect(inShort(result)).toEqual(['inbound proven', 'outbound proven']);
    expect(await isScheduled(world)).toBe(true);
  });

  test.each(FOREIGN_KEYS)(
    'that a worker with the keys of $whose runs calls nobody, fails as authentication, and stays',
    async ({ of }) => {
      const world = await givenProven();
      await scheduled(world);
      const before = calls(world).length;
      await world.stopWorker();
      await world.startWorker(undefined, await of(world));

      const { result, status } = await endOf(await triggered(world));

      expect(status).toBe('FAILED');
      expect(result).toMatchObject({ outcome: 'refused', verification: [], failure: { class: 'authentication' } });
      expect(calls(world)).toHaveLength(before);
      expect(await isScheduled(world)).toBe(true);
    },
  );

  test('of which nothing stands any more is kept: the run fails, and so does every other until a person looks', async () => {
    const world = await givenAccounts();
    await scheduled(world, { region: 'us' });

    const { result, status } = await endOf(await triggered(world));

    expect(status).toBe('FAILED');
    expect(result).toMatchObject({ outcome: 'refused', failure: { class: 'not-found' }, warnings: [] });
    expect(await isScheduled(world)).toBe(true);
  });

  test.each([
    { when: 'for the first time', given: givenUnknown },
    { when: 'again after it was taken away', given: givenTakenAway },
  ])('that is being set up $when is kept, and its run tests nothing', async ({ given }) => {
    const world = await given();
    const gate = world.sandbox.faults.hold('POST /phone-number');
    await world.patchbay.onboard(world.request({ verification: NO_CALLS, patience: PATIENCE }));
    await gate.arrived;
    await untilKnown(world, ({ state }) => state === 'being-set-up');

    const { result, status } = await endOf(await triggered(world));
    gate.release();
    await world.ended();

    expect(status).toBe('COMPLETED');
    expect(result).toMatchObject({ outcome: 'done', verification: [] });
    expect(result.warnings.join()).toContain('is being set up');
    expect(await isScheduled(world)).toBe(true);
  });

  test('keeps the time of day, skips what overlaps, makes nothing up, and can be found by the connection', async () => {
    const world = await givenProven();
    const { nextRun } = await scheduled(world);

    const { spec, policies, action } = await scheduleIn(world).describe();

    const [interval] = spec.intervals ?? [];
    const next = Date.parse(nextRun ?? '');
    expect(interval).toMatchObject({ every: 86_400_000, offset: next % 86_400_000 });
    expect(spec.startAt?.getTime()).toBeGreaterThan(next - 86_400_000);
    expect(policies).toMatchObject({ overlap: 'SKIP', catchupWindow: 60_000 });
    expect(JSON.stringify(action.typedSearchAttributes)).toContain(world.connection);
  });

  test('that somebody paused stays paused when it is changed', async () => {
    const world = await givenProven();
    await scheduled(world);
    await scheduleIn(world).pause('a maintenance');
    await until(async () => (await scheduleIn(world).describe()).state.paused || undefined);

    expect((await scheduled(world, { transfer: true })).isPaused).toBe(true);

    const changed = await until(async () => {
      const { schedule } = await world.patchbay.verification(world.connection);
      return schedule?.transfer === true ? schedule : undefined;
    });
    expect(changed.isPaused).toBe(true);
  });
});

const isCancelRequested = async (world: World): Promise<boolean> => {
  const handle = world.client.workflow.getHandle(workflowIds.verification(world.connection));
  const { events } = await handle.fetchHistory();
  return (events ?? []).some(({ workflowExecutionCancelRequestedEventAttributes: asked }) => asked);
};
