import { describe, expect, test } from 'vitest';
import { workflowIds } from '../../src/contract/workflowIds.js';
import { eventsOf, hasTakenInCancel, storyOf } from '../support/events.js';
import { toldProgress, until } from '../support/until.js';
import { givenAccounts, runOf, type World } from '../support/world.js';

/** All branches come to rest before undo begins: what a request does is known only when it has ended. */
describe('nothing is undone while a request is under way', () => {
  test('that was asked for before a person cancelled', async () => {
    const world = await givenAccounts();
    const gate = world.sandbox.faults.hold('POST /voice_in_trunks', { times: 1 });
    await world.patchbay.onboard(world.request());
    await gate.arrived;

    await world.patchbay.cancel(world.connection);
    await until(() => hasTakenInCancel(runOf(world)));
    gate.release();

    expect(await world.ended()).toMatchObject({ outcome: 'rolled-back', leftovers: [] });
    await expectEndedBeforeUndo(world, 'ensureInboundTrunk');
    expect(world.sandbox.state()).toEqual(world.before);
  });

  test('beside a step that fails for good; what it makes is taken away after all', async () => {
    const world = await givenAccounts();
    const gate = world.sandbox.faults.hold('POST /voice_in_trunks', { times: 1 });
    const refusal = world.sandbox.faults.fail('POST /credential', { status: 400 });
    await world.patchbay.onboard(world.request());
    await gate.arrived;

    await until(() => (refusal.hits() > 0 ? true : undefined));
    await until(() => hasFailedStep(world));
    gate.release();

    expect(await world.ended()).toMatchObject({ outcome: 'rolled-back', failure: { provider: 'vapi' }, leftovers: [] });
    await expectEndedBeforeUndo(world, 'ensureInboundTrunk');
    expect(world.sandbox.state()).toEqual(world.before);
  });
});

describe('a cancellation that comes while the last request before success is under way', () => {
  test.each([
    { request: 'the cut-over', match: 'PATCH /dids/:id', after: 0 },
    // Preflight and the edit have read it before.
    { request: 'the last look at the assistant', match: 'GET /assistant/:id', after: 2 },
  ])('($request) is not lost, and everything is put back', async ({ match, after }) => {
    const world = await givenAccounts();
    const gate = world.sandbox.faults.hold(match, { after, times: 1, effect: 'after' });
    await world.patchbay.onboard(world.request());
    await gate.arrived;
    await until(() => allElseIsDone(world));

    await world.patchbay.cancel(world.connection);
    await until(() => hasTakenInCancel(runOf(world)));
    gate.release();

    expect(await world.ended()).toMatchObject({ outcome: 'rolled-back', leftovers: [] });
    expect((await runOf(world).describe()).status.name).toBe('CANCELLED');
    expect(world.sandbox.state()).toEqual(world.before);
  });
});

test.each(['POST /voice_out_trunks', 'POST /voice_in_trunks', 'POST /tool', 'PATCH /dids/:id'])(
  'what %s did although it was answered with a refusal is found by its mark and taken away',
  async (write) => {
    const world = await givenAccounts();
    world.sandbox.faults.fail(write, { status: 400, times: 1, effect: 'after' });

    const result = await world.onboard();

    expect(result).toMatchObject({ outcome: 'rolled-back', leftovers: [], failure: { class: 'invalid-request' } });
    expect(world.sandbox.state()).toEqual(world.before);
  },
);

test('a number whose run an operator terminates, so that it cannot restore itself, is put back by its onboarding', async () => {
  const world = await givenAccounts();
  const gate = world.sandbox.faults.hold('PATCH /dids/:id', { effect: 'after', times: 1 });
  await world.patchbay.onboard(world.request());
  await gate.arrived;

  const [number = ''] = world.numbers;
  await world.client.workflow.getHandle(workflowIds.number(number)).terminate('an operator did it');
  gate.release();

  expect(await world.ended()).toMatchObject({ outcome: 'rolled-back', leftovers: [], failure: { class: 'cancelled' } });
  expect(world.sandbox.state()).toEqual(world.before);
});

/** The first undo was begun after this activity had ended well. */
async function expectEndedBeforeUndo(world: World, activity: string): Promise<void> {
  const story = storyOf(await eventsOf(runOf(world)));
  const ended = story.indexOf(`${activity} completed`);
  expect(ended).toBeGreaterThanOrEqual(0);
  expect(story.findIndex((line) => line.startsWith('remove'))).toBeGreaterThan(ended);
}

async function hasFailedStep(world: World): Promise<true | undefined> {
  const { steps } = await toldProgress(world);
  return steps.some(({ state }) => state === 'failed') ? true : undefined;
}

/** One step is left to end; all others are done. */
async function allElseIsDone(world: World): Promise<true | undefined> {
  const { stage, steps } = await toldProgress(world);
  const open = steps.filter(({ state }) => state === 'running' || state === 'waiting');
  return stage === 'cut-over' && open.length === 1 ? true : undefined;
}
