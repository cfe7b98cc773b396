/**
 * A worker that sequences use one after the other, each with accounts of its own, and that is restarted
 * with other keys under way.
 */
import { Client, Connection } from '@temporalio/client';
import { DefaultLogger, NativeConnection, Runtime } from '@temporalio/worker';
import type { Dependencies } from '../../src/activities/engine/dependencies.js';
import { createPatchbay, type Patchbay } from '../../src/client.js';
import type { ProviderConfig } from '../../src/config.js';
import { createDependencies, createPatchbayWorker } from '../../src/worker.js';
import { SHORT_CALL_TIMES } from '../support/callTimes.js';
import { LONGEST_LAG_MS } from './commands.js';

Runtime.install({
  logger: new DefaultLogger('ERROR'),
  telemetryOptions: { logging: { filter: 'ERROR', forward: {} } },
});

const NAMESPACE = 'default';

/** How late lists are at the most (`commands.ts`), and some more. */
const LIST_LAG_MS = LONGEST_LAG_MS + 200;

/** A Temporal server, and the workflows that its workers serve. */
export interface Engine {
  readonly client: Client;
  readonly native: NativeConnection;
  readonly workflowBundlePath: string;
  close(): Promise<void>;
}

/** Connects to a Temporal server. */
export async function connectEngine(address: string, workflowBundlePath: string): Promise<Engine> {
  const [native, connection] = await Promise.all([
    NativeConnection.connect({ address }),
    Connection.connect({ address }),
  ]);
  return {
    client: new Client({ connection, namespace: NAMESPACE }),
    native,
    workflowBundlePath,
    close: async () => {
      await native.close();
      await connection.close();
    },
  };
}

/** A worker on a task queue of its own, and the client of it. */
export interface Lane {
  readonly client: Client;
  readonly patchbay: Patchbay;
  readonly taskQueue: string;
  /** The worker that runs works on other accounts from now on, on which it has never worked. */
  turnTo(providers: ProviderConfig): void;
  /** Ends the worker, once what it does at this moment is done, and starts one with these keys. */
  restartWith(providers: ProviderConfig): Promise<void>;
  stop(): Promise<void>;
}

/** Starts a worker that has no keys yet. */
export async function startLane({ client, native, workflowBundlePath }: Engine, taskQueue: string): Promise<Lane> {
  const parts = { connection: native, namespace: NAMESPACE, taskQueue };
  const keys = new ChangingKeys();
  const start = async (): Promise<{ readonly stop: () => Promise<void> }> => {
    const dependencies = keys.dependencies(client, taskQueue);
    const worker = await createPatchbayWorker({
      ...parts,
      dependencies,
      workflowBundlePath,
      isDisposable: true,
      shutdownForceTime: '50s', // the server stays, and the machine may have other work
    });
    const ended = worker.run();
    return {
      stop: () => {
        worker.shutdown();
        return ended;
      },
    };
  };
  let running = await start();
  let turn: Promise<void> = Promise.resolve(); // keys may change twice at the same moment
  const turnTo = (providers: ProviderConfig): void => {
    keys.current = createDependencies({ ...parts, providers });
  };
  return {
    client,
    patchbay: createPatchbay({ client, taskQueue }),
    taskQueue,
    turnTo,
    restartWith: (providers) => {
      const restarted = turn.then(async () => {
        await running.stop();
        turnTo(providers);
        running = await start();
      });
      turn = restarted.catch(() => undefined);
      return restarted;
    },
    stop: () => turn.then(() => running.stop()),
  };
}

/** The parts of a worker, each call of which goes to whatever the keys are at that moment. */
class ChangingKeys {
  current: Dependencies | undefined;

  dependencies(temporal: Client, taskQueue: string): Dependencies {
    return {
      didww: this.through(({ didww }) => didww),
      sipCredentialCache: this.through(({ sipCredentialCache: pairs }) => pairs),
      vapi: (region) => this.now.vapi(region),
      urls: (region) => this.now.urls(region),
      temporal,
      taskQueue,
      listLagMs: LIST_LAG_MS,
      callTimes: SHORT_CALL_TIMES,
    };
  }

  private get now(): Dependencies {
    if (this.current === undefined) throw new Error('The worker of this lane has no keys.');
    return this.current;
  }

  /** Stands for a part; methods belong to the part that is there when they are called. */
  private through<Part extends object>(part: (dependencies: Dependencies) => Part): Part {
    return new Proxy({} as Part, {
      get: (_none, name) => {
        const target = part(this.now);
        const member: unknown = Reflect.get(target, name, target);
        return typeof member === 'function' ? (member.bind(target) as unknown) : member;
      },
    });
  }
}
