/**
 * devserver/: gets the Temporal CLI and runs its development server for `demo`, `dev`, the benchmarks and
 * the tests. Here: where the program comes from, how it is started and how it surely ends. Not here:
 * workers, clients, settings of a production cluster (deploy/).
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod } from 'node:fs/promises';
import { createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { Connection } from '@temporalio/client';
import { systemFault, whyOf } from '../domain/systemFault.js';
import { searchAttributes } from '../workflows/messages.js';
import { OTHER_DATABASE } from '../localConfig.js';
import { LocalTemporalError } from './localTemporalError.js';

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
  /** Ends the server and returns when its process is gone. May be called twice. */
  stop(): Promise<void>;
}

const HOST = '127.0.0.1';
const NAMESPACE = 'default';
const KEYWORD = 2; // temporal.api.enums.v1.IndexedValueType
const START_DEADLINE_MS = 60_000; // usually 0.3 s; a loaded machine may need more
const STOP_DEADLINE_MS = 5_000; // usually 10 ms; then the process is killed
/** The server is on this machine: no proxy of the environment leads to it. */
const DIRECT = { 'grpc.enable_http_proxy': 0 } as const;
const START_ATTEMPTS = 3; // a port that was free may be taken before the server binds it

/**
 * A stock dev server waits for a 50 ms tick before each dispatch and rounds timers up to a second; these
 * two cure it.
 */
const TUNING = [
  ...['--dynamic-config-value', 'history.transferProcessorMaxPollRPS=2000'],
  ...['--dynamic-config-value', 'history.timerProcessorMaxTimeShift="10ms"'],
];

/**
 * The server dies with us, however we die: it runs in a group of its own (so that Ctrl-C reaches it only
 * through us), and a reader on our pipe ends it as soon as the pipe closes, which the kernel does for us
 * even after SIGKILL. Its files are for our user alone: a database holds the numbers and ids of real
 * accounts.
 */
const KEEPER = `
exec 3<&0 4>&2 2>/dev/null
umask 077
signal=$1; shift
"$@" </dev/null 2>&4 3<&- 4>&- & server=$!
trap 'kill -"$signal" "$server"' HUP INT TERM
{ read -r _; kill -"$signal" "$server"; } <&3 4>&- & reader=$!
wait "$server"; code=$?
kill "$reader"
exit "$code"`;

/**
 * Starts a Temporal development server on loopback and returns once it answers and knows Patchbay's search
 * attributes. It ends with `stop()`, and with this process. Throws `LocalTemporalError` where it does not
 * start, with what it printed last.
 */
export async function startDevServer(options: DevServerOptions): Promise<DevServer> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await startOnce(options);
    } catch (error) {
      const isPortLost = error instanceof ServerEnded && PORT_TAKEN.test(error.message);
      if (isPortLost && options.port === undefined && attempt < START_ATTEMPTS) continue;
      throw error instanceof ServerEnded ? toldOf(error, options) : error;
    }
  }
}

async function startOnce(options: DevServerOptions): Promise<DevServer> {
  if (options.dbFilename !== undefined) await makePrivate(options.dbFilename);
  const port = options.port ?? (await freePort());
  const uiPort = options.ui === true ? (options.uiPort ?? (await freePort())) : undefined;
  const server = new ServerProcess(options, serverArguments(port, uiPort, options.dbFilename));
  const address = `${HOST}:${String(port)}`;
  try {
    await ready(server, address);
  } catch (error) {
    await server.stop();
    throw error;
  }
  const ui = uiPort === undefined ? {} : { uiUrl: `http://${HOST}:${String(uiPort)}` };
  return { address, namespace: NAMESPACE, ...ui, stop: () => server.stop() };
}

const PORT_TAKEN = /address already in use/i;

/** Why the server ended, and what a person does about it. */
function toldOf(error: ServerEnded, { cliPath, dbFilename, port }: DevServerOptions): LocalTemporalError {
  const { words } = error;
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

/** As programs in Go begin the line that tells why they end; a trace of their stack may come after it. */
const TELLING = /^(?:Error: |panic: |fatal error: )/;

/** The server's process ended before it was ready. */
class ServerEnded extends Error {
  /** What it said last, in one line. */
  readonly words: string;

  constructor(lines: readonly string[]) {
    super(`The Temporal dev server ended while starting.\n${lines.join('\n')}`);
    const said = (lines.find((line) => TELLING.test(line)) ?? lines.at(-1) ?? 'nothing').replace(
      /^Error: (?:failed starting server: )?/,
      '',
    );
    this.words = said.replaceAll(/"(?:[^"\\]|\\.){80,}"/g, '"…"').replace(/[.\s]+$/, ''); // a statement of SQL
  }
}

class ServerProcess {
  readonly #keeper: ChildProcess;
  readonly #lastLines: string[] = [];
  #listening = false;
  #stopping = false;
  #ended = false;

  constructor({ cliPath, dbFilename, log }: DevServerOptions, args: string[]) {
    // A server with nothing to lose need not take its second to end gracefully.
    const signal = dbFilename === undefined ? 'KILL' : 'TERM';
    this.#keeper = spawn('/bin/sh', ['-c', KEEPER, 'sh', signal, cliPath, ...args], {
      detached: true,
      stdio: ['pipe', 'pipe', 'pipe'],
      env: ownEnvironment(),
    });
    this.#keeper.once('error', (error) => {
      this.#lastLines.push(`/bin/sh cannot be started: ${whyOf(error)}`);
      this.#ended = true;
    });
    this.#keeper.once('exit', () => (this.#ended = true));
    this.#keeper.stdin?.on('error', () => undefined); // the reader may be gone first
    this.#keeper.stdout?.on('data', () => (this.#listening = true));
    eachLine(this.#keeper.stderr, (line) => {
      this.#lastLines.push(line);
      if (this.#lastLines.length > 10) this.#lastLines.splice(TELLING.test(this.#lastLines[0] ?? '') ? 1 : 0, 1);
      if (!this.#stopping) log?.(line); // while it stops it complains about its own stopping
    });
    this.#hold(false); // a program that has nothing else to do ends, and the server with it
  }

  /**
   * Whether it has bound its ports: it prints where it listens, and nothing before. Asking the port alone
   * could reach another server that holds it. Throws `ServerEnded` once the process is gone.
   */
  isListening(): boolean {
    if (this.#ended) {
      throw new ServerEnded(this.#lastLines);
    }
    return this.#listening;
  }

  async stop(): Promise<void> {
    if (this.#ended) return;
    this.#stopping = true;
    this.#hold(true);
    const gone = once(this.#keeper, 'exit');
    this.#keeper.stdin?.end();
    const kill = setTimeout(() => {
      if (this.#keeper.pid !== undefined) process.kill(-this.#keeper.pid, 'SIGKILL');
    }, STOP_DEADLINE_MS);
    await gone;
    clearTimeout(kill);
  }

  #hold(alive: boolean): void {
    const change = alive ? 'ref' : 'unref';
    this.#keeper[change]();
    const streams = this.#keeper.stdio as ChildProcess['stdio'] | undefined; // none where no file can be opened
    for (const stream of streams ?? []) {
      if (stream && change in stream) (stream as unknown as Record<'ref' | 'unref', () => void>)[change]();
    }
  }
}

/** The server gets no provider keys and no Temporal client settings of ours. */
function ownEnvironment(): NodeJS.ProcessEnv {
  const kept = ['PATH', 'HOME', 'TMPDIR', 'LANG', 'TZ'] as const;
  return Object.fromEntries(kept.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])));
}

function eachLine(stream: NodeJS.ReadableStream | null, line: (text: string) => void): void {
  let rest = '';
  stream?.setEncoding('utf8').on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    lines.filter((text) => text.trim() !== '').forEach(line);
  });
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
    'Run the same command again where this machine was busy. Nothing may stand between it and its own address.',
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
