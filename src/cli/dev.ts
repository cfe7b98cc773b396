import { createServer } from 'node:net';
import type { Command } from 'commander';
import { type CliPlaces, type ProviderConfig, readDevConfig, readLiveConfig } from '../config.js';
import { type DevServer, startDevServer } from '../devserver/devServer.js';
import { LocalTemporalError } from '../devserver/localTemporalError.js';
import { findTemporalCli } from '../devserver/temporalCli.js';
import { type Sandbox, startSandbox } from '../sandbox/index.js';
import { startWorker } from '../worker.js';
import { type Connected, connect, inWords } from './connect.js';
import { EXIT } from './exitCodes.js';
import { liveDatabase } from './liveDatabase.js';
import type { Io, Screen } from './output/io.js';
import { command, type JsonOption, type CommandContext } from './commandContext.js';
import { type StartedPart, stopInTurn } from './stopping.js';
import { UsageError } from './usageError.js';

/** Each part has shorter limits of its own; this one is for what those do not cover. */
const STOP_WITHIN_MS = 10_000;
/** A worker with real providers lets requests under way end, for up to 50 s (`worker.ts`). */
const WORKER_STOPS_WITHIN_MS = 60_000;

/** Temporal's usual ports: commands in another terminal find the server without a setting. */
const USUAL_PORTS = { temporal: 7233, ui: 8233 } as const;

type DevOptions = JsonOption & { readonly live?: boolean };

/** `patchbay dev`. */
export function devCommand(context: CommandContext): Command {
  return command('dev', 'Run Temporal with its UI, the sandbox and a worker on this machine, until it is stopped.', [
    'patchbay dev',
    'patchbay dev --live   # with the real providers; needs DIDWW_API_KEY and VAPI_API_KEY',
  ])
    .option('--live', 'the real providers instead of the sandbox, and a database that lasts')
    .action((options: DevOptions) =>
      context.run(options, async (screen) => {
        const parts = await startParts(await partsOptions(context.io.env, options.live === true, screen));
        return stay(parts, context.io, screen);
      }),
    );
}

async function partsOptions(env: NodeJS.ProcessEnv, isLive: boolean, screen: Screen): Promise<PartsOptions> {
  const live = isLive ? readLiveConfig(env) : undefined;
  const { taskQueue, cli } = live ?? readDevConfig(env);
  const database = live && { providers: live.providers, dbFilename: await liveDatabase(live.dataFolder) };
  const log = { level: 'WARN', write: screen.say } as const;
  const ports = await freeUsualPorts();
  return { taskQueue, cli, say: screen.say, log, ports, ...(database === undefined ? {} : { live: database }) };
}

async function stay(parts: Parts, io: Io, screen: Screen): Promise<number> {
  const { promise: interrupted, resolve: interrupt } = withResolvers();
  const off = io.onInterrupt(interrupt);
  try {
    introduce(parts, screen);
    await Promise.race([interrupted, parts.ended]);
  } finally {
    off(); // the next Ctrl-C ends the process, and all parts with it
    screen.say('Stopping. Ctrl-C again ends it at once.');
    await parts.stop();
  }
  return EXIT.done;
}

function introduce({ temporal, sandbox, taskQueue }: Parts, screen: Screen): void {
  const { address, namespace, uiUrl } = temporal;
  screen.answer([
    `Temporal  ${address}, namespace ${namespace}; its UI: ${uiUrl ?? ''}`,
    ...(sandbox === undefined
      ? ['Providers the real DIDWW and Vapi: what you start is carried out, and costs money']
      : [`Sandbox   DIDWW ${sandbox.didwwUrl}, Vapi ${sandbox.vapiUrl}, control ${sandbox.controlUrl}`]),
    `Worker    serves the task queue ${taskQueue}`,
    '',
    'In another terminal:',
    ...(address.endsWith(`:${String(USUAL_PORTS.temporal)}`) ? [] : [`  export TEMPORAL_ADDRESS=${address}`]),
    ...(sandbox === undefined ? ['  npx patchbay onboard request.yaml'] : firstRequest(sandbox)),
    '',
    'Ctrl-C stops all of it.',
  ]);
  screen.document({
    address,
    namespace,
    uiUrl,
    taskQueue,
    ...(sandbox === undefined
      ? {}
      : { didwwUrl: sandbox.didwwUrl, vapiUrl: sandbox.vapiUrl, controlUrl: sandbox.controlUrl }),
  });
}

function firstRequest({ assistantId, numbers }: Sandbox): string[] {
  return [
    "  npx patchbay onboard - <<'END'",
    '  connection: acme-support',
    '  region: us',
    `  assistantId: ${assistantId}`,
    '  numbers:',
    `    - number: "${numbers[0] ?? ''}"`,
    '  transfer:',
    '    destination: "+12025550100"',
    '  END',
  ];
}

async function freeUsualPorts(): Promise<NonNullable<PartsOptions['ports']>> {
  const [temporal, ui] = await Promise.all([isFree(USUAL_PORTS.temporal), isFree(USUAL_PORTS.ui)]);
  return { ...(temporal ? { temporal: USUAL_PORTS.temporal } : {}), ...(ui ? { ui: USUAL_PORTS.ui } : {}) };
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer()
      .once('error', () => {
        resolve(false);
      })
      .listen(port, '127.0.0.1', () => {
        probe.close(() => {
          resolve(true);
        });
      });
  });
}

function withResolvers(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve: () => void = () => undefined;
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}

/** What `demo` and `dev` start on this machine. */
export interface Parts {
  readonly temporal: DevServer;
  /** Absent with `--live`. */
  readonly sandbox?: Sandbox;
  readonly connected: Connected;
  readonly taskQueue: string;
  /**
   * Rejects where a part ends by itself: with a `UsageError` where Temporal did, and in words for whoever
   * has to act where Temporal ended the worker.
   */
  readonly ended: Promise<never>;
  /** Stops everything that was started, as `stopInTurn` does. May be called twice. */
  readonly stop: () => Promise<void>;
}

/** Where the parts are to be and what they talk to. */
export interface PartsOptions {
  readonly taskQueue: string;
  readonly cli: CliPlaces;
  readonly say: (line: string) => void;
  /** Receives the worker's log, from this level on. */
  readonly log: { readonly level: 'WARN' | 'ERROR'; readonly write: (line: string) => void };
  readonly ports?: { readonly temporal?: number; readonly ui?: number };
  /** How long the sandbox takes for an answer. */
  readonly latencyMs?: number;
  /** Real providers and a database file that lasts, instead of the sandbox and memory. */
  readonly live?: { readonly providers: ProviderConfig; readonly dbFilename: string };
}

/**
 * Starts a Temporal dev server with its UI, the sandbox (but for `live`) and a worker in this process.
 * Where one of them cannot be started, stops the others and throws: `UsageError`, `UnreachableError` or
 * `RefusedByTemporalError` for whatever a person can fix. To be called once a process.
 */
export async function startParts(options: PartsOptions): Promise<Parts> {
  const started: StartedPart[] = [];
  let stopping: Promise<void> | undefined;
  const stop = (): Promise<void> => (stopping ??= stopInTurn(started, options.say));
  try {
    return { ...(await start(options, started)), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function start(options: PartsOptions, started: StartedPart[]): Promise<Omit<Parts, 'stop'>> {
  const { taskQueue, live } = options;
  const temporal = await startTemporal(options);
  started.push({ name: 'Temporal', stop: () => temporal.stop(), withinMs: STOP_WITHIN_MS });
  const sandbox = live === undefined ? await startSandbox({ latencyMs: options.latencyMs }) : undefined;
  if (sandbox !== undefined)
    started.push({ name: 'The sandbox', stop: () => sandbox.stop(), withinMs: STOP_WITHIN_MS });
  const providers = live?.providers ?? sandboxProviders(sandbox);
  const { address, namespace } = temporal;
  const target = { namespace, connectionOptions: { address } };
  const connected = await connect({ temporal: target, taskQueue });
  started.push({ name: 'The connection to Temporal', stop: connected.close, withinMs: STOP_WITHIN_MS });
  const isDisposable = live === undefined;
  const log = { ...options.log, shutdownSignals: [] };
  const worker = await inWords(target, () =>
    startWorker({ temporal: { address }, namespace, taskQueue, providers, log, isDisposable }),
  );
  const withinMs = isDisposable ? STOP_WITHIN_MS : WORKER_STOPS_WITHIN_MS;
  started.push({ name: 'The worker', stop: () => worker.stop(), withinMs });
  const ended = Promise.race([inWords(target, () => worker.ended).then(workerGone), temporal.ended.then(serverGone)]);
  ended.catch(() => undefined); // as all parts end when they are stopped, and nobody waits for it then
  return { temporal, ...(sandbox === undefined ? {} : { sandbox }), connected, taskQueue, ended };
}

function workerGone(): never {
  throw new Error('The worker stopped unexpectedly.');
}

function serverGone(): never {
  throw new UsageError(
    "Temporal's dev server stopped unexpectedly, or something ended it.",
    'Run the same command again. Where it happens again, see whether this machine is short of memory.',
  );
}

async function startTemporal({ say, cli, ports, live }: PartsOptions): Promise<DevServer> {
  try {
    const cliPath = await findTemporalCli(say, cli);
    return await startDevServer({
      cliPath,
      ui: true,
      ...(ports?.temporal === undefined ? {} : { port: ports.temporal }),
      ...(ports?.ui === undefined ? {} : { uiPort: ports.ui }),
      ...(live === undefined ? {} : { dbFilename: live.dbFilename }),
    });
  } catch (error) {
    throw error instanceof LocalTemporalError ? new UsageError(error.message, error.action) : error;
  }
}

function sandboxProviders(sandbox: Sandbox | undefined): ProviderConfig {
  if (sandbox === undefined) throw new TypeError('A worker needs the sandbox or real providers.');
  return {
    didww: { apiUrl: sandbox.didwwUrl, authUrl: sandbox.didwwAuthUrl, apiKey: sandbox.didwwApiKey },
    vapi: { apiUrl: sandbox.vapiUrl, apiKey: sandbox.vapiApiKey },
  };
}
