/**
 * Runs of other applications of the namespace under workflow ids of Patchbay. Belongs here: what is said of
 * them. Does not: finding them, and telling them from ours (`runHistory/runs.ts`).
 */
import type { Failure } from '../../contract/failure.js';

/** Whose run it is, for a person who meets another application's under a workflow id of Patchbay. */
export const ownerText = ({
  workflowId,
  type,
  taskQueue,
  runId,
}: Readonly<Record<'workflowId' | 'type' | 'taskQueue' | 'runId', string>>): string =>
  `The workflow id ${workflowId} is another application's: a run of type ${type} on the task queue ${taskQueue}, run ${runId}`;

/** What a person can do about such a run while it is open. */
export const WAIT_FOR_OTHER =
  'Wait until that run has ended, or use another namespace for Patchbay (TEMPORAL_NAMESPACE), then run the same command again.';

/** Why a step failed whose workflow id is held by a run of another application, told by `ownerText`. */
export const heldByOther = (owner: string): Omit<Failure, 'step'> => ({
  provider: 'patchbay',
  class: 'conflict',
  message: `${owner}. It is open.`,
  action: WAIT_FOR_OTHER,
});
