import type { Removable, Undone } from '../../contract/objects.js';
import type { Inventory, UnusedTool } from '../../contract/inventory.js';
import type { Patience } from '../../contract/attempts.js';
import { remainingObject } from '../../domain/objects/removal.js';
import { stepNames } from '../../contract/stepNames.js';
import { desiredTransferTool } from '../../domain/objects/desired.js';
import { giveTool, takeTool } from '../assistants/editAssistant.js';
import { activities } from '../engine/activities.js';
import { ConcurrencyLimiter, MOST_AT_ONCE } from '../engine/concurrencyLimiter.js';
import type { Onboarding } from './onboarding.js';
import { ensureSharedObject } from './createdObjects.js';

/** The transfer tool, on every assistant that answers one of the new numbers. */
export async function transferSide(onboarding: Onboarding, inventory: Inventory): Promise<string | undefined> {
  const { request, patience, saga } = onboarding;
  const { transfer } = request;
  if (transfer === undefined) return undefined;
  const unused = inventory.unused.tools;
  const given = [...inventory.assistants.map(({ id }) => id), ...unused.flatMap((tool) => tool.assistants)];
  const assistants = [...new Set(given)];
  const toolId = await ensureSharedObject(onboarding, inventory, {
    name: stepNames.transferTool,
    kind: 'transfer-tool',
    provider: 'vapi',
    existing: inventory.tool,
    ensure: (absentAt) =>
      activities('create the Vapi transfer tool', patience.step).ensureTransferTool({
        ...desiredTransferTool(request, transfer),
        ...absentAt,
        copies: inventory.copies,
        assistants,
      }),
    unused: unused.map(({ id }) => id),
    remove: (what) => removeTool(onboarding, unused, what, patience.rollback),
  });
  const limiter = new ConcurrencyLimiter(MOST_AT_ONCE);
  await saga.parallel(
    ...inventory.assistants.map((assistant) => () => limiter.run(() => toolOn(onboarding, assistant, toolId))),
  );
  return toolId;
}

/**
 * Removes the tool, and those that earlier runs left: assistants on which these left them have to be rid of
 * them first. A tool that anybody else lists by now stays, on their assistants as well.
 */
export async function removeTool(
  { request: { connection, region } }: Onboarding,
  unused: readonly UnusedTool[],
  what: Removable,
  patience: Patience,
): Promise<Undone> {
  for (const { id: toolId, assistants } of unused)
    for (const id of assistants) await takeTool(region, id, toolId, patience);
  const remove = activities('remove the Vapi transfer tool', patience);
  return remove.removeTransferTool({ connection, region, ...what });
}

async function toolOn(
  { request, board, patience, saga }: Onboarding,
  { id: assistantId, hasTool }: Inventory['assistants'][number],
  toolId: string,
): Promise<void> {
  const name = stepNames.assistant(assistantId);
  if (hasTool) {
    board.set(name, 'kept');
    return;
  }
  const { region } = request;
  await saga.step({
    name,
    run: () => giveTool(region, assistantId, toolId, patience.step),
    undo: {
      run: () => takeTool(region, assistantId, toolId, patience.rollback),
      uses: [stepNames.transferTool],
      leftovers: (why) => [remainingObject('assistant', assistantId, why, { toolId })],
    },
  });
}
