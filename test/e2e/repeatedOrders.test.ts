import { expect, test } from 'vitest';
import { assistantEditedSignal, assistantEditSignal } from '../../src/contract/messages.js';
import type { EditRequest } from '../../src/contract/otherRuns.js';
import { workflowIds } from '../../src/contract/workflowIds.js';
import { eventsOf, storyOf } from '../support/events.js';
import { until } from '../support/until.js';
import { givenAccounts, runOf, type World } from '../support/world.js';

const ASSISTANTS = 4;
/** Orders are repeated after a minute at the earliest. */
const SLOW = 300_000;

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
  'edits of assistants whose runs a person terminated are ordered again, all of them in one go',
  async () => {
    const world = await givenAccounts({ numbers: ASSISTANTS });
    const ids = assistants(world);
    const outage = world.sandbox.faults.fail('PATCH /assistant/:id', { status: 503 });
    const numbers = ids.map((assistantId, at) => ({ number: world.numbers[at] ?? '', assistantId }));
    await world.patchbay.onboard(
      world.request({ numbers, patience: { step: '10m', rollback: '10m', firstRetry: '20ms' } }),
    );
    await until(async () => (await ordersIn(world)).length === ASSISTANTS || undefined);
    await until(() => outage.hits() >= ASSISTANTS || undefined);
    for (const id of ids)
      await world.client.workflow.getHandle(workflowIds.assistant(id)).terminate('an operator did it');
    outage.remove();

    expect((await world.ended()).outcome).toBe('done');

    expect(await ordersIn(world)).toEqual([
      ...Array<string>(ASSISTANTS).fill('orderAssistantEdit completed'),
      'repeatAssistantEdits completed',
    ]);
    const tools = new Set(ids.map((id) => world.sandbox.vapi.assistants.get(id)?.model?.toolIds?.at(-1)));
    expect([...tools]).toEqual([...world.sandbox.vapi.tools.keys()].slice(-1));
  },
  SLOW,
);

test('an order that comes twice is carried out once, and answered each time', async () => {
  const world = await givenAccounts();
  const held = world.sandbox.faults.hold('PATCH /assistant/:id', { effect: 'before', times: 1 });
  const cutOver = world.sandbox.faults.hold('PATCH /dids/:id', { effect: 'before', times: 1 });
  await world.patchbay.onboard(world.request());
  await held.arrived;
  const run = world.client.workflow.getHandle(workflowIds.assistant(world.sandbox.assistantId));
  await run.signal(assistantEditSignal, await orderOf(run));
  held.release();

  await until(async () => (await answersTo(world)).length === 2 || undefined);
  cutOver.release();
  expect((await world.ended()).outcome).toBe('done');
  expect(storyOf(await eventsOf(run)).filter((line) => line === 'applyAssistantEdit completed')).toHaveLength(1);
});

/** The answers that the onboarding's run has heard. */
const answersTo = async (world: World): Promise<readonly unknown[]> =>
  (await eventsOf(runOf(world))).filter(
    ({ workflowExecutionSignaledEventAttributes: told }) => told?.signalName === assistantEditedSignal.name,
  );

/** The order that an assistant's run was started with. */
async function orderOf(run: ReturnType<World['client']['workflow']['getHandle']>): Promise<EditRequest> {
  const [started] = await eventsOf(run);
  const [input] = started?.workflowExecutionStartedEventAttributes?.input?.payloads ?? [];
  const [order] = JSON.parse(Buffer.from(input?.data ?? []).toString('utf8')) as readonly EditRequest[];
  if (order === undefined) throw new Error('The run was started without an order.');
  return order;
}

/** What the onboarding's run did to have assistants edited. */
const ordersIn = async (world: World): Promise<readonly string[]> =>
  storyOf(await eventsOf(runOf(world))).filter((line) => /^(order|repeat)AssistantEdits? completed/.test(line));
