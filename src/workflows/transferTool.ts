import type { Inventory, Patience, Removable } from '../domain/contract.js';
import { remainingObject } from '../domain/removal.js';
import { stepNames } from '../domain/stepNames.js';
import { wantedTransferTool } from '../domain/wanted.js';
import { activities } from './call.js';
import { failureOf } from './failure.js';
import { Lanes, WIDTH } from './lanes.js';
import type { Onboarding } from './onboarding.js';
import type { UndoReport } from './saga.js';
import { ensured } from './sharedObjects.js';
import { takeStock } from './stock.js';

/** The transfer tool, on every assistant that answers one of the new numbers. */
export async function transferSide(onboarding: Onboarding, inventory: Inventory): Promise<string | undefined> {
  const { request, patience, saga } = onboarding;
  const { transfer } = request;
  if (transfer === undefined) return undefined;
  const toolId = await ensured(onboarding, inventory, {
    name: stepNames.transferTool,
    kind: 'transfer-tool',
    provider: 'vapi',
    standing: inventory.tool,
    ensure: (absentAt) =>
      activities('create the Vapi transfer tool', patience.step).ensureTransferTool(
        { ...wantedTransferTool(request, transfer), ...absentAt, copies: inventory.copies },
        patience.step,
      ),
    unused: inventory.unused.tools.map(({ id }) => id),
    remove: (what) => removeTool(onboarding, what, patience.rollback),
  });
  const lanes = new Lanes(WIDTH);
  await saga.together(
    ...inventory.assistants.map((assistant) => () => lanes.run(() => toolOn(onboarding, assistant, toolId))),
  );
  return toolId;
}

/**
 * Removes the tool; an assistant that an earlier run left with an unused tool has to be rid of it first.
 * Other assistants keep it.
 */
export async function removeTool(
  { request, assistantEdits }: Onboarding,
  what: Removable,
  patience: Patience,
): Promise<UndoReport> {
  const target = { connection: request.connection, region: request.region };
  const remove = (): Promise<UndoReport> =>
    activities('remove the Vapi transfer tool', patience).removeTransferTool({ ...target, ...what }, patience);
  try {
    return await remove();
  } catch (error) {
    if (failureOf(error, stepNames.transferTool).class !== 'conflict') throw error;
    const { stock } = await takeStock('find assistants that still list the tool', target, patience);
    const left = stock.assistants.filter(({ toolId }) => what.unused.includes(toolId));
    for (const { id, toolId } of left) await assistantEdits.take(request.region, id, toolId, patience);
    return remove();
  }
}

async function toolOn(
  { request, assistantEdits, board, patience, saga }: Onboarding,
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
    run: () => assistantEdits.give(region, assistantId, toolId, patience.step),
    undo: {
      run: () => assistantEdits.take(region, assistantId, toolId, patience.rollback),
      uses: [stepNames.transferTool],
      leftovers: (why) => [remainingObject('assistant', assistantId, why, { toolId })],
    },
  });
}
