import { WorkflowNotFoundError } from '@temporalio/client';
import type { SignalDefinition } from '@temporalio/common';
import type { RunReference } from '../../contract/otherRuns.js';
import type { Dependencies } from './dependencies.js';
import { serviceFailure, withinAttempt } from './serviceFailure.js';

/**
 * Signals a run from within a step, which saves the workflow five events and a task in which nothing happens.
 * Only for a run that asks again where it hears nothing, and bears to hear it twice: an attempt that fails here
 * is repeated. One that has closed hears nothing, which is no fault. Throws what `serviceFailure` makes of
 * any other fault.
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
