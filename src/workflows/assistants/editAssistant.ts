import {
  CancellationScope,
  condition,
  continueAsNew,
  getExternalWorkflowHandle,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import type { AssistantEdited, EditRequest } from '../../contract/otherRuns.js';
import { activities } from '../engine/activities.js';
import { failureOf } from '../engine/failure.js';
import { assistantEditSignal } from '../../contract/messages.js';

/** Started without an order, it ends after this long. */
const NOBODY_CAME = '1 minute';

/**
 * Edits one assistant, one edit at a time across all runs, in the order in which they come: each replaces
 * the assistant's whole model, so two at once would lose one. Started by the first order (signal `edit`),
 * answers each by signal, ends when none is left. Orders are signals, not updates: a run takes ten updates
 * at a time, and whoever waits for one holds a slot of a worker.
 *
 * A cancellation does nothing to it: whoever ordered an edit waits for it, and takes it back by another
 * order.
 */
export function editAssistant(carried: readonly EditRequest[] = []): Promise<void> {
  return CancellationScope.nonCancellable(() => editAll(carried));
}

async function editAll(carried: readonly EditRequest[]): Promise<void> {
  const queue = [...carried];
  const answers = new Map<string, AssistantEdited>();
  const told: Promise<void>[] = [];
  setHandler(
    assistantEditSignal,
    (order) => {
      queue.push(order);
    },
    { description: 'Orders an edit of the assistant' },
  );
  await condition(() => queue.length > 0, NOBODY_CAME);
  for (let order = queue.shift(); order !== undefined; order = queue.shift()) {
    const given = answers.get(order.key);
    const answer = given ?? (await edited(order));
    answers.set(order.key, answer);
    // An edit that succeeds has told so by itself.
    if (given !== undefined || answer.failure !== undefined) told.push(tell(order, answer));
    if (workflowInfo().continueAsNewSuggested) {
      await Promise.all(told);
      return continueAsNew<typeof editAssistant>(queue);
    }
    if (queue.length === 0) await Promise.all(told.splice(0));
  }
}

async function edited({ patience, ...order }: EditRequest): Promise<AssistantEdited> {
  const { edit, key } = order;
  const summary = edit.attached ? 'add the transfer tool' : 'take the transfer tool away';
  try {
    await activities(summary, patience).applyAssistantEdit(order);
    return { key };
  } catch (error) {
    const { step: _step, ...failure } = failureOf(error);
    return { key, failure };
  }
}

/** Whoever ordered it may have ended meanwhile: then nobody waits. */
async function tell({ answerTo }: EditRequest, answer: AssistantEdited): Promise<void> {
  const asker = getExternalWorkflowHandle(answerTo.workflowId, answerTo.runId);
  await asker.signal('assistantEdited', answer).catch(() => undefined);
}
