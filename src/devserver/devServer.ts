/**
 * devserver/: gets the Temporal CLI and runs its development server for `demo`, `dev`, the benchmarks and
 * the tests. Here: where the program comes from, how it is started and how it surely ends. Not here:
 * workers, clients, settings of a production cluster (deploy/).
 */
import { once } from 'node:events';
import { chmod } from 'node:fs/promises';
import { createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { Connection } from '@temporalio/client';
import { systemFault, whyOf } from '../domain/reports/systemFault.js';
import { searchAttributes } from '../contract/searchAttributes.js';
import { OTHER_DATABASE } from '../localConfig.js';
import { databaseTaken, type LockFile, livingHolder, noteAddress, openLockFile } from './databaseLock.js';
import { LocalTemporalError } from './localTemporalError.js';
import { ServerEnded, ServerProcess } from './serverProcess.js';

export interface DevServerOptions {
  /** The Temporal CLI, as `findTemporalCli` found it. */
  readonly cliPath: string;
  /** Serve the web UI as well; off by default. */
  readonly ui?: boolean;
  /**
   * SQLite file that keeps runs over a restart, readable by our user alone. Without it everything lives in
   * memory.
   */
  readonly dbFilename?: string;
  /** Ports on loopback; free ones are chosen where not given. */
  readonly port?: number;
  readonly uiPort?: number;
  /** Receives what the server prints, line by line (errors only). */
  readonly log?: (line: string) => void;
}

export interface DevServer {
  /** `host:port` for Temporal clients and workers. */
  readonly address: string;
  readonly uiUrl?: string;
  readonly namespace: string;
  /** Settles once its process is gone, whoever ended it. */
  readonly ended: Promise<void>;
  /** Ends the server and returns when its process is gone. May be called twice. */
  stop(): Promise<void>;
}

const HOST = '127.0.0.1';
const NAMESPACE = 'default';
const KEYWORD = 2; // temporal.api.enums.v1.IndexedValueType
export const START_DEADLINE_MS = 60_000; // usually 0.3 s; a loaded machine may need more
/** The server is on this machine: no proxy of the environment leads to it. */
const DIRECT = { 'grpc.enable_http_proxy': 0 } as const;
const START_ATTEMPTS = 3; // a port that was free may be taken before the server binds it
/** A server whose program was killed ends within a second, and holds its database until then. */
const LOCK_FREE_WITHIN_MS = 10_000;
const LOCK_LOOK_EVERY_MS = 100;

/**
 * A stock dev server waits for a 50 ms tick before each dispatch and rounds timers up to a second; these
 * two cure it.
 */
const TUNING = [
  ...['--dynamic-config-value', 'history.transferProcessorMaxPollRPS=2000'],
  ...['--dynamic-config-value', 'history.timerProcessorMaxTimeShift="10ms"'],
];

/**
 * Starts a Temporal development server on loopback and returns once it answers and knows Patchbay's search
 * attributes. It ends with `stop()`, and with this process. Throws `LocalTemporalError` where it does not
 * start, with what it printed last, and where another server has the database, with the place of that one.
 */
export async function startDevServer(options: DevServerOptions): Promise<DevServer> {
  const { dbFilename } = options;
  if (dbFilename === undefined) return startOnFreePort(options);
  await makePrivate(dbFilename);
  const lock = await openLockFile(dbFilename);
  try {
    const server = await startLocked(options, dbFilename, lock);
    await noteAddress(lock, server.address);
    return server;
  } finally {
    await lock.close();
  }
}

/** Starts it once the lock of its database is free, if that is soon. */
async function startLocked(options: DevServerOptions, dbFilename: string, lock: LockFile): Promise<DevServer> {
  const deadline = performance.now() + LOCK_FREE_WITHIN_MS;
  for (;;) {
    try {
      return await startOnFreePort(options, lock);
    } catch (error) {
      if (!(error instanceof ServerEnded && error.lock === 'held')) throw error;
      const holder = await livingHolder(lock);
      if (holder !== undefined || performance.now() > deadline) throw databaseTaken(dbFilename, holder);
      await delay(LOCK_LOOK_EVERY_MS);
    }
  }
}

async function startOnFreePort(options: DevServerOptions, lock?: LockFile): Promise<DevServer> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await startOnce(options, lock);
    } catch (error) {
      const isPortLost = error instanceof ServerEnded && PORT_TAKEN.test(error.message);
      if (isPortLost && options.port === undefined && attempt < START_ATTEMPTS) continue;
      throw error instanceof ServerEnded && error.lock !== 'held' ? toldOf(error, options) : error;
    }
  }
}

async function startOnce(options: DevServerOptions, lock: LockFile | undefined): Promise<DevServer> {
  const port = options.port ?? (await freePort());
  const uiPort = options.ui === true ? (options.uiPort ?? (await freePort())) : undefined;
  const isDisposable = options.dbFilename === undefined; // it need not take its second to end gracefully
  const server = new ServerProcess(
    { ...options, isDisposable, ...(lock === undefined ? {} : { lock }) },
    serverArguments(port, uiPort, options.dbFilename),
  );
  const address = `${HOST}:${String(port)}`;
  try {
    await ready(server, address);
  } catch (error) {
    await server.stop();
    throw error;
  }
  const ui = uiPort === undefined ? {} : { uiUrl: `http://${HOST}:${String(uiPort)}` };
  return { address, namespace: NAMESPACE, ...ui, ended: server.ended, stop: () => server.stop() };
}

const PORT_TAKEN = /address already in use/i;

/** Why the server ended, and what a person does about it. */
function toldOf(error: ServerEnded, { cliPath, dbFilename, port }: DevServerOptions): LocalTemporalError {
  const { words, lock } = error;
  if (lock === 'impossible' && dbFilename !== undefined) {
    return new LocalTemporalError(
      `The database ${dbFilename} cannot be locked against a second server: its file system knows no locks, or neither flock nor Perl is on the PATH.`,
      'Install flock (part of util-linux), or set XDG_DATA_HOME to a folder on a local disk.',
      { cause: error },
    );
  }
  if (PORT_TAKEN.test(words)) {
    const which = port === undefined ? '' : ` (${String(port)})`;
    return new LocalTemporalError(
      `Temporal's dev server found its port taken${which}. It says: ${words}.`,
      'End what listens there, or run the same command again: a free port is then chosen.',
      { cause: error },
    );
  }
  if (dbFilename !== undefined) {
    return new LocalTemporalError(
      `Temporal's dev server does not start on the database ${dbFilename}. It says: ${words}.`,
      `${OTHER_DATABASE} Where the disk is full, free space on it.`,
      { cause: error },
    );
  }
  return new LocalTemporalError(
    `Temporal's dev server ended while starting (${cliPath}). It says: ${words}.`,
    'Correct what it says. Another Temporal CLI is taken where TEMPORAL_CLI_PATH names it.',
    { cause: error },
  );
}

/** A database that was made under another umask, and what SQLite keeps beside it. */
async function makePrivate(dbFilename: string): Promise<void> {
  for (const file of ['', '-wal', '-shm', '-journal'].map((suffix) => dbFilename + suffix)) {
    await chmod(file, 0o600).catch((error: unknown) => {
      if (systemFault(error)?.code === 'ENOENT') return;
      throw new LocalTemporalError(`${file} cannot be made private to you: ${whyOf(error)}.`, OTHER_DATABASE);
    });
  }
}

function serverArguments(port: number, uiPort: number | undefined, dbFilename: string | undefined): string[] {
  return [
    ...['server', 'start-dev', '--ip', HOST, '--port', String(port), '--log-level', 'error'],
    ...(uiPort === undefined ? ['--headless'] : ['--ui-port', String(uiPort), '--ui-disable-news-fetch']),
    ...(dbFilename === undefined ? [] : ['--db-filename', dbFilename]),
    ...TUNING,
  ];
}

/**
 * Waits until the namespace is served and every search attribute is known: an older database file may lack
 * one.
 */
async function ready(server: ServerProcess, address: string): Promise<void> {
  const deadline = performance.now() + START_DEADLINE_MS;
  let lastError: unknown;
  while (performance.now() < deadline) {
    if (server.isListening()) {
      try {
        return await registerSearchAttributes(address);
      } catch (error) {
        lastError = error; // listening, but the namespace may not be served yet
      }
    }
    await delay(25);
  }
  const seconds = String(START_DEADLINE_MS / 1000);
  throw new LocalTemporalError(
    `Temporal's dev server does not answer at ${address} within ${seconds} s.`,
    'If this machine was busy, run the same command again. If a firewall blocks connections of this machine to itself, allow them.',
    { cause: lastError },
  );
}

async function registerSearchAttributes(address: string): Promise<void> {
  const connection = await Connection.connect({ address, connectTimeout: '1s', channelArgs: DIRECT });
  try {
    const { operatorService } = connection;
    const known = (await operatorService.listSearchAttributes({ namespace: NAMESPACE })).customAttributes;
    const wanted = Object.values(searchAttributes).map(({ name }) => name);
    const missing = wanted.filter((name) => !(name in known)).map((name) => [name, KEYWORD] as const);
    if (missing.length === 0) return;
    await operatorService.addSearchAttributes({ namespace: NAMESPACE, searchAttributes: Object.fromEntries(missing) });
  } finally {
    await connection.close();
  }
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, HOST);
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  if (address === null || typeof address === 'string') throw new TypeError('A TCP server has an address and a port.');
  return address.port;
}
