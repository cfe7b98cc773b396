import type { Client } from '@temporalio/client';
import { within } from '../runs/server.js';
import { searchAttributes } from '../workflows/messages.js';

/**
 * A worker asks for work at least once a minute; one that has not for longer is gone, although the server
 * lists it for five.
 */
const POLLER_GONE_AFTER_MS = 70_000;

/** Whether a worker has asked this task queue for work lately. */
export async function hasWorker(client: Client, taskQueue: string): Promise<boolean> {
  const { pollers } = await within(client, () =>
    client.workflowService.describeTaskQueue({
      namespace: client.options.namespace,
      taskQueue: { name: taskQueue },
    }),
  );
  return pollers.some(({ lastAccessTime }) => {
    const lastMs = Number(lastAccessTime?.seconds ?? 0) * 1_000;
    return Date.now() - lastMs < POLLER_GONE_AFTER_MS;
  });
}

/**
 * Names of our search attributes that the namespace does not know. A server that does not tell (Temporal
 * Cloud may refuse) is taken to know none. Throws nothing.
 */
export async function missingSearchAttributes(client: Client): Promise<readonly string[]> {
  const wanted = Object.values(searchAttributes).map(({ name }) => name);
  try {
    const { customAttributes } = await within(client, () =>
      client.connection.operatorService.listSearchAttributes({ namespace: client.options.namespace }),
    );
    return wanted.filter((name) => !Object.hasOwn(customAttributes, name));
  } catch {
    return wanted;
  }
}

/** The command that makes a namespace know these search attributes. */
export function commandToAdd(missing: readonly string[], namespace: string): string {
  const names = missing.map((name) => `--name ${name} --type Keyword`).join(' ');
  return `temporal operator search-attribute create --namespace ${namespace} ${names}`;
}
