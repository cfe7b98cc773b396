import { type Client, isGrpcServiceError } from '@temporalio/client';
import { searchAttributes } from '../workflows/messages.js';
import { UnreachableError } from './errors.js';

/** gRPC codes of a server that is away, overloaded or slow: asking again later is right. */
const PASSING_CODES: readonly number[] = [1, 4, 8, 14]; // CANCELLED, DEADLINE_EXCEEDED, RESOURCE_EXHAUSTED, UNAVAILABLE
/** A worker asks for work at least once a minute; one that has not for longer is gone, although the server lists it for five. */
const POLLER_GONE_AFTER_MS = 70_000;
const ANSWER_WITHIN_MS = 5_000;

/** The gRPC status of an error of Temporal's client, its cause included. */
export function grpcCode(error: unknown): number | undefined {
  if (isGrpcServiceError(error)) return error.code;
  return error instanceof Error && isGrpcServiceError(error.cause) ? error.cause.code : undefined;
}

/** What the server said about an error, where it said more than a code. */
export function grpcDetails(error: unknown): string {
  if (isGrpcServiceError(error)) return error.details;
  return error instanceof Error && isGrpcServiceError(error.cause) ? error.cause.details : '';
}

/** Whether an error only says that the server, or a worker behind it, does not answer at the moment. */
export function isOutage(error: unknown): boolean {
  const code = grpcCode(error);
  return code !== undefined && PASSING_CODES.includes(code);
}

/** Runs requests with a deadline of 5 s each instead of the client's patience; an outage becomes `UnreachableError`. */
export async function within<T>(client: Client, ask: () => Promise<T>, withinMs = ANSWER_WITHIN_MS): Promise<T> {
  try {
    return await client.withDeadline(Date.now() + withinMs, ask);
  } catch (error) {
    if (!isOutage(error)) throw error;
    throw new UnreachableError(
      'Temporal does not answer.',
      'Check that the server of TEMPORAL_ADDRESS is up and reachable, then run the same command again.',
      { cause: error },
    );
  }
}

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
 * Names of our search attributes that the namespace does not know. A server that does not tell (Temporal Cloud may refuse) is taken to know
 * none. Throws nothing.
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
