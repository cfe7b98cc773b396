/**
 * Edits of an assistant: the run that makes them, one at a time, and how other runs have one made.
 */
import { CancellationScope, condition, continueAsNew, setHandler, workflowInfo } from '@temporalio/workflow';
import type { AssistantEdit, AssistantEdited, EditRequest } from '../../contract/otherRuns.js';
import type { Patience } from '../../contract/attempts.js';
import type { Undone } from '../../contract/objects.js';
import { assistantEditSignal } from '../../contract/messages.js';
import { stepNames } from '../../contract/stepNames.js';
import type { Region } from '../../domain/sip/addresses.js';
import { activities, asyncActivities } from '../engine/activities.js';
import { failureOf, toApplicationFailure } from '../engine/failure.js';

/** Started without an order, it ends after this long. */
const NOBODY_CAME = '1 minute';

/**
 * Edits one assistant, one edit at a time across all runs, in the order in which they come: each replaces
 * the assistant's whole model, so two at once would lose one. Started by the first order (signal `edit`),
 * answers each by completing the activity that ordered it, ends when none is left. Orders are signals, not
 * updates: a run takes ten updates at a time, and whoever waits for one holds a slot of a worker.
 *
 * A cancellation does nothing to it: whoever ordered an edit waits for it, and takes it back by another
 * order.
 */
export function editAssistant(carried: readonly EditRequest[] = []): Promise<void> {
  return CancellationScope.nonCancellable(() => editAll(carried));
}

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
): Promise<Undone> {
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

async function editAll(carried: readonly EditRequest[]): Promise<void> {
  const queue = [...carried];
  const answers = new Map<string, AssistantEdited>();
  setHandler(
    assistantEditSignal,
    (order) => {
      if (!queue.some(({ answerTo }) => keyOf(answerTo) === keyOf(order.answerTo))) queue.push(order);
    },
    { description: 'Orders an edit of the assistant' },
  );
  await condition(() => queue.length > 0, NOBODY_CAME);
  for (let order = queue[0]; order !== undefined; order = queue[0]) {
    const key = keyOf(order.answerTo);
    const given = answers.get(key);
    const answer = given ?? (await edited(order));
    answers.set(key, answer);
    // `applyAssistantEdit` answers an edit that succeeds.
    if (given !== undefined || answer.failure !== undefined) await tell(order, answer);
    queue.shift(); // in the queue until it is answered: repeated meanwhile, it is not made again
    if (workflowInfo().continueAsNewSuggested) return continueAsNew<typeof editAssistant>(queue);
  }
}

const keyOf = ({ runId, activityId }: EditRequest['answerTo']): string => `${runId}/${activityId}`;

async function edited({ edit, patience, answerTo }: EditRequest): Promise<AssistantEdited> {
  const summary = edit.attached ? 'add the transfer tool' : 'take the transfer tool away';
  try {
    await activities(summary, patience).applyAssistantEdit({ edit, answerTo });
    return {};
  } catch (error) {
    const { step: _step, ...failure } = failureOf(error);
    return { failure };
  }
}

/** One that cannot be told orders again once this run has closed. */
async function tell({ answerTo, patience }: EditRequest, answer: AssistantEdited): Promise<void> {
  await activities('answer who ordered it', patience)
    .answerAssistantEdit({ answerTo, answer })
    .catch(() => undefined);
}

async function inTurn(edit: AssistantEdit, patience: Patience): Promise<void> {
  const summary = edit.attached
    ? `add the transfer tool to assistant ${edit.assistantId}`
    : `take the transfer tool from assistant ${edit.assistantId}`;
  const { failure } = await asyncActivities(summary, patience).orderAssistantEdit({ edit, patience });
  if (failure !== undefined) throw toApplicationFailure({ ...failure, step: stepNames.assistant(edit.assistantId) });
}
