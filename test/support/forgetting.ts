import { WorkflowNotFoundError } from '@temporalio/client';
import { workflowIds } from '../../src/contract/workflowIds.js';
import { runsOf } from '../../src/runHistory/chain.js';
import { until } from './until.js';
import type { World } from './world.js';

/** Temporal forgets the connection's runs, as it does once their retention is over. */
export async function forgetRuns({ client, connection }: World): Promise<void> {
  const workflowId = workflowIds.connection(connection);
  for (const { runId } of (await runsOf(client, connection)).runs) {
    await client.workflowService.deleteWorkflowExecution({
      namespace: client.options.namespace,
      workflowExecution: { workflowId, runId },
    });
  }
  await until(async () => ((await runsOf(client, connection)).runs.length === 0 ? true : undefined));
  await until(() =>
    client.workflow
      .getHandle(workflowId)
      .describe()
      .then(
        () => undefined,
        (error: unknown) => error instanceof WorkflowNotFoundError || undefined,
      ),
  );
}
