import { WorkflowFailedError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { expect, test } from 'vitest';
import { workflowIds } from '../../src/contract/workflowIds.js';
import { progressQuery } from '../../src/contract/messages.js';
import type { Result } from '../../src/contract/result.js';
import { hasTakenInCancel } from '../support/events.js';
import { givenAccounts, runOf, type World } from '../support/world.js';
import { toldProgress, until, untilStage } from '../support/until.js';

test('a step that fails for good waits for a person, who mends the cause and lets it go on', async () => {
  const world = await givenAccounts();
  const fault = world.sandbox.faults.fail('POST /phone-number', { status: 400 });
  await world.patchbay.onboard(world.request({ onFailure: 'pause' }));
  const paused = await untilStage(world, 'paused');
  expect(paused.result).toMatchObject({ outcome: 'paused', failure: { provider: 'vapi', class: 'invalid-request' } });

  fault.remove();
  await world.patchbay.resume(world.connection);

  expect((await world.ended()).outcome).toBe('done');
  expect(world.sandbox.vapi.phoneNumbers.size).toBe(1);
});

test('a paused run that a person gives up is rolled back, and the failure that it waited for stays its reason', async () => {
  const world = await givenAccounts();
  world.sandbox.faults.fail('PATCH /dids/:id', { status: 422, times: 1 });
  await world.patchbay.onboard(world.request({ onFailure: 'pause' }));
  await untilStage(world, 'paused');

  await world.patchbay.cancel(world.connection);

  const result = await world.ended();
  expect(result).toMatchObject({ outcome: 'rolled-back', failure: { provider: 'didww', class: 'invalid-request' } });
  expect(world.sandbox.state()).toEqual(world.before);
});

test('resume is refused where nothing waits', async () => {
  const world = await givenAccounts();
  const gate = world.sandbox.faults.hold('POST /tool');
  await world.patchbay.onboard(world.request());
  await gate.arrived;

  await expect(world.patchbay.resume(world.connection)).rejects.toThrow('No step');

  gate.release();
  expect((await world.ended()).outcome).toBe('done');
});

test('retry runs a failed onboarding again from its own input', async () => {
  const world = await givenAccounts();
  world.sandbox.faults.fail('POST /credential', { status: 400, times: 1 });
  expect((await world.onboard()).outcome).toBe('rolled-back');

  await world.patchbay.retry(world.connection);

  expect((await world.ended()).outcome).toBe('done');
});

test('another system starts the workflow with good input and gets the result', async () => {
  const world = await givenAccounts();
  const result = (await world.client.workflow.execute('onboardConnection', {
    workflowId: workflowIds.connection(world.connection),
    taskQueue: world.taskQueue,
    args: [world.request()],
  })) as Result;

  expect(result.outcome).toBe('done');
});

test('another system starts the workflow with bad input: it fails at once as InvalidRequest and names every problem', async () => {
  const world = await givenAccounts();
  const likePatience = {
    forMs: 1e12,
    undo: true,
    accounts: { didww: {}, vapi: { region: 'us', organisationId: 'x' } },
  };
  const request = { ...world.request(), region: 'mars', numbers: [{ number: '123' }], extra: 1, ...likePatience };
  const asked = world.sandbox.requests();

  const error: unknown = await world.client.workflow
    .execute('onboardConnection', {
      workflowId: workflowIds.connection(world.connection),
      taskQueue: world.taskQueue,
      args: [request],
    })
    .catch((failed: unknown) => failed);

  const cause = error instanceof WorkflowFailedError ? error.cause : undefined;
  expect(cause).toBeInstanceOf(ApplicationFailure);
  expect(cause).toMatchObject({ type: 'InvalidRequest' });
  const [result] = (cause as ApplicationFailure).details as [Result];
  expect(result.failure?.problems?.map(({ path }) => path).sort()).toEqual([
    'accounts',
    'extra',
    'forMs',
    'numbers[0].number',
    'region',
    'undo',
  ]);
  expect(world.sandbox.requests()).toEqual(asked);
  expect(await runOf(world).query(progressQuery)).toMatchObject({ stage: 'closed', result });
});

test('people find a run by connection, stage and outcome', async () => {
  const world = await givenAccounts();
  await world.onboard();

  const { typedSearchAttributes } = await runOf(world).describe();

  expect(typedSearchAttributes.getAll().map(({ key, value }) => `${key.name} ${String(value)}`)).toEqual(
    expect.arrayContaining([`PatchbayConnection ${world.connection}`, 'PatchbayStage closed', 'PatchbayOutcome done']),
  );
});

test('a run that is cancelled while its preflight finds a reason to refuse is cancelled, and nothing is written', async () => {
  const world = await givenAccounts();
  const gate = world.sandbox.faults.hold('GET /balance', { times: 1 });
  await world.patchbay.onboard(world.request({ numbers: [{ number: '+12025550999' }] }));
  await gate.arrived;
  await cancelled(world);
  gate.release();

  expect(await world.ended()).toMatchObject({ outcome: 'rolled-back', failure: { class: 'cancelled' } });
  expect((await runOf(world).describe()).status.name).toBe('CANCELLED');
});

test('a run that is cancelled before a worker has taken it up says how it ended', async () => {
  const world = await givenAccounts({ worker: false });
  await world.patchbay.onboard(world.request());
  await world.patchbay.cancel(world.connection);
  await world.startWorker();

  expect(await world.ended()).toMatchObject({ outcome: 'rolled-back', failure: { class: 'cancelled' } });
  expect((await toldProgress(world)).result.outcome).toBe('rolled-back');
});

test('a resume that comes after the cancellation of a paused run is refused, and what it waited for stays its reason', async () => {
  const world = await givenAccounts();
  const gate = world.sandbox.faults.hold('POST /voice_in_trunks', { times: 1 });
  world.sandbox.faults.fail('POST /tool', { status: 400 });
  await world.patchbay.onboard(world.request({ onFailure: 'pause' }));
  await gate.arrived;
  await untilStage(world, 'paused');
  await cancelled(world);

  await expect(world.patchbay.resume(world.connection)).rejects.toThrow('No step');

  gate.release();
  expect(await world.ended()).toMatchObject({ outcome: 'rolled-back', failure: { class: 'invalid-request' } });
});

test('a resumed run gives the assistant its tool again where somebody took it away before the calls', async () => {
  const world = await givenAccounts();
  const { vapi, assistantId, faults } = world.sandbox;
  const gate = faults.hold('GET /assistant/:id', { after: 2, times: 1 }); // the last look, beside the cut-over
  await world.patchbay.onboard(world.request({ onFailure: 'pause' }));
  await gate.arrived;
  const assistant = vapi.assistants.get(assistantId);
  if (assistant?.model == null) throw new Error('the assistant has no model');
  const toolIds = assistant.model.toolIds ?? [];
  vapi.patchAssistant(assistant, { model: { ...assistant.model, toolIds: toolIds.slice(0, 1) } });
  gate.release();
  await untilStage(world, 'paused');

  await world.patchbay.resume(world.connection);

  expect((await world.ended()).outcome).toBe('done');
  expect(vapi.assistants.get(assistantId)?.model?.toolIds).toEqual(toolIds);
});

/** Cancels the run and waits until it has taken the request in. */
async function cancelled(world: World): Promise<void> {
  await world.patchbay.cancel(world.connection);
  await until(() => hasTakenInCancel(runOf(world)));
}
