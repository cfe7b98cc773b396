import { ActivityFailure, allHandlersFinished, condition, setHandler } from '@temporalio/workflow';
import { activities } from './call.js';
import { assistantEditUpdate } from './messages.js';

/** Started without an edit, it ends after this long. */
const NOBODY_CAME = '1 minute';

/**
 * Edits one assistant, one edit at a time across all runs, in the order in which they come: each replaces the assistant's whole model, so two at
 * once would lose one. Started by the first edit (update `edit`), ends when none is left.
 */
export async function editAssistant(): Promise<void> {
  let taken = 0;
  let turn: Promise<unknown> = Promise.resolve();
  setHandler(
    assistantEditUpdate,
    (edit, patience) => {
      taken += 1;
      const summary = edit.attached ? 'add the transfer tool' : 'take the transfer tool away';
      const mine = turn.then(() => activities(summary, patience).applyAssistantEdit(edit, patience));
      turn = mine.catch(() => undefined);
      return mine.catch(rethrowCause);
    },
    { description: 'Adds one tool id to the assistant, or takes it away, in its turn' },
  );
  await condition(() => taken > 0 && allHandlersFinished(), NOBODY_CAME);
  await condition(allHandlersFinished);
}

function rethrowCause(error: unknown): never {
  throw error instanceof ActivityFailure && error.cause !== undefined ? error.cause : error;
}
