import type { WorkflowHandle } from '@temporalio/client';
import { expect, test } from 'vitest';
import { workflowIds } from '../../src/contract/workflowIds.js';
import type { Result } from '../../src/contract/result.js';
import { inputOf } from '../../src/runHistory/runs.js';
import { givenForeignRun } from '../support/foreignRuns.js';
import { endOf, isScheduled, scheduled, triggered } from '../support/schedules.js';
import { givenAccounts, type World } from '../support/world.js';

const VERIFIED = { inbound: true, outbound: true, transfer: true };

/** Whether anybody has sent the run a signal. */
const isSignalled = async (run: WorkflowHandle): Promise<boolean> =>
  ((await run.fetchHistory()).events ?? []).some(
    ({ workflowExecutionSignaledEventAttributes: signal }) => signal !== null && signal !== undefined,
  );

const verification = (result: Result): readonly string[] =>
  result.verification.map(({ check, verdict }) => `${check} ${verdict}`);

test("a number whose id another application's run holds is a conflict that says whose run it is", async () => {
  const world = await givenAccounts();
  const { owner } = await givenForeignRun(world.client, workflowIds.number(world.numbers[0] ?? ''));

  const result = await world.onboard();

  expect(result).toMatchObject({
    outcome: 'rolled-back',
    failure: { class: 'conflict', message: expect.stringContaining(owner) as string },
    leftovers: [],
  });
  expect(world.sandbox.state()).toEqual(world.before);
});

test("an assistant whose id another application's run holds is a conflict, and that run hears nothing", async () => {
  const world = await givenAccounts();
  const { handle, owner } = await givenForeignRun(world.client, workflowIds.assistant(world.sandbox.assistantId));

  const result = await world.onboard();

  expect(result).toMatchObject({
    outcome: 'rolled-back',
    failure: { class: 'conflict', message: expect.stringContaining(owner) as string },
    leftovers: [],
  });
  expect(await isSignalled(handle)).toBe(false);
  expect(world.sandbox.state()).toEqual(world.before);
});

test("an onboarding does not wait for another application's run to make its test calls: they are inconclusive", async () => {
  const world = await givenAccounts();
  const { owner } = await givenForeignRun(world.client, workflowIds.verification(world.connection));

  const result = await world.onboard(world.request({ verification: VERIFIED }));

  expect(result.outcome).toBe('inconclusive');
  expect(verification(result)).toEqual(['inbound inconclusive', 'outbound inconclusive', 'transfer inconclusive']);
  expect(result.verification[0]?.diagnosis).toMatchObject({
    cause: expect.stringContaining(owner) as string,
    action: expect.stringContaining(`patchbay verify ${world.connection}`) as string,
  });
});

test("a scheduled verification fails where another application's run holds its id, and says whose it is", async () => {
  const world = await givenAccounts();
  await world.onboard();
  await scheduled(world);
  const { owner } = await givenForeignRun(world.client, workflowIds.verification(world.connection));

  const { result, status } = await endOf(await triggered(world));

  expect(status).toBe('FAILED');
  expect(result.failure).toMatchObject({ class: 'conflict', message: expect.stringContaining(owner) as string });
  expect(await isScheduled(world)).toBe(true);
});

/** The connection's id was used by another application since. */
async function usedByOthers({ client, connection }: World): Promise<string> {
  const { handle, owner } = await givenForeignRun(client, workflowIds.connection(connection));
  await handle.terminate();
  return owner;
}

test("another application's runs say nothing of what is wanted of a connection", async () => {
  const world = await givenAccounts();
  await world.onboard(world.request({ verification: { ...VERIFIED, transfer: false } }));
  await usedByOthers(world);

  const run = await world.patchbay.verify(world.connection);

  expect(await inputOf(world.client, run)).toMatchObject({ numbers: [{ number: world.numbers[0] }] });
});

test('retry repeats nothing where another application has used the id since: which run is newest is not certain', async () => {
  const world = await givenAccounts();
  world.sandbox.faults.fail('POST /credential', { status: 400, times: 1 });
  await world.onboard();
  const owner = await usedByOthers(world);

  await expect(world.patchbay.retry(world.connection)).rejects.toMatchObject({
    name: 'NothingToActOnError',
    message: expect.stringContaining(owner) as string,
    action: expect.stringContaining('patchbay onboard FILE') as string,
  });
});
