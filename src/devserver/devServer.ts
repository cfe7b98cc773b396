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
import { searchAttributes } from '../workflows/messages.js';

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
 * attributes. It ends with `stop()`, and with this process. Throws where it does not start, with the last
 * lines that it printed.
 */
export async function startDevServer(options: DevServerOptions): Promise<DevServer> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await startOnce(options);
    } catch (error) {
      const portLost = error instanceof ServerEnded && /address already in use/i.test(error.message);
      if (!portLost || options.port !== undefined || attempt === START_ATTEMPTS) throw error;
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

/** A database that was made under another umask, and what SQLite keeps beside it. */
async function makePrivate(dbFilename: string): Promise<void> {
  for (const file of ['', '-wal', '-shm', '-journal'].map((suffix) => dbFilename + suffix)) {
    await chmod(file, 0o600).catch((error: unknown) => {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return;
      throw error;
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

class ServerEnded extends Error {}

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
    this.#keeper.once('error', () => (this.#ended = true));
    this.#keeper.once('exit', () => (this.#ended = true));
    this.#keeper.stdin?.on('error', () => undefined); // the reader may be gone first
    this.#keeper.stdout?.on('data', () => (this.#listening = true));
    eachLine(this.#keeper.stderr, (line) => {
      this.#lastLines.push(line);
      this.#lastLines.splice(0, this.#lastLines.length - 10);
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
      throw new ServerEnded(`The Temporal dev server ended while starting.\n${this.#lastLines.join('\n')}`);
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
    for (const stream of this.#keeper.stdio) {
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
  throw new Error(`The Temporal dev server did not answer within ${seconds} s.`, { cause: lastError });
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
  if (address === null || typeof address === 'string') throw new Error('No free port could be found on loopback.');
  return address.port;
}
