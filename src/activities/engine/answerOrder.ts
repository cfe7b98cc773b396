import { ActivityCompletionError, ActivityNotFoundError, type Client, WorkflowNotFoundError } from '@temporalio/client';
import { factsOf, isOpen } from '../../runHistory/runs.js';
import type { ActivityReference, AssistantEdited } from '../../contract/otherRuns.js';
import { StepError } from './failures.js';
import { serviceFailure, withinAttempt } from './serviceFailure.js';

/**
 * Completes the activity that ordered an edit, be it between two of its attempts. Where its run has closed,
 * or it was answered, nobody waits, which is no fault. Throws `StepError` of class `network` for any other:
 * the client does not say what Temporal answered.
 */
export async function answerOrder(
  temporal: Client,
  answerTo: ActivityReference,
  answer: AssistantEdited,
): Promise<void> {
  try {
    await withinAttempt(temporal, () => temporal.activity.complete({ ...answerTo }, answer));
  } catch (error) {
    if (error instanceof ActivityNotFoundError) return;
    throw error instanceof ActivityCompletionError ? notAnswered(error) : error;
  }
}

/**
 * Whether anybody still waits for the answer: an order may come late, once what it was for is undone. Throws
 * what `serviceFailure` makes of a fault.
 */
export async function isAwaited(
  temporal: Client,
  { workflowId, runId, activityId }: ActivityReference,
): Promise<boolean> {
  try {
    const run = await withinAttempt(temporal, () => temporal.workflow.getHandle(workflowId, runId).describe());
    const pending = run.raw.pendingActivities ?? []; // of a run that was terminated, too
    return isOpen(factsOf(run, '')) && pending.some((one) => one.activityId === activityId);
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return false;
    throw serviceFailure(`look at the run ${workflowId}`, error);
  }
}

const notAnswered = (error: ActivityCompletionError): StepError =>
  new StepError(
    {
      provider: 'patchbay',
      class: 'network',
      message: `The Temporal service did not take the answer to an edit: ${error.message}`,
      action: 'Check that the worker reaches the Temporal service, then retry.',
    },
    { cause: error },
  );
