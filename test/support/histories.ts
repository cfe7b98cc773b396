import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Client } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { type ReplayResult, Worker } from '@temporalio/worker';

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
  const replayer = replayers.get(codePath) ?? new Replayer(codePath);
  replayers.set(codePath, replayer);
  for (const { workflowId, json } of histories) {
    const cause = await replayer.faultOf(workflowId, JSON.parse(json) as unknown);
    if (cause === undefined) continue;
    const file = join(tmpdir(), `patchbay-history-${workflowId.replaceAll('/', '-')}.json`);
    await writeFile(file, json);
    throw new Error(`${workflowId} does not replay. Its history is in ${file}: ${eventsIn(json)}`, { cause });
  }
}

/**
 * By bundle, for as long as the process of the tests lives: a worker takes longer to make than to replay most
 * histories.
 */
const replayers = new Map<string, Replayer>();

/** A worker that replays one history after another. */
class Replayer {
  private next: { readonly workflowId: string; readonly history: unknown } | undefined;
  private turn: Promise<unknown> = Promise.resolve();
  private readonly results: AsyncIterableIterator<ReplayResult>;

  constructor(codePath: string) {
    this.results = Worker.runReplayHistories({ workflowBundle: { codePath } }, this.histories());
  }

  /** Why the history does not replay, or nothing. */
  faultOf(workflowId: string, history: unknown): Promise<Error | undefined> {
    const result = this.turn.then(async () => {
      this.next = { workflowId, history };
      const replayed = await this.results.next();
      if (replayed.done === true) throw new Error('The worker that replays histories has ended.');
      return replayed.value.error;
    });
    this.turn = result.catch(() => undefined);
    return result;
  }

  /** Each is asked for only once it is there, as results are. */
  private *histories() {
    while (this.next !== undefined) yield this.next;
  }
}

/** The events of a history in their order: `1 WORKFLOW_EXECUTION_STARTED, …`. */
function eventsIn(json: string): string {
  const { events } = JSON.parse(json) as { readonly events: readonly { eventId: string; eventType: string }[] };
  return events.map(({ eventId, eventType }) => `${eventId} ${eventType.replace('EVENT_TYPE_', '')}`).join(', ');
}
