import { expect, test } from 'vitest';
import { assistantEditSignal } from '../../src/contract/messages.js';
import type { EditRequest } from '../../src/contract/otherRuns.js';
import { workflowIds } from '../../src/contract/workflowIds.js';
import { pendingOf } from '../../src/client/pending.js';
import { eventsOf, storyOf } from '../support/events.js';
import { uniqueSlug } from '../support/unique.js';
import { until } from '../support/until.js';
import { givenAccounts, runOf, type World } from '../support/world.js';

const ASSISTANTS = 4;
/** An order without an answer is repeated once its attempt has timed out, after 20 s. */
const SLOW = 120_000;
const LONG = { step: '10m', rollback: '10m', firstRetry: '20ms' };

type Handle = ReturnType<World['client']['workflow']['getHandle']>;

/** The organisation's assistant, and copies of it. */
function assistants({ sandbox: { assistantId, vapi } }: World): readonly string[] {
  const standing = vapi.assistants.get(assistantId);
  if (standing === undefined) throw new Error('the sandbox has no assistant');
  const { id: _id, name, ...rest } = standing;
  const copies = Array.from({ length: ASSISTANTS - 1 }, (_, at) =>
    vapi.addAssistant({ ...rest, name: `${String(name)} ${String(at)}` }),
  );
  return [assistantId, ...copies.map(({ id }) => id)];
}

test(
  'edits of assistants whose runs a person terminated are ordered again',
  async () => {
    const world = await givenAccounts({ numbers: ASSISTANTS });
    const ids = assistants(world);
    const outage = world.sandbox.faults.fail('PATCH /assistant/:id', { status: 503 });
    const numbers = ids.map((assistantId, at) => ({ number: world.numbers[at] ?? '', assistantId }));
    await world.patchbay.onboard(world.request({ numbers, patience: LONG }));
    await until(() => outage.hits() >= ASSISTANTS || undefined);
    for (const id of ids)
      await world.client.workflow.getHandle(workflowIds.assistant(id)).terminate('an operator did it');
    outage.remove();

    expect((await world.ended()).outcome).toBe('done');

    expect(await ordersIn(world)).toEqual(Array<string>(ASSISTANTS).fill('orderAssistantEdit completed'));
    const tools = new Set(ids.map((id) => world.sandbox.vapi.assistants.get(id)?.model?.toolIds?.at(-1)));
    expect([...tools]).toEqual([...world.sandbox.vapi.tools.keys()].slice(-1));
  },
  SLOW,
);

test(
  'an order that waits longer than an attempt is not sent again, shown as no retry, and answered in the end',
  async () => {
    const world = await givenAccounts();
    const held = world.sandbox.faults.hold('PATCH /assistant/:id', { effect: 'before', times: 2 });
    await world.patchbay.onboard(world.request({ patience: LONG }));
    await held.arrived;
    await until(async () => ((await attemptsAtOrder(world)) > 1 ? true : undefined));
    expect(await pendingOf(world.client, await runOf(world).describe(), [])).toMatchObject({ retries: [] });
    const run = world.client.workflow.getHandle(workflowIds.assistant(world.sandbox.assistantId));
    held.release();

    expect((await world.ended()).outcome).toBe('done');
    expect(await signalsTo(run)).toEqual([]);
    expect(await ordersIn(world)).toEqual(['orderAssistantEdit completed']);
  },
  SLOW,
);

test('an order whose onboarding was terminated is not carried out, and holds up nobody', async () => {
  const world = await givenAccounts({ numbers: 2 });
  const [first = '', second = ''] = world.numbers;
  const held = world.sandbox.faults.hold('PATCH /assistant/:id', { effect: 'before', times: 1 });
  await world.patchbay.onboard(world.request({ numbers: [{ number: first }], patience: LONG }));
  await held.arrived;
  const other = uniqueSlug();
  await world.patchbay.onboard(
    world.request({
      connection: other,
      numbers: [{ number: second }],
      transfer: { destination: '+12025550100', toolName: 'transfer_other' },
    }),
  );
  const run = world.client.workflow.getHandle(workflowIds.assistant(world.sandbox.assistantId));
  await until(async () => ((await signalsTo(run)).length === 1 ? true : undefined));
  await runOf(world).terminate('an operator did it');
  held.release();

  const { result } = await until(async () => {
    const status = await world.patchbay.status(other);
    return status.result?.outcome === undefined ? undefined : status;
  });
  expect(result?.outcome).toBe('done');
});

test('an order that comes twice is carried out once, and answered each time', async () => {
  const world = await givenAccounts();
  const held = world.sandbox.faults.hold('PATCH /assistant/:id', { effect: 'before', times: 1 });
  const cutOver = world.sandbox.faults.hold('PATCH /dids/:id', { effect: 'before', times: 1 });
  await world.patchbay.onboard(world.request());
  await held.arrived;
  const run = world.client.workflow.getHandle(workflowIds.assistant(world.sandbox.assistantId));
  const order = await orderOf(run);
  for (const sent of [order, order]) await run.signal(assistantEditSignal, sent);
  held.release();

  await until(async () => ((await run.describe()).status.name === 'COMPLETED' ? true : undefined));
  cutOver.release();
  expect((await world.ended()).outcome).toBe('done');
  const edits = storyOf(await eventsOf(run)).filter((line) => line === 'applyAssistantEdit completed');
  expect(edits).toHaveLength(1);
});

/** The order that an assistant's run was started with. */
async function orderOf(run: Handle): Promise<EditRequest> {
  const [started] = await eventsOf(run);
  const [input] = started?.workflowExecutionStartedEventAttributes?.input?.payloads ?? [];
  const [order] = JSON.parse(Buffer.from(input?.data ?? []).toString('utf8')) as readonly EditRequest[];
  if (order === undefined) throw new Error('The run was started without an order.');
  return order;
}

/** The orders that an assistant's run was told of since it began. */
const signalsTo = async (run: Handle) =>
  (await eventsOf(run)).filter((event) => event.workflowExecutionSignaledEventAttributes);

/** Attempts at having the assistant edited, that under way included. */
async function attemptsAtOrder(world: World): Promise<number> {
  const { raw } = await runOf(world).describe();
  const orders = (raw.pendingActivities ?? []).filter(
    ({ activityType }) => activityType?.name === 'orderAssistantEdit',
  );
  return Math.max(0, ...orders.map(({ attempt }) => attempt ?? 0));
}

/** What the onboarding's run did to have assistants edited. */
const ordersIn = async (world: World): Promise<readonly string[]> =>
  storyOf(await eventsOf(runOf(world))).filter((line) => /^orderAssistantEdit (completed|failed|timed)/.test(line));
