import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Client } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { Worker } from '@temporalio/worker';

/** A run's history as JSON text, as `temporal workflow show -o json` has it. */
export interface RecordedHistory {
  readonly workflowId: string;
  readonly json: string;
}

/** The histories of every run of this task queue, children included. */
export async function historiesOf(client: Client, taskQueue: string): Promise<readonly RecordedHistory[]> {
  const histories: RecordedHistory[] = [];
  for await (const { workflowId, runId } of client.workflow.list({ query: `TaskQueue = '${taskQueue}'` })) {
    const history = await client.workflow.getHandle(workflowId, runId).fetchHistory();
    histories.push({ workflowId, json: historyToJSON(history) });
  }
  return histories;
}

/**
 * Replays every history against the bundle. Throws where the workflows do not take the same way again, and
 * keeps that history in a file.
 */
export async function expectReplays(histories: readonly RecordedHistory[], codePath: string): Promise<void> {
  for (const { workflowId, json } of histories) {
    try {
      await Worker.runReplayHistory({ workflowBundle: { codePath } }, JSON.parse(json) as unknown, workflowId);
    } catch (cause) {
      const file = join(tmpdir(), `patchbay-history-${workflowId.replaceAll('/', '-')}.json`);
      await writeFile(file, json);
      throw new Error(`${workflowId} does not replay. Its history is in ${file}: ${eventsIn(json)}`, { cause });
    }
  }
}

/** The events of a history in their order: `1 WORKFLOW_EXECUTION_STARTED, …`. */
function eventsIn(json: string): string {
  const { events } = JSON.parse(json) as { readonly events: readonly { eventId: string; eventType: string }[] };
  return events.map(({ eventId, eventType }) => `${eventId} ${eventType.replace('EVENT_TYPE_', '')}`).join(', ');
}
