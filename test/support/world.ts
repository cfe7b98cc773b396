/**
 * test/support/: what tests of whole runs share: accounts at both providers (the sandbox), a worker of the
 * real engine, requests, and what is checked of every run without being asked for (replay, secrets). Not
 * here: what a test claims.
 */
import { Client, Connection } from '@temporalio/client';
import { DefaultLogger, NativeConnection, Runtime } from '@temporalio/worker';
import { inject, onTestFinished } from 'vitest';
import type { ProviderConfig } from '../../src/config.js';
import { createPatchbay, type Patchbay } from '../../src/client.js';
import type { RequestInput } from '../../src/contract/request.js';
import { workflowIds } from '../../src/contract/workflowIds.js';
import type { Result } from '../../src/contract/result.js';
import {
  type DidwwVersion,
  type NumberSeed,
  type Sandbox,
  type SandboxOptions,
  type SandboxState,
  startSandbox,
} from '../../src/sandbox/index.js';
import type { CallTimes } from '../../src/domain/calls/times.js';
import { LARGE_ANSWERS } from '../../src/temporalConfig.js';
import { createDependencies, createPatchbayWorker, type PatchbayWorker } from '../../src/worker.js';
import { SHORT_CALL_TIMES } from './callTimes.js';
import { expectNoSecrets, plantedSecrets } from './secrets.js';
import { expectReplays, historiesOf } from './histories.js';
import { uniqueNumbers, uniqueSlug } from './unique.js';

Runtime.install({
  logger: new DefaultLogger('ERROR'),
  telemetryOptions: { logging: { filter: 'ERROR', forward: {} } },
});

/** Milliseconds of a phase of a call in the sandbox. */
const CALL_PHASE_MS = 15;

/** After this long a worker takes it that lists of the sandbox show whatever is there. */
export const LIST_LAG_MS = 1_000;

/** A Temporal server and a namespace of it. */
export interface Temporal {
  readonly address: string;
  readonly namespace: string;
}

interface Connections {
  readonly native: NativeConnection;
  readonly connection: Connection;
}

/** By address: a process opens one pair for every server that its tests use, and keeps it to its end. */
const connections = new Map<string, Promise<Connections>>();

/** Accounts at both providers, and a Patchbay that serves them. */
export interface World {
  readonly sandbox: Sandbox;
  readonly client: Client;
  readonly patchbay: Patchbay;
  readonly taskQueue: string;
  /** What a further worker of this world needs. */
  readonly temporal: Temporal;
  readonly providers: ProviderConfig;
  /** Slug of the connection that requests of this world name. */
  readonly connection: string;
  /** Numbers with which nothing is wrong. */
  readonly numbers: readonly string[];
  /** What stood at the providers before anything was asked for. */
  readonly before: SandboxState;
  /** A request for the first number, with a transfer and without test calls; all else as given. */
  request(members?: Partial<RequestInput>): RequestInput;
  /** Runs an onboarding to its end. */
  onboard(request?: RequestInput): Promise<Result>;
  /** The result of the newest run of the connection (or of another one), once it has ended. */
  ended(connection?: string): Promise<Result>;
  /** Stops the worker; `begin` starts another on the same queue. */
  stopWorker(): Promise<void>;
  /**
   * Of the present workflows, or of those in the bundle given; with the keys of this world's accounts, or
   * with others.
   */
  startWorker(workflowBundlePath?: string, providers?: ProviderConfig): Promise<void>;
  /** How the running worker was made. */
  workerOptions(): PatchbayWorker['options'] | undefined;
}

/** What a test's accounts hold besides what every sandbox has. */
export interface Accounts {
  /** How many numbers with which nothing is wrong. Default 1. */
  readonly numbers?: number;
  /** Further numbers, in whatever state. */
  readonly others?: readonly NumberSeed[];
  readonly region?: 'us' | 'eu';
  /** API version of the DIDWW account; default: what a new one gets. */
  readonly didwwVersion?: DidwwVersion;
  /** The sandbox's clock; default: the wall clock. */
  readonly clock?: SandboxOptions['clock'];
  readonly latencyMs?: number;
  /** What the worker gives test calls; default: little (callTimes.ts). */
  readonly callTimes?: CallTimes;
  /** Default: the worker of this world is started. */
  readonly worker?: boolean;
  /** How many steps and undo calls the worker has at work at the same time. */
  readonly stepsAtOnce?: number;
  /** The worker keeps no run in memory: each task replays its run from the start. */
  readonly isUncached?: boolean;
  /**
   * The worker's workflows have a thread of their own, as in production, where a task that computes for 5 s is
   * ended.
   */
  readonly isThreaded?: boolean;
  /** Default: namespace `default` of the server that all files share. */
  readonly temporal?: Partial<Temporal>;
  /** Of a test that runs beside others, its own: Vitest cannot tell by itself which test it is. */
  readonly onTestFinished?: OnTestFinished;
}

export type OnTestFinished = (work: () => Promise<void>) => void;

/**
 * Accounts as described, served by a worker of their own. Taken down after the test, when every run is
 * replayed and searched for secrets.
 */
export async function givenAccounts({
  numbers = 1,
  others = [],
  region = 'us',
  didwwVersion,
  clock,
  latencyMs = 0,
  callTimes = SHORT_CALL_TIMES,
  worker = true,
  stepsAtOnce,
  isUncached = false,
  isThreaded = false,
  temporal: elsewhere,
  onTestFinished: atEnd = onTestFinished,
}: Accounts = {}): Promise<World> {
  const temporal = { address: inject('temporalAddress'), namespace: 'default', ...elsewhere };
  const { native, connection: service } = await connectTo(temporal.address);
  const client = new Client({ connection: service, namespace: temporal.namespace });
  const good = uniqueNumbers(numbers);
  const sandbox = await startSandbox({
    didwwVersion,
    clock,
    latencyMs,
    callPhaseMs: CALL_PHASE_MS,
    numbers: [...good.map((number) => ({ number })), ...others],
  });
  const taskQueue = `patchbay-${uniqueSlug()}`;
  const providers = providersOf(sandbox, region);
  const running = new RunningWorker(native, {
    namespace: temporal.namespace,
    taskQueue,
    providers,
    callTimes,
    stepsAtOnce,
    isUncached,
    isThreaded,
  });
  const connection = uniqueSlug();
  const patchbay = createPatchbay({ client, taskQueue });
  atEnd(async () => {
    try {
      await checkRuns(client, taskQueue, sandbox);
    } finally {
      sandbox.faults.clear(); // a request that is still held would hold the worker, too
      await running.stop();
      await sandbox.stop();
    }
  });
  if (worker) await running.start();
  const world: World = {
    sandbox,
    client,
    patchbay,
    taskQueue,
    temporal,
    providers,
    connection,
    numbers: good,
    before: sandbox.state(),
    request: (members) => requestFor(world, region, members),
    onboard: async (request = world.request()) => {
      await patchbay.onboard(request);
      return world.ended();
    },
    ended: (slug = connection) => resultOf(patchbay, slug),
    stopWorker: () => running.stop(),
    startWorker: (workflowBundlePath, others) => running.start(workflowBundlePath, others),
    workerOptions: () => running.options,
  };
  return world;
}

/** The handle of the connection's newest run. */
export const runOf = (world: World): ReturnType<Client['workflow']['getHandle']> =>
  world.client.workflow.getHandle(workflowIds.connection(world.connection));

function connectTo(address: string): Promise<Connections> {
  const connect = async (): Promise<Connections> => {
    const [native, connection] = await Promise.all([
      NativeConnection.connect({ address }),
      Connection.connect({ address, channelArgs: LARGE_ANSWERS }),
    ]);
    return { native, connection };
  };
  const opening = connections.get(address) ?? connect();
  connections.set(address, opening);
  return opening;
}

function providersOf(sandbox: Sandbox, region: 'us' | 'eu'): ProviderConfig {
  const vapi =
    region === 'us'
      ? { apiUrl: sandbox.vapiUrl, apiKey: sandbox.vapiApiKey }
      : { apiUrl: sandbox.vapiEuUrl, apiKey: sandbox.vapiEuApiKey };
  const { didwwUrl: apiUrl, didwwAuthUrl: authUrl, didwwApiKey: apiKey } = sandbox;
  return { didww: { apiUrl, authUrl, apiKey }, vapi };
}

function requestFor(world: World, region: 'us' | 'eu', members: Partial<RequestInput> = {}): RequestInput {
  const [first] = world.numbers;
  return {
    connection: world.connection,
    region,
    assistantId: region === 'us' ? world.sandbox.assistantId : world.sandbox.euAssistantId,
    numbers: [{ number: first ?? '' }],
    transfer: { destination: '+12025550100' },
    verification: { inbound: false, outbound: false, transfer: false },
    patience: { step: '400ms', rollback: '400ms', firstRetry: '20ms' },
    ...members,
  };
}

async function resultOf(patchbay: Patchbay, connection: string): Promise<Result> {
  const run = await patchbay.find(connection);
  let result: Result | undefined;
  for await (const snapshot of patchbay.follow(run)) if (snapshot.result !== undefined) result = snapshot.result;
  if (result === undefined) throw new Error(`the run of ${connection} ended without a result`);
  return result;
}

async function checkRuns(client: Client, taskQueue: string, sandbox: Sandbox): Promise<void> {
  const histories = await historiesOf(client, taskQueue);
  await expectReplays(histories, inject('workflowBundlePath'));
  expectNoSecrets(histories, plantedSecrets(sandbox));
}

/** What a world's workers are made with. */
interface WorkerParts {
  readonly namespace: string;
  readonly taskQueue: string;
  readonly providers: ProviderConfig;
  readonly callTimes: CallTimes;
  readonly stepsAtOnce: number | undefined;
  readonly isUncached: boolean;
  readonly isThreaded: boolean;
}

class RunningWorker {
  private worker: PatchbayWorker | undefined;
  private ended: Promise<void> | undefined;

  constructor(
    private readonly connection: NativeConnection,
    private readonly parts: WorkerParts,
  ) {}

  async start(workflowBundlePath = inject('workflowBundlePath'), providers = this.parts.providers): Promise<void> {
    const { connection } = this;
    const { namespace, taskQueue, callTimes, stepsAtOnce, isUncached, isThreaded } = this.parts;
    const dependencies = createDependencies({
      connection,
      namespace,
      taskQueue,
      providers,
      listLagMs: LIST_LAG_MS,
      callTimes,
    });
    await dependencies.didww.apiVersion().catch(() => undefined); // as a worker does at its start
    this.worker = await createPatchbayWorker({
      connection,
      namespace,
      taskQueue,
      dependencies,
      workflowBundlePath,
      isUncached,
      isSingleThreaded: !isThreaded,
      ...(stepsAtOnce === undefined ? {} : { stepsAtOnce }),
    });
    this.ended = this.worker.run();
  }

  get options(): PatchbayWorker['options'] | undefined {
    return this.worker?.options;
  }

  async stop(): Promise<void> {
    this.worker?.shutdown();
    await this.ended;
    this.worker = undefined;
  }
}
