import { expect, test } from 'vitest';
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

/** What the onboarding's run did to have assistants edited. */
const ordersIn = async (world: World): Promise<readonly string[]> =>
  storyOf(await eventsOf(runOf(world))).filter((line) => /^(order|repeat)AssistantEdits? completed/.test(line));
