import { workflowInfo } from '@temporalio/workflow';
import type { Patience } from '../domain/contract.js';
import type { Region } from '../domain/sip.js';
import { activities } from './call.js';
import type { UndoReport } from './saga.js';

/** Adds the tool to the assistant, in its turn among all edits of that assistant. */
export async function giveToolTo(
  region: Region,
  assistantId: string,
  toolId: string,
  patience: Patience,
): Promise<void> {
  const edit = { region, assistantId, toolId, attached: true, key: nextKey() };
  await activities(`add the transfer tool to assistant ${assistantId}`, patience).editAssistantInTurn(edit, patience);
}

/** Takes the tool out of the assistant, in its turn. */
export async function takeToolFrom(
  region: Region,
  assistantId: string,
  toolId: string,
  patience: Patience,
): Promise<UndoReport> {
  const edit = { region, assistantId, toolId, attached: false, key: nextKey() };
  await activities(`take the transfer tool from assistant ${assistantId}`, patience).editAssistantInTurn(
    edit,
    patience,
  );
  return { warnings: [] };
}

/** One for each order of this run: an attempt that is repeated finds its own edit by it. A run's module state is its own. */
let orders = 0;
const nextKey = (): string => `${workflowInfo().runId}/${String((orders += 1))}`;
