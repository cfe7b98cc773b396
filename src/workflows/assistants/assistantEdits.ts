import type { AssistantEdit } from '../../contract/otherRuns.js';
import type { Patience } from '../../contract/attempts.js';
import { stepNames } from '../../contract/stepNames.js';
import type { Region } from '../../domain/sip/addresses.js';
import { activities, answered } from '../engine/activities.js';
import { failureOf, toApplicationFailure } from '../engine/failure.js';
import type { UndoReport } from '../engine/saga.js';

/**
 * Adds the tool to the assistant, behind whoever came before; so does the undo of an order that was cancelled
 * while it waited, and comes after it. Throws the edit's own failure.
 */
export async function giveTool(region: Region, assistantId: string, toolId: string, patience: Patience): Promise<void> {
  await inTurn({ region, assistantId, toolId, attached: true }, patience);
}

/**
 * Takes the tool out of the assistant, likewise. Where another application's run holds the assistant's id,
 * it is done already if the tool is not there. Throws the edit's own failure.
 */
export async function takeTool(
  region: Region,
  assistantId: string,
  toolId: string,
  patience: Patience,
): Promise<UndoReport> {
  const edit = { region, assistantId, toolId, attached: false };
  try {
    await inTurn(edit, patience);
  } catch (error) {
    if (failureOf(error).class !== 'conflict') throw error;
    await activities(`look whether assistant ${assistantId} has the tool`, patience)
      .confirmAssistantEdit(edit)
      .catch(() => {
        throw error;
      });
  }
  return { warnings: [] };
}

async function inTurn(edit: AssistantEdit, patience: Patience): Promise<void> {
  const summary = edit.attached
    ? `add the transfer tool to assistant ${edit.assistantId}`
    : `take the transfer tool from assistant ${edit.assistantId}`;
  const { failure } = await answered(summary, patience).orderAssistantEdit({ edit, patience });
  if (failure !== undefined) throw toApplicationFailure({ ...failure, step: stepNames.assistant(edit.assistantId) });
}
