import type { Client } from '@temporalio/client';
import type { Command } from 'commander';
import { commandToAdd, missingSearchAttributes } from '../client.js';
import { readWorkerConfig, type WorkerConfig } from '../config.js';
import { SHUTDOWN_FORCE, startWorker } from '../worker.js';
import { connect, inWords } from './connect.js';
import { EXIT } from './exitCodes.js';
import type { Screen } from './output/io.js';
import { command, type JsonOption, type CommandContext } from './commandContext.js';
import { nativeProxy } from './temporalProxy.js';

const SHUTDOWN_SIGNALS: NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGQUIT'];
const PARENT_LOOK_EVERY_MS = 1_000;
const ANSWER_WITHIN_MS = 5_000;

/** `patchbay worker`. */
export function workerCommand(context: CommandContext): Command {
  return command('worker', 'Run a worker until it is stopped; needs DIDWW_API_KEY and VAPI_API_KEY.', [
    'patchbay worker',
    'DIDWW_API_KEY_FILE=didww.key VAPI_API_KEY_FILE=vapi.key patchbay worker',
    'TEMPORAL_ADDRESS=temporal.internal:7233 TEMPORAL_NAMESPACE=voice patchbay worker',
  ]).action((options: JsonOption) =>
    context.run(options, async (screen) => {
      const { env } = context.io;
      const config = readWorkerConfig(env);
      const work = async () => {
        await checkTemporal(config, screen, env);
        return serve(config, screen, env);
      };
      return inWords(config.temporal, work, env);
    }),
  );
}

/** Says what the namespace lacks, and throws where Temporal does not answer or has no such namespace. */
async function checkTemporal(config: WorkerConfig, screen: Screen, env: NodeJS.ProcessEnv): Promise<void> {
  const { client, close } = await connect(config, env);
  const missing = await missingInNamespace(client).finally(close);
  if (missing.length === 0) return;
  screen.say(
    'The namespace lacks search attributes; its lists cannot show stage and outcome. An administrator can add them with:',
  );
  screen.say(`  ${commandToAdd(missing, config.temporal.namespace)}`);
}

async function missingInNamespace(client: Client): Promise<readonly string[]> {
  const { namespace } = client.options;
  await client.withDeadline(Date.now() + ANSWER_WITHIN_MS, () =>
    client.workflowService.describeNamespace({ namespace }),
  );
  return missingSearchAttributes(client);
}

async function serve(config: WorkerConfig, screen: Screen, env: NodeJS.ProcessEnv): Promise<number> {
  const { temporal, taskQueue, didww, vapi } = config;
  const { connectionOptions, namespace } = temporal;
  const providers = { didww, vapi };
  const log = { level: 'INFO', write: screen.say, shutdownSignals: SHUTDOWN_SIGNALS } as const;
  const { address } = connectionOptions;
  const proxy = nativeProxy(address, env);
  const connection = { ...connectionOptions, ...(proxy && { proxy }) };
  const worker = await startWorker({ temporal: connection, namespace, taskQueue, providers, log });
  screen.say(`The worker serves the task queue ${taskQueue} of namespace ${namespace} at ${address}. Ctrl-C stops it.`);
  screen.document({ address, namespace, taskQueue });
  const stopWatching = stopWithParent(() => void worker.stop());
  for (const signal of SHUTDOWN_SIGNALS) {
    process.once(signal, () => {
      screen.say(
        `The worker is stopping: requests in progress may finish first, within ${SHUTDOWN_FORCE}. ` +
          'Runs continue as soon as a worker is available.',
      );
    });
  }
  try {
    await worker.ended;
    return EXIT.done;
  } finally {
    clearInterval(stopWatching);
  }
}

/** npx does not pass SIGTERM on; its child would live on as an orphan that nobody knows of. */
function stopWithParent(stop: () => void): NodeJS.Timeout | undefined {
  const parent = process.ppid;
  if (process.env['npm_command'] !== 'exec') return undefined;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    stop();
  }, PARENT_LOOK_EVERY_MS);
  timer.unref();
  return timer;
}
