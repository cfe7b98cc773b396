import { Client, Connection } from '@temporalio/client';
import { createPatchbay, type Patchbay, UnreachableError } from '../client.js';
import { type ClientConfig, readClientConfig } from '../config.js';

const CONNECT_WITHIN_MS = 3_000;

/** A Patchbay that commands may call until they close it. */
export interface Connected {
  readonly patchbay: Patchbay;
  readonly client: Client;
  readonly close: () => Promise<void>;
}

/** Connects to the Temporal of the environment. Needs no provider keys. Throws `ConfigError`, `UnreachableError`. */
export const connectFromEnvironment = (env: NodeJS.ProcessEnv): Promise<Connected> => connect(readClientConfig(env));

/** Connects to this Temporal. Throws `UnreachableError`. */
export async function connect({ temporal, taskQueue }: ClientConfig): Promise<Connected> {
  const { connectionOptions, namespace } = temporal;
  const connection = await Connection.connect({ ...connectionOptions, connectTimeout: CONNECT_WITHIN_MS }).catch(
    (cause: unknown) => {
      throw new UnreachableError(
        `Temporal does not answer at ${connectionOptions.address}.`,
        'Set TEMPORAL_ADDRESS to a server that is up. One for this machine, with a worker and a sandbox: patchbay dev',
        { cause },
      );
    },
  );
  const client = new Client({ connection, namespace });
  return { patchbay: createPatchbay({ client, taskQueue }), client, close: () => connection.close() };
}

/** Runs a command's work on the Temporal of the environment and closes the connection after it, however it ends. */
export async function withPatchbay<T>(env: NodeJS.ProcessEnv, work: (connected: Connected) => Promise<T>): Promise<T> {
  const connected = await connectFromEnvironment(env);
  try {
    return await work(connected);
  } finally {
    await connected.close();
  }
}
