/**
 * The worker: the process that carries out runs. Belongs here: how it is put together, started and stopped.
 * Does not: its log (`workerLog.ts`), reading settings (`config.ts`), what a step does (`activities`), or
 * when (`workflows`).
 */
import { fileURLToPath } from 'node:url';
import { Client } from '@temporalio/client';
import {
  NativeConnection,
  type NativeConnectionOptions,
  Runtime,
  Worker,
  type WorkerOptions,
} from '@temporalio/worker';
import { AccountsInterceptor } from './activities/engine/accounts.js';
import type { Dependencies } from './activities/engine/dependencies.js';
import { SipCredentialCache } from './activities/engine/sipCredentialCache.js';
import { FailureInterceptor } from './activities/engine/failures.js';
import { HEARTBEAT_HELD_BACK_MS } from './activities/engine/heartbeats.js';
import { createActivities, createWaitingActivities } from './activities/index.js';
import { LONGEST_LIST_LAG_MS } from './activities/objects/listLag.js';
import { type ProviderConfig, vapiUrlFor } from './config.js';
import { createDidww, type DidwwClient } from './didww/index.js';
import { waitingQueue } from './contract/workflowIds.js';
import { CALL_TIMES, type CallTimes } from './domain/calls/times.js';
import { type Region, REGIONS } from './domain/sip/addresses.js';
import { createRedactor, ProviderError, type Redactor } from './http/index.js';
import { createVapi } from './vapi/index.js';
import { installRuntime, type WorkerLog } from './workerLog.js';

/** The workflows as the build bundled them. */
export const BUILT_WORKFLOWS = fileURLToPath(new URL('../dist/workflow-bundle.js', import.meta.url));

/**
 * After a worker died, its runs wait this long for it before another takes them over. The default of 10 s
 * is a standstill that people see. A worker that is only slow loses nothing but its cache.
 */
export const STICKY_WAIT = '1 s';
/**
 * How long running requests may go on when the worker is told to stop: a request ends by itself within 20
 * s.
 */
export const SHUTDOWN_GRACE = '20 s';
/**
 * After this the process ends whatever still runs; supervisors should wait longer (`docs/operations.md`).
 */
export const SHUTDOWN_FORCE = '50 s';
/** The same for a worker whose runs nobody will miss. */
const DISPOSABLE = { shutdownGraceTime: 0, shutdownForceTime: '3s' } as const;
/**
 * One task at a time: where runs push each other out of a full cache, Temporal's core drops tasks that it
 * holds back and local activities that are under way, and each is a standstill of 10 s (sdk-rust, issue 886
 * and pull request 1304).
 */
const UNCACHED = { maxCachedWorkflows: 0, maxConcurrentWorkflowTaskExecutions: 1 } as const;

/**
 * Calls and runs that are waited for at the same time. Each sleeps between two looks, so that they cost
 * memory and little else.
 */
export const WAITS_AT_ONCE = 1_000;

/** What a worker is made of; tests put their own parts together. */
export interface WorkerParts {
  readonly connection: NativeConnection;
  readonly namespace: string;
  readonly taskQueue: string;
  readonly dependencies: Dependencies;
  /** The build's own where left out. */
  readonly workflowBundlePath?: string;
  /**
   * Replays every run from its start at every step, which the tests use to find what is not deterministic.
   */
  readonly isUncached?: boolean;
  /**
   * Runs workflows in the process's own thread, and lets a workflow task compute for as long as it likes: for
   * tests, which start a worker each. A thread for workflows costs 0.4 s of CPU to begin.
   */
  readonly isSingleThreaded?: boolean;
  /** Ends at once when it is told to stop: for demos, whose server ends with it. */
  readonly isDisposable?: boolean;
  /**
   * How long what runs may take to come to rest before the worker fails; 50 s, or 3 s of a disposable one.
   */
  readonly shutdownForceTime?: WorkerOptions['shutdownForceTime'];
  /** How many steps and undo calls are at work at the same time; Temporal's default where left out. */
  readonly stepsAtOnce?: number;
}

/** A worker that was made, and is run once. */
export interface PatchbayWorker {
  /** Of its main task queue. */
  readonly options: Worker['options'];
  /** Settles when it has ended; rejects where it failed. */
  run(): Promise<void>;
  /** Takes no more work. Does nothing where it does not run. */
  shutdown(): void;
}

/** Everything that a worker needs to serve a task queue. */
export interface WorkerSettings {
  readonly temporal: NativeConnectionOptions;
  readonly namespace: string;
  readonly taskQueue: string;
  readonly providers: ProviderConfig;
  readonly log: WorkerLog;
  readonly workflowBundlePath?: string;
  readonly isDisposable?: boolean;
}

/** A worker that polls its queue. */
export interface RunningWorker {
  /** Settles when the worker has ended: rejects where it failed, or could not come to rest within 50 s. */
  readonly ended: Promise<void>;
  /**
   * Takes no more work, lets what runs come to rest (20 s, then it is told to stop), and closes the
   * connection. May be called twice.
   */
  stop(): Promise<void>;
}

/**
 * Connects to Temporal and begins to poll. Throws where Temporal cannot be reached or the workflows are not
 * built. To be called once a process, before anything else in it uses Temporal's native core.
 */
export async function startWorker(settings: WorkerSettings): Promise<RunningWorker> {
  const { temporal, namespace, taskQueue, providers, log, ...rest } = settings;
  const redactor = createRedactor([providers.didww.apiKey, providers.vapi.apiKey]);
  installRuntime(log, redactor);
  const connection = await NativeConnection.connect(temporal);
  const onDidwwVersion = (version: string): void => {
    Runtime.instance().logger.info(`DIDWW serves this account in API version ${version}.`);
  };
  const dependencies = createDependencies({ connection, namespace, taskQueue, providers, redactor, onDidwwVersion });
  try {
    const worker = await createPatchbayWorker({ connection, namespace, taskQueue, dependencies, ...rest });
    void findApiVersion(dependencies.didww);
    return running(worker, connection);
  } catch (error) {
    await connection.close();
    throw error;
  }
}

/**
 * The worker over parts that exist already; the caller runs it and closes the connection after it. It
 * serves two task queues: what waits for minutes is on one of its own, as Temporal gives out slots whatever
 * the activity, and an undo must not queue behind calls that are followed.
 */
export async function createPatchbayWorker(parts: WorkerParts): Promise<PatchbayWorker> {
  const { connection, namespace, taskQueue, stepsAtOnce } = parts;
  const accounts = new AccountsInterceptor(parts.dependencies);
  const common: Omit<WorkerOptions, 'taskQueue'> = {
    connection,
    namespace,
    interceptors: {
      activity: [() => ({ inbound: new FailureInterceptor() }), () => ({ inbound: accounts })],
    },
    maxHeartbeatThrottleInterval: HEARTBEAT_HELD_BACK_MS,
    shutdownGraceTime: SHUTDOWN_GRACE,
    shutdownForceTime: SHUTDOWN_FORCE,
    ...(parts.isDisposable === true ? DISPOSABLE : {}),
    ...(parts.shutdownForceTime === undefined ? {} : { shutdownForceTime: parts.shutdownForceTime }),
  };
  const main = await Worker.create({
    ...common,
    taskQueue,
    workflowBundle: { codePath: parts.workflowBundlePath ?? BUILT_WORKFLOWS },
    activities: createActivities(parts.dependencies),
    stickyQueueScheduleToStartTimeout: STICKY_WAIT,
    debugMode: parts.isSingleThreaded === true,
    ...(parts.isUncached === true ? UNCACHED : {}),
    ...(stepsAtOnce === undefined ? {} : { maxConcurrentActivityTaskExecutions: stepsAtOnce }),
  });
  const beside = await Worker.create({
    ...common,
    taskQueue: waitingQueue(taskQueue),
    activities: createWaitingActivities(parts.dependencies),
    maxConcurrentActivityTaskExecutions: WAITS_AT_ONCE,
  });
  return asOne(main, beside);
}

/** Both stop where one of them does. */
function asOne(main: Worker, beside: Worker): PatchbayWorker {
  const shutdown = (): void => {
    for (const worker of [main, beside]) if (worker.getState() === 'RUNNING') worker.shutdown();
  };
  return {
    options: main.options,
    shutdown,
    async run() {
      const runs = [main, beside].map((worker) => worker.run().finally(shutdown));
      const failed = (await Promise.allSettled(runs)).find((ended) => ended.status === 'rejected');
      if (failed !== undefined) throw failed.reason;
    },
  };
}

/**
 * Both provider clients, the memory for SIP credentials and a Temporal client, on the worker's own
 * connection.
 */
export function createDependencies(settings: {
  readonly connection: NativeConnection;
  readonly namespace: string;
  readonly taskQueue: string;
  readonly providers: ProviderConfig;
  readonly redactor?: Redactor;
  /** Told of the DIDWW account's API version as soon as it is known, and again after an upgrade. */
  readonly onDidwwVersion?: (version: string) => void;
  /** How late lists of the providers may be, in milliseconds; for sandboxes, whose lag is known. */
  readonly listLagMs?: number;
  /** For sandboxes, whose calls are as short as one wants. */
  readonly callTimes?: CallTimes;
}): Dependencies {
  const { didww, vapi } = settings.providers;
  const { redactor, onDidwwVersion: onVersion, listLagMs = LONGEST_LIST_LAG_MS, callTimes = CALL_TIMES } = settings;
  const vapiUrl = (region: Region) => vapiUrlFor(region, vapi.apiUrl);
  const vapiClients = new Map(
    REGIONS.map((region) => [region, createVapi({ apiUrl: vapiUrl(region), apiKey: vapi.apiKey, redactor })]),
  );
  return {
    didww: createDidww({ ...didww, redactor, onVersion }),
    vapi(region) {
      const client = vapiClients.get(region);
      if (client === undefined) throw new RangeError(`There is no Vapi region ${region}.`);
      return client;
    },
    urls: (region) => ({ didww: didww.apiUrl, vapi: vapiUrl(region) }),
    sipCredentialCache: new SipCredentialCache(),
    temporal: new Client({ connection: settings.connection, namespace: settings.namespace }),
    taskQueue: settings.taskQueue,
    listLagMs,
    callTimes,
  };
}

/**
 * Finds out the account's API version before the first run needs it. What goes wrong is told by that run,
 * too.
 */
async function findApiVersion(didww: DidwwClient): Promise<void> {
  try {
    await didww.apiVersion();
  } catch (error) {
    const { message, action } = error instanceof ProviderError ? error : { message: String(error), action: undefined };
    const words = action === undefined ? message : `${message} ${action}`;
    Runtime.instance().logger.warn(`DIDWW's API version is not known yet. ${words}`);
  }
}

function running(worker: PatchbayWorker, connection: NativeConnection): RunningWorker {
  // The connection refuses to close where the worker has not come to rest; the worker's own error is the
  // one that matters.
  const ended = worker.run().finally(() => connection.close().catch(() => undefined));
  ended.catch(() => undefined); // whoever waits for it learns of it; nobody has to
  return {
    ended,
    async stop() {
      worker.shutdown();
      await ended;
    },
  };
}
