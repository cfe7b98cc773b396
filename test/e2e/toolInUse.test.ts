import { describe, expect, test } from 'vitest';
import type { Result } from '../../src/contract/result.js';
import { forgetRuns } from '../support/forgetting.js';
import { givenAccounts, type World } from '../support/world.js';

const ELSEWHERE = { destination: '+12025550111' };

/** Accounts in which a run has left its transfer tool, which no assistant lists. The tool's id. */
async function givenLeftover(numbers = 1): Promise<{ readonly world: World; readonly toolId: string }> {
  const world = await givenAccounts({ numbers });
  const { faults, vapi } = world.sandbox;
  faults.fail('PATCH /dids/:id', { status: 422, times: 1 });
  const stuck = faults.fail('DELETE /tool/:id', { status: 400 });
  const { outcome, leftovers } = await world.onboard();
  stuck.remove();
  const [toolId = ''] = leftovers.map(({ id }) => id);
  expect({ outcome, left: vapi.tools.has(toolId) }).toEqual({ outcome: 'leftovers', left: true });
  return { world, toolId };
}

/** Somebody has an assistant of theirs list the tool. The assistant's id. */
function listedBySomebody({ sandbox }: World, toolId: string): string {
  const model = { provider: 'openai', model: 'gpt-4o', toolIds: [toolId] };
  return sandbox.vapi.addAssistant({ name: 'Night desk', model }).id;
}

/** Somebody lists the tool on the assistant of the request. */
function listedByOurs({ sandbox: { vapi, assistantId } }: World, toolId: string): void {
  const assistant = vapi.assistants.get(assistantId);
  if (assistant?.model == null) throw new Error('the assistant is not there');
  const toolIds = [...(assistant.model.toolIds ?? []), toolId];
  vapi.patchAssistant(assistant, { model: { ...assistant.model, toolIds } });
}

const withoutTransfer = (world: World) => {
  const { transfer: _none, ...request } = world.request();
  return { ...request, sip: { callerIds: 'any' as const } };
};

const failingOnce = ({ sandbox }: World): void => {
  sandbox.faults.fail('PATCH /dids/:id', { status: 422, times: 1 });
};

async function offboarded(world: World): Promise<Result> {
  await world.patchbay.offboard(world.connection);
  return world.ended();
}

const told = ({ warnings }: Result): string => warnings.join('\n');

/** Both as they stand, to be compared. */
const toolAndAssistant = ({ sandbox: { vapi } }: World, toolId: string, assistantId: string) =>
  structuredClone({ tool: vapi.tools.get(toolId), assistant: vapi.assistants.get(assistantId) });

const REQUESTS = [
  { wanted: 'no transfer', request: withoutTransfer },
  { wanted: 'the same transfer', request: (world: World) => world.request() },
  { wanted: 'a transfer elsewhere', request: (world: World) => world.request({ transfer: ELSEWHERE }) },
] as const;

describe("an earlier run's tool that somebody's assistant has come to list stays as it is, and is told", () => {
  test.each(REQUESTS)('where $wanted is wanted', async ({ request }) => {
    const { world, toolId } = await givenLeftover();
    const assistantId = listedBySomebody(world, toolId);
    const before = toolAndAssistant(world, toolId, assistantId);

    const result = await world.onboard(request(world));

    expect(result.outcome).toBe('done');
    expect(toolAndAssistant(world, toolId, assistantId)).toEqual(before);
    expect(told(result)).toContain(toolId);
    expect(told(result)).toContain(assistantId);
    expect(result.objects.map(({ id }) => id)).not.toContain(toolId);
  });

  test.each(REQUESTS)('where $wanted is wanted, and the run is rolled back', async ({ request }) => {
    const { world, toolId } = await givenLeftover();
    listedBySomebody(world, toolId);
    const standing = world.sandbox.state();
    failingOnce(world);

    const result = await world.onboard(request(world));

    expect(result).toMatchObject({ outcome: 'rolled-back', leftovers: [] });
    expect(world.sandbox.state()).toEqual(standing);
  });

  test('where the answer that made another tool was lost, and the run is rolled back', async () => {
    const { world, toolId } = await givenLeftover();
    listedBySomebody(world, toolId);
    const standing = world.sandbox.state();
    world.sandbox.faults.loseAnswer('POST /tool', { times: 1 });
    failingOnce(world);

    expect(await world.onboard()).toMatchObject({ outcome: 'rolled-back', leftovers: [] });

    expect(world.sandbox.state()).toEqual(standing);
  });

  test('by extensions of the connection that was made beside it, and when that is taken away', async () => {
    const { world, toolId } = await givenLeftover(3);
    const assistantId = listedBySomebody(world, toolId);
    const before = toolAndAssistant(world, toolId, assistantId);
    const { vapi } = world.sandbox;
    const own = await world.onboard(world.request({ transfer: ELSEWHERE }));
    const [ours = ''] = own.objects.flatMap(({ kind, id }) => (kind === 'transfer-tool' ? [id] : []));
    const sales = vapi.addAssistant({ name: 'Sales', model: { provider: 'openai', model: 'gpt-4o', toolIds: [] } });

    const numbers = [{ number: world.numbers[1] ?? '' }];
    const extended = await world.onboard(world.request({ transfer: ELSEWHERE, numbers, assistantId: sales.id }));

    expect(extended.outcome).toBe('done');
    expect(vapi.assistants.get(sales.id)?.model?.toolIds).toEqual([ours]);
    expect(toolAndAssistant(world, toolId, assistantId)).toEqual(before);
    const removed = await offboarded(world);
    expect(removed).toMatchObject({ outcome: 'removed', leftovers: [] });
    expect(told(removed)).toContain(toolId);
    expect(vapi.tools.has(ours)).toBe(false);
    expect(toolAndAssistant(world, toolId, assistantId)).toEqual(before);
  });

  test('and is no transfer of the connection without one that was made beside it', async () => {
    const { world, toolId } = await givenLeftover(2);
    listedBySomebody(world, toolId);
    expect((await world.onboard(withoutTransfer(world))).outcome).toBe('done');
    const numbers = [{ number: world.numbers[1] ?? '' }];

    expect((await world.onboard({ ...withoutTransfer(world), numbers })).outcome).toBe('done');

    const both = await world.onboard(world.request({ numbers, sip: { callerIds: 'any' } }));
    expect(both).toMatchObject({ outcome: 'refused' });
    expect(both.failure?.message).toMatch(/transfer of the connection \S+ is none/);
  });

  test("and keeps the connection's own transfer from being tested no more than a duplicate does", async () => {
    const { world, toolId } = await givenLeftover();
    listedBySomebody(world, toolId);
    const verification = { inbound: true, outbound: false, transfer: true, windowSeconds: 2 };

    const result = await world.onboard(world.request({ transfer: ELSEWHERE, verification }));

    expect(result.verification.find(({ check }) => check === 'transfer')).toMatchObject({ verdict: 'proven' });
  });

  test('where somebody lists it while the run is at work', async () => {
    const { world, toolId } = await givenLeftover();
    const gate = world.sandbox.faults.hold('GET /tool', { times: 1, after: 1 });
    await world.patchbay.onboard(world.request({ transfer: ELSEWHERE }));
    await gate.arrived;
    const assistantId = listedBySomebody(world, toolId);
    const before = toolAndAssistant(world, toolId, assistantId);
    gate.release();

    expect((await world.ended()).outcome).toBe('done');

    expect(toolAndAssistant(world, toolId, assistantId)).toEqual(before);
  });

  test('where somebody lists it while a run that wants no transfer removes it', async () => {
    const { world, toolId } = await givenLeftover();
    const gate = world.sandbox.faults.hold('DELETE /tool/:id', { times: 1 });
    const list = world.sandbox.faults.hold('GET /assistant', { times: 1, after: 1 });
    await world.patchbay.onboard(withoutTransfer(world));
    await list.arrived;
    const assistantId = listedBySomebody(world, toolId);
    const before = toolAndAssistant(world, toolId, assistantId);
    list.release();
    gate.release();

    const result = await world.ended();

    expect(result.outcome).toBe('done');
    expect(toolAndAssistant(world, toolId, assistantId)).toEqual(before);
    expect(told(result)).toContain(assistantId);
  });
});

describe("an earlier run's tool on an assistant of the request", () => {
  test('is used where that run gave it, and goes with its connection', async () => {
    const world = await givenAccounts();
    const { faults, vapi, assistantId } = world.sandbox;
    failingOnce(world);
    const stuck = faults.fail('PATCH /assistant/:id', { status: 400, after: 1 });
    expect((await world.onboard()).outcome).toBe('leftovers');
    stuck.remove();
    const [toolId = ''] = vapi.assistants.get(assistantId)?.model?.toolIds?.slice(-1) ?? [];

    const result = await world.onboard(world.request({ transfer: ELSEWHERE }));

    expect(result).toMatchObject({ outcome: 'done', warnings: [] });
    expect(result.objects.map(({ id }) => id)).toContain(toolId);
    await offboarded(world);
    expect(world.sandbox.state()).toEqual(world.before);
  });

  test.each([
    { who: 'somebody put it there', forgotten: false },
    { who: 'Temporal has forgotten who put it there', forgotten: true },
  ])('is refused where $who: its model could not tell it from another of its name', async ({ forgotten }) => {
    const { world, toolId } = await givenLeftover();
    const sales = world.sandbox.vapi.addAssistant({
      name: 'Sales',
      model: { provider: 'openai', model: 'gpt-4o', toolIds: [toolId] },
    });
    if (forgotten) listedByOurs(world, toolId);
    if (forgotten) await forgetRuns(world);
    const standing = world.sandbox.state();
    const request = world.request({ transfer: ELSEWHERE, ...(forgotten ? {} : { assistantId: sales.id }) });

    const [first, second] = [await world.onboard(request), await world.onboard(request)];

    for (const result of [first, second]) {
      expect(result).toMatchObject({ outcome: 'refused' });
      expect(result.failure?.problems?.map(({ path }) => path)).toEqual(['transfer.toolName']);
      expect(result.failure?.message).toContain(toolId);
    }
    expect(world.sandbox.state()).toEqual(standing);
  });

  test('stays beside one of another name', async () => {
    const { world, toolId } = await givenLeftover();
    const model = { provider: 'openai', model: 'gpt-4o', toolIds: [toolId] };
    const sales = world.sandbox.vapi.addAssistant({ name: 'Sales', model });
    const tool = structuredClone(world.sandbox.vapi.tools.get(toolId));

    const request = world.request({ assistantId: sales.id, transfer: { ...ELSEWHERE, toolName: 'ask_a_person' } });
    const result = await world.onboard(request);

    expect(result.outcome).toBe('done');
    expect(told(result)).toContain(toolId);
    expect(world.sandbox.vapi.tools.get(toolId)).toEqual(tool);
    expect(world.sandbox.vapi.assistants.get(sales.id)?.model?.toolIds).toHaveLength(2);
    expect(await offboarded(world)).toMatchObject({ outcome: 'removed', leftovers: [] });
    expect(world.sandbox.vapi.assistants.get(sales.id)?.model).toEqual(model);
  });
});
