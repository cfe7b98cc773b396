import { atDidww } from '../../contract/attempts.js';
import type { Inventory } from '../../contract/inventory.js';
import type { NumberTask } from '../../contract/messages.js';
import type { Routing } from '../../contract/objects.js';
import { remainingObject } from '../../domain/objects/removal.js';
import { numberActivityId, stepNames, USED_BY_NUMBERS } from '../../contract/stepNames.js';
import { giveTool } from '../assistants/editAssistant.js';
import { activities } from '../engine/activities.js';
import { newNumbers, numberTask } from './importNumbers.js';
import { ConcurrencyLimiter, MOST_AT_ONCE } from '../engine/concurrencyLimiter.js';
import type { Undo } from '../engine/saga.js';
import type { Connection, Onboarding } from './onboarding.js';

/**
 * Routes every new number to the connection: live calls move now. Side by side with it each assistant is
 * read once more, so that a tool that somebody's edit has taken away again is noticed before the calls.
 */
export async function cutOver(onboarding: Onboarding, inventory: Inventory, connection: Connection): Promise<void> {
  const { saga } = onboarding;
  const limiter = new ConcurrencyLimiter(MOST_AT_ONCE);
  const reads = new ConcurrencyLimiter(MOST_AT_ONCE); // which must not hold up live calls
  await saga.parallel(
    ...newNumbers(inventory).map(
      (number) => () => limiter.run(() => cutOverOne(onboarding, numberTask(onboarding, number, connection))),
    ),
    ...inventory.assistants.map(
      ({ id }) =>
        () =>
          reads.run(() => confirmTool(onboarding, connection, id)),
    ),
  );
}

/**
 * Gives a number its previous routing back. What its calls need stays where that cannot be done: the import,
 * the tool on the assistant that answers it, the shared objects.
 */
export function routingUndo({ number: status, inboundTrunkId, patience }: NumberTask): Undo {
  const { number, didId, assistantId, routing } = status;
  const rollback = atDidww(patience.rollback);
  const change = { number, didId, inboundTrunkId, previous: routing };
  return {
    run: () =>
      activities(
        `route ${number} back to ${routeText(routing)}`,
        rollback,
        numberActivityId('restore', number),
      ).restoreRouting(change),
    uses: [...USED_BY_NUMBERS, stepNames.import(number)],
    keeps: [stepNames.assistant(assistantId), stepNames.transferTool],
    isRouting: true,
    leftovers: (why) => [remainingObject('did', didId, why, { routing })],
  };
}

const routeText = (routing: Routing): string => (routing === null ? 'nowhere' : `its ${routing.kind}`);

async function cutOverOne({ imports, patience, report, saga }: Onboarding, task: NumberTask): Promise<void> {
  const { inboundTrunkId, number: status } = task;
  const { number, didId, routing } = status;
  const change = { number, didId, inboundTrunkId, previous: routing };
  await saga.step({
    name: stepNames.cutOver(number),
    run: () =>
      activities(`route ${number} to the connection`, patience.step, numberActivityId('cut-over', number)).cutOver(
        change,
      ),
    undo: routingUndo(task),
  });
  const [imported] = imports.get(number)?.known ?? [];
  const phoneNumberId = imported?.id ?? '';
  report.object({
    provider: 'vapi',
    kind: 'phone-number',
    id: phoneNumberId,
    name: number,
    created: status.phoneNumberId === undefined,
  });
  report.object({ provider: 'didww', kind: 'did', id: didId, name: number, created: false });
  report.number({ number, outcome: 'attached', phoneNumberId, didId });
}

async function confirmTool(
  { request, saga, patience }: Onboarding,
  { toolId }: Connection,
  assistantId: string,
): Promise<void> {
  if (toolId === undefined) return;
  const edit = { region: request.region, assistantId, toolId, attached: true };
  await saga.step({
    name: stepNames.confirm(assistantId),
    run: async (first) => {
      if (!first) await giveTool(request.region, assistantId, toolId, patience.step);
      await activities(`read assistant ${assistantId} again`, patience.step).confirmAssistantEdit(edit);
    },
  });
}
