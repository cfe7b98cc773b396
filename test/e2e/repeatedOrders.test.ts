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
    await until(() => isOrderedAgain(world));
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
  const world = await givenAccounts({ numbers: 3 });
  const { assistantId, faults, vapi } = world.sandbox;
  const held = faults.hold('PATCH /assistant/:id', { effect: 'before', times: 1 });
  const under = (at: number) => ({
    connection: at === 0 ? world.connection : uniqueSlug(),
    numbers: [{ number: world.numbers[at] ?? '' }],
    transfer: { destination: '+12025550100', toolName: `transfer_${String(at)}` },
    patience: LONG,
  });
  const [first, queued, last] = [under(0), under(1), under(2)];
  const run = world.client.workflow.getHandle(workflowIds.assistant(assistantId));
  const ordered = (count: number) => until(async () => ((await signalsTo(run)).length === count ? true : undefined));
  await world.patchbay.onboard(world.request(first));
  await held.arrived;
  await world.patchbay.onboard(world.request(queued));
  await ordered(1);
  await world.patchbay.onboard(world.request(last));
  await ordered(2);
  for (const { connection } of [first, queued])
    await world.client.workflow.getHandle(workflowIds.connection(connection)).terminate('an operator did it');
  held.release();

  const result = await until(async () => (await world.patchbay.status(last.connection)).result ?? undefined);
  expect(result).toMatchObject({ outcome: 'done' });
  const listed = vapi.assistants.get(assistantId)?.model?.toolIds ?? [];
  const names = listed.map((id) => vapi.tools.get(id)?.function?.name);
  expect(names).toContain('transfer_2');
  expect(names).not.toContain('transfer_1');
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

/** A later attempt at having the assistant edited has found who has the order, and noted it. */
async function isOrderedAgain(world: World): Promise<true | undefined> {
  const { raw } = await runOf(world).describe();
  const order = (raw.pendingActivities ?? []).find(({ activityType }) => activityType?.name === 'orderAssistantEdit');
  const { attempt, lastHeartbeatTime: noted, lastStartedTime: began } = order ?? {};
  return (attempt ?? 0) > 1 && began != null && millisecondsOf(noted) >= millisecondsOf(began) ? true : undefined;
}

type Timestamp = { readonly seconds?: unknown; readonly nanos?: number | null } | null | undefined;

const millisecondsOf = (time: Timestamp): number =>
  Number(time?.seconds ?? 0) * 1_000 + Math.floor((time?.nanos ?? 0) / 1e6);

/** What the onboarding's run did to have assistants edited. */
const ordersIn = async (world: World): Promise<readonly string[]> =>
  storyOf(await eventsOf(runOf(world))).filter((line) => /^orderAssistantEdit (completed|failed|timed)/.test(line));
