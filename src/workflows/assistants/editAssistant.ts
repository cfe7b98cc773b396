import { CancellationScope, condition, continueAsNew, setHandler, workflowInfo } from '@temporalio/workflow';
import type { AssistantEdited, EditRequest } from '../../contract/otherRuns.js';
import { activities } from '../engine/activities.js';
import { failureOf } from '../engine/failure.js';
import { assistantEditSignal } from '../../contract/messages.js';

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
    // An edit that succeeds has answered by itself.
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

/** Whoever ordered it may have ended meanwhile: then nobody waits. One that cannot be told orders again. */
async function tell({ answerTo, patience }: EditRequest, answer: AssistantEdited): Promise<void> {
  await activities('answer who ordered it', patience)
    .answerAssistantEdit({ answerTo, answer })
    .catch(() => undefined);
}
