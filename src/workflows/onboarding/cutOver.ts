import type { Inventory, NumberStatus } from '../../contract/inventory.js';
import { remainingObject } from '../../domain/objects/removal.js';
import { stepNames, USED_BY_NUMBERS } from '../../contract/stepNames.js';
import { giveTool } from '../assistants/assistantEdits.js';
import { activities } from '../engine/activities.js';
import { newNumbers, numberTask } from './importNumbers.js';
import { ConcurrencyLimiter, MOST_AT_ONCE } from '../engine/concurrencyLimiter.js';
import type { Connection, Onboarding } from './onboarding.js';

/** Names the steps on numbers before they come up, and what stays as it is. */
export function planNumbers({ board, report }: Onboarding, inventory: Inventory): void {
  for (const { number, kept, didId, phoneNumberId } of inventory.numbers) {
    if (!kept) {
      report.plan(number, didId);
      continue;
    }
    board.set(stepNames.import(number), 'kept');
    report.number({ number, outcome: 'kept', didId, ...(phoneNumberId === undefined ? {} : { phoneNumberId }) });
  }
}

/**
 * Routes every new number to the connection: live calls move now. Side by side with it each assistant is
 * read once more, so that a tool that somebody's edit has taken away again is noticed before the calls.
 */
export async function cutOver(onboarding: Onboarding, inventory: Inventory, connection: Connection): Promise<void> {
  const { saga } = onboarding;
  const limiter = new ConcurrencyLimiter(MOST_AT_ONCE);
  const reads = new ConcurrencyLimiter(MOST_AT_ONCE); // which must not hold up live calls
  await saga.together(
    ...newNumbers(inventory).map(
      (number) => () => limiter.run(() => cutOverOne(onboarding, inventory, connection, number)),
    ),
    ...inventory.assistants.map(
      ({ id }) =>
        () =>
          reads.run(() => confirmTool(onboarding, connection, id)),
    ),
  );
}

async function cutOverOne(
  onboarding: Onboarding,
  inventory: Inventory,
  { inboundTrunkId, inboundCredentialId }: Connection,
  status: NumberStatus,
): Promise<void> {
  const { numbers, report, saga } = onboarding;
  const { number, didId } = status;
  const phoneNumberId = await saga.step({
    name: stepNames.cutOver(number),
    run: (first) =>
      numbers.cutOver(numberTask(onboarding, inventory, status, inboundCredentialId, first), inboundTrunkId),
    undo: {
      run: () => numbers.restore(number),
      uses: USED_BY_NUMBERS,
      keeps: [stepNames.assistant(status.assistantId), stepNames.transferTool],
      isRouting: true,
      leftovers: (why) => [remainingObject('did', didId, why, { routing: status.routing })],
    },
  });
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
