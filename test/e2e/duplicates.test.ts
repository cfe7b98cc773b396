import { describe, expect, test } from 'vitest';
import type { Result } from '../../src/contract/result.js';
import { forgetRuns } from '../support/forgetting.js';
import { givenAccounts, type World } from '../support/world.js';

/** A connection that carries the first number, and one more number to come. */
async function givenConnection(): Promise<World> {
  const world = await givenAccounts({ numbers: 2 });
  expect((await world.onboard()).outcome).toBe('done');
  return world;
}

const DUPLICATED = [
  { what: 'the transfer tool', kind: 'tools' },
  { what: 'the inbound credential', kind: 'credentials', name: 'in' },
  { what: 'the outbound credential', kind: 'credentials', name: 'out' },
] as const;

type Duplicated = (typeof DUPLICATED)[number];

const TOOL = DUPLICATED[0];

/** The connection's own, where nothing of that mark was duplicated yet. */
function originalOf({ sandbox, connection, before }: World, duplicated: Duplicated): string {
  const { vapi } = sandbox;
  const found =
    duplicated.kind === 'tools'
      ? [...vapi.tools.keys()].find((id) => !JSON.stringify(before.vapi.tools).includes(id))
      : [...vapi.credentials.values()].find(({ name }) => name === `patchbay ${connection} ${duplicated.name}`)?.id;
  if (found === undefined) throw new Error(`${duplicated.what} is not there`);
  return found;
}

/** Somebody duplicates it. The duplicate's id. */
const duplicate = (world: World, duplicated: Duplicated): string =>
  world.sandbox.duplicate({ server: 'vapi', kind: duplicated.kind, id: originalOf(world, duplicated) });

async function offboarded(world: World, region?: 'us'): Promise<Result> {
  await world.patchbay.offboard(world.connection, region);
  return world.ended();
}

/** What stood before, with these duplicates. */
function expectOnly(world: World, ...duplicates: readonly string[]): void {
  const { vapi } = world.sandbox;
  for (const id of duplicates) expect([...vapi.tools.keys(), ...vapi.credentials.keys()]).toContain(id);
  for (const id of duplicates) vapi.tools.delete(id);
  for (const id of duplicates) vapi.credentials.delete(id);
  expect(world.sandbox.state()).toEqual(world.before);
}

/** The object is duplicated while its run is at work, which is rolled back then. */
async function expectSpared(world: World, duplicated: Duplicated): Promise<void> {
  const { faults } = world.sandbox;
  faults.fail('PATCH /dids/:id', { status: 422, times: 1 });
  const gate = faults.hold('POST /phone-number', { times: 1 });
  await world.patchbay.onboard(world.request());
  await gate.arrived;
  const id = duplicate(world, duplicated);
  gate.release();

  const result = await world.ended();

  expect(result).toMatchObject({ outcome: 'rolled-back', leftovers: [] });
  expect(result.warnings.join('\n')).toContain(id);
  expectOnly(world, id);
}

describe('a duplicate that somebody made at Vapi is told and left alone', () => {
  test.each(DUPLICATED)('$what: by an offboarding, and by one after it', async (duplicated) => {
    const world = await givenConnection();
    const id = duplicate(world, duplicated);

    const [first, second] = [await offboarded(world), await offboarded(world)];

    for (const result of [first, second]) {
      expect(result).toMatchObject({ outcome: 'removed', leftovers: [] });
      expect(result.warnings.join('\n')).toContain(id);
    }
    expectOnly(world, id);
  });

  test('by an offboarding that goes on where another one left something else', async () => {
    const world = await givenConnection();
    const id = duplicate(world, TOOL);
    const stuck = world.sandbox.faults.fail('DELETE /voice_out_trunks/:id', { status: 400 });
    expect((await offboarded(world)).outcome).toBe('leftovers');
    stuck.remove();

    expect(await offboarded(world)).toMatchObject({ outcome: 'removed', leftovers: [] });

    expectOnly(world, id);
  });

  test('by a new onboarding, which makes a tool of its own, and by its rollback', async () => {
    const world = await givenConnection();
    const id = duplicate(world, TOOL);
    const standing = structuredClone(world.sandbox.vapi.tools.get(id));
    await offboarded(world);

    const result = await world.onboard();

    expect(result.objects.filter(({ kind }) => kind === 'transfer-tool')).toMatchObject([{ created: true }]);
    expect(result.objects.map((object) => object.id)).not.toContain(id);
    await offboarded(world);
    world.sandbox.faults.fail('PATCH /dids/:id', { status: 422, times: 1 });
    expect(await world.onboard()).toMatchObject({ outcome: 'rolled-back', leftovers: [] });
    expect(world.sandbox.vapi.tools.get(id)).toEqual(standing);
    expectOnly(world, id);
  });

  test.each(DUPLICATED)('$what: by the rollback of the run that made the original', async (duplicated) => {
    await expectSpared(await givenAccounts(), duplicated);
  });

  test('by a rollback that has to look for the tool by its mark', async () => {
    const world = await givenAccounts();
    world.sandbox.faults.loseAnswer('POST /tool', { times: 1 });

    await expectSpared(world, TOOL);
  });

  test('by a retry that finds the leftover of the run before it, and by its rollback', async () => {
    const world = await givenAccounts();
    const { faults } = world.sandbox;
    faults.fail('PATCH /dids/:id', { status: 422, times: 1 });
    const stuck = ['DELETE /tool/:id', 'DELETE /credential/:id'].map((undo) => faults.fail(undo, { status: 400 }));
    expect((await world.onboard()).outcome).toBe('leftovers');
    for (const fault of stuck) fault.remove();
    const ids = DUPLICATED.map((duplicated) => duplicate(world, duplicated));
    faults.fail('PATCH /dids/:id', { status: 422, times: 1 });

    const result = await world.onboard();

    expect(result).toMatchObject({ outcome: 'rolled-back', leftovers: [] });
    for (const id of ids) expect(result.warnings.join('\n')).toContain(id);
    expectOnly(world, ...ids);
  });

  test('where Temporal knows no run of the connection any more: what its numbers use tells the original', async () => {
    const world = await givenConnection();
    const ids = [duplicate(world, TOOL), duplicate(world, DUPLICATED[1])];
    await forgetRuns(world);

    const result = await offboarded(world, 'us');

    expect(result).toMatchObject({ outcome: 'removed', leftovers: [] });
    for (const id of ids) expect(result.warnings.join('\n')).toContain(id);
    expectOnly(world, ...ids);
  });
});

test("a duplicate of the tool that only somebody else's assistant lists stays on it", async () => {
  const world = await givenConnection();
  const { vapi } = world.sandbox;
  const id = duplicate(world, TOOL);
  const model = { provider: 'openai', model: 'gpt-4o', toolIds: [id] };
  const other = vapi.addAssistant({ name: 'Night desk', model });

  expect(await offboarded(world)).toMatchObject({ outcome: 'removed', leftovers: [] });

  expect(vapi.assistants.get(other.id)?.model).toEqual(model);
  vapi.assistants.delete(other.id);
  expectOnly(world, id);
});

test('an extension keeps to the originals, tells the duplicates, and its rollback leaves all of them', async () => {
  const world = await givenConnection();
  const originals = DUPLICATED.map((duplicated) => originalOf(world, duplicated));
  const duplicates = DUPLICATED.map((duplicated) => duplicate(world, duplicated));
  const standing = world.sandbox.state();
  const request = world.request({ numbers: [{ number: world.numbers[1] ?? '' }] });
  world.sandbox.faults.fail('PATCH /dids/:id', { status: 422, times: 1 });
  expect(await world.onboard(request)).toMatchObject({ outcome: 'rolled-back', leftovers: [] });
  expect(world.sandbox.state()).toEqual(standing);

  const result = await world.onboard(request);

  const used = result.objects.map(({ id }) => id);
  expect(result.outcome).toBe('done');
  for (const id of originals) expect(used).toContain(id);
  for (const id of duplicates) expect(used).not.toContain(id);
  for (const id of duplicates) expect(result.warnings.join('\n')).toContain(id);
});

test('a duplicate that leads elsewhere keeps no transfer from being tested', async () => {
  const world = await givenConnection();
  const { vapi } = world.sandbox;
  const tool = vapi.tools.get(duplicate(world, TOOL));
  if (tool === undefined) throw new Error('the duplicate is not there');
  const destinations = tool.destinations?.map((one) => ({ ...one, sipUri: 'sip:+12025550199@fra.eu.out.didww.com' }));
  vapi.tools.set(tool.id, { ...tool, destinations });
  const [number = ''] = world.numbers;

  const started = await world.client.workflow.start('verifyConnection', {
    workflowId: `verification/${world.connection}`,
    taskQueue: world.taskQueue,
    args: [
      {
        connection: world.connection,
        region: 'us',
        numbers: [{ number, assistantId: world.sandbox.assistantId }],
        transfer: { destination: '+12025550100', toolName: 'transfer_call_tool' },
        verification: { inbound: true, outbound: false, transfer: true, windowSeconds: 2 },
      },
    ],
  });

  const { verification } = (await started.result()) as Result;
  expect(verification.find(({ check }) => check === 'transfer')).toMatchObject({ verdict: 'proven' });
});
