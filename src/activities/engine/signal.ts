import { WorkflowNotFoundError } from '@temporalio/client';
import type { SignalDefinition } from '@temporalio/common';
import type { RunReference } from '../../contract/otherRuns.js';
import type { Dependencies } from './dependencies.js';
import { serviceFailure, withinAttempt } from './serviceFailure.js';

/**
 * Signals a run that what it waits for is done: from the step that did it, as a signal of the workflow's own
 * costs it five events and a task in which nothing happens. A run that has closed hears nothing, which is no
 * fault. An attempt that fails here is repeated, so that a signal may come twice; then it comes before
 * anything that its sender does next. Throws what `serviceFailure` makes of any other fault.
 */
export async function signalRun<Argument>(
  temporal: Dependencies['temporal'],
  { workflowId, runId }: RunReference,
  signal: SignalDefinition<[Argument]>,
  argument: Argument,
): Promise<void> {
  try {
    await withinAttempt(temporal, () => temporal.workflow.getHandle(workflowId, runId).signal(signal, argument));
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) throw serviceFailure(`signal the run ${workflowId}`, error);
  }
}
