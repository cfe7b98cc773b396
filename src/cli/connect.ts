import { logVerbosity, setLogVerbosity } from '@grpc/grpc-js';
import {
  Client,
  Connection,
  type ConnectionOptions,
  defaultGrpcRetryOptions,
  makeGrpcRetryInterceptor,
} from '@temporalio/client';
import { createPatchbay, type Patchbay, temporalFault } from '../client.js';
import { type ClientConfig, LARGE_ANSWERS, readClientConfig, type TemporalConfig } from '../config.js';
import { connectionFault } from './connectionFault.js';
import { isThisMachine, proxyFor, proxyText } from './temporalProxy.js';

const CONNECT_WITHIN_MS = 3_000;

/** A Patchbay that commands may call until they close it. */
export interface Connected {
  readonly patchbay: Patchbay;
  readonly client: Client;
  readonly close: () => Promise<void>;
}

/**
 * Connects to this Temporal; never through a proxy where it is on this machine. Throws `UnreachableError`
 * and `RefusedByTemporalError`, which name the setting.
 */
export async function connect(
  { temporal, taskQueue }: ClientConfig,
  env: NodeJS.ProcessEnv = process.env,
): Promise<Connected> {
  const connection = await connectionTo(temporal, env);
  const client = new Client({ connection, namespace: temporal.namespace });
  return { patchbay: createPatchbay({ client, taskQueue }), client, close: () => connection.close() };
}

/**
 * Runs a command's work on the Temporal of the environment and closes the connection after it, however it
 * ends.
 */
export async function withPatchbay<T>(env: NodeJS.ProcessEnv, work: (connected: Connected) => Promise<T>): Promise<T> {
  const config = readClientConfig(env);
  const connected = await connect(config, env);
  return inWords(config.temporal, () => work(connected).finally(connected.close), env);
}

/**
 * Does something with this Temporal; what it, its client or its worker throws is thrown as `temporalFault`
 * puts it.
 */
export async function inWords<T>(
  { connectionOptions: { address }, namespace }: TemporalConfig,
  work: () => Promise<T>,
  env: NodeJS.ProcessEnv = process.env,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const proxy = proxyFor(address, env);
    throw temporalFault(error, { address, namespace, ...(proxy && { proxy: proxyText(proxy) }) });
  }
}

async function connectionTo(temporal: TemporalConfig, env: NodeJS.ProcessEnv): Promise<Connection> {
  const { connectionOptions, namespace } = temporal;
  const { address } = connectionOptions;
  let connection: Connection | undefined;
  keepQuiet(env);
  try {
    connection = Connection.lazy({
      ...connectionOptions,
      connectTimeout: CONNECT_WITHIN_MS,
      interceptors: [makeGrpcRetryInterceptor(RETRIES), withoutLateRetries],
      channelArgs: { ...LARGE_ANSWERS, ...(isThisMachine(address) ? { 'grpc.enable_http_proxy': 0 } : {}) },
    });
    await connection.ensureConnected();
    return connection;
  } catch (error) {
    await connection?.close(); // it would go on trying
    const told = temporalFault(error, { address, namespace });
    throw told === error ? await connectionFault(temporal, env, error) : told;
  }
}

/** grpc-js prints on stderr what it meets: of what ends a command, the command speaks in its own words. */
function keepQuiet(env: NodeJS.ProcessEnv): void {
  if (!env['GRPC_VERBOSITY'] && !env['GRPC_NODE_VERBOSITY']) setLogVerbosity(logVerbosity.NONE);
}

type Interceptor = NonNullable<ConnectionOptions['interceptors']>[number];

/**
 * The client's retries do not know that the connection was closed meanwhile, and what is thrown in their
 * timer would end the process (@temporalio/client 1.24.0, `grpc-retry`). A call that comes too late is none.
 */
const withoutLateRetries: Interceptor = (options, nextCall) => {
  let call: unknown = NO_CALL;
  try {
    call = nextCall(options);
  } catch (error) {
    if (!(error instanceof Error) || error.message !== 'Channel has been shut down') throw error;
  }
  return call as ReturnType<Interceptor>; // what is below it has all that the retries call
};

const NO_CALL = { start: () => undefined, sendMessage: () => undefined, halfClose: () => undefined };

const RESOURCE_EXHAUSTED = 8;
const defaults = defaultGrpcRetryOptions();

/**
 * As the client's own, but that a limit which stays used up is told before the time for an answer is up:
 * as such, not as silence.
 */
const RETRIES: typeof defaults = {
  retryableDecider: (attempt, status) =>
    defaults.retryableDecider(attempt, status) && (status.code !== RESOURCE_EXHAUSTED || attempt < 3),
  delayFunction: (attempt, status) =>
    status.code === RESOURCE_EXHAUSTED ? 400 * attempt : defaults.delayFunction(attempt, status),
};
