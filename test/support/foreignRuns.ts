import { type Client, type WorkflowHandle, WorkflowNotFoundError } from '@temporalio/client';
import { onTestFinished } from 'vitest';

/** What another application's runs are. */
export const FOREIGN = { type: 'invoiceMonthly', taskQueue: 'billing' } as const;

/**
 * Another application of the namespace has a run of its own under this workflow id; it ends with the test.
 */
export async function givenForeignRun(client: Client, workflowId: string): Promise<ForeignRun> {
  const handle = await client.workflow.start(FOREIGN.type, { workflowId, taskQueue: FOREIGN.taskQueue });
  const runId = handle.firstExecutionRunId;
  onTestFinished(async () => {
    await handle.terminate().catch((error: unknown) => {
      if (!(error instanceof WorkflowNotFoundError)) throw error;
    });
  });
  return {
    handle,
    owner: `The workflow id ${workflowId} is another application's: a run of type ${FOREIGN.type} on the task queue ${FOREIGN.taskQueue}, run ${runId}`,
  };
}

/** A run of another application, and how Patchbay says whose it is. */
export interface ForeignRun {
  readonly handle: WorkflowHandle;
  readonly owner: string;
}
