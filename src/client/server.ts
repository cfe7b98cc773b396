import type { Client } from '@temporalio/client';
import { within } from '../runHistory/server.js';
import { searchAttributes } from '../contract/searchAttributes.js';

/**
 * When a worker last asked this task queue for work, in milliseconds since the epoch on Temporal's clock;
 * undefined where none has for as long as the server remembers, which is five minutes.
 */
export async function lastPollOf(client: Client, taskQueue: string): Promise<number | undefined> {
  const { pollers } = await within(client, () =>
    client.workflowService.describeTaskQueue({
      namespace: client.options.namespace,
      taskQueue: { name: taskQueue },
    }),
  );
  return pollers.length === 0
    ? undefined
    : Math.max(...pollers.map(({ lastAccessTime }) => Number(lastAccessTime?.seconds ?? 0) * 1_000));
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
