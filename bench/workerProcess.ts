/**
 * The process that does the work being measured: Patchbay's worker, and the plain script in the very same
 * process, so that neither has a better place than the other, and none shares its event loop with the
 * sandbox. Ends when the bench ends, however that ends.
 */
import { createDidww } from '../src/didww/index.js';
import { readRequest } from '../src/contract/request.js';
import { createVapi } from '../src/vapi/index.js';
import { startWorker } from '../src/worker.js';
import { type Providers, plainScript } from './plainScript.js';
import { type Answer, type Usage, type Order, orderSchema, type ScriptRun } from './workerMessages.js';

const MIB = 1024 * 1024;

let providers: Providers | undefined;

process.on('disconnect', () => process.exit());
process.on('SIGINT', () => undefined); // Ctrl-C reaches the whole group; the bench ends us
process.on('message', (message) => {
  const order = orderSchema.parse(message);
  carryOut(order).then(
    (answer) => reply({ id: order.id, answer }),
    (error: unknown) => reply({ id: order.id, error: error instanceof Error ? error.message : 'unknown error' }),
  );
});

function reply(answer: Answer): void {
  process.send?.(answer);
}

async function carryOut(order: Order): Promise<unknown> {
  switch (order.do) {
    case 'begin':
      return begin(order);
    case 'script':
      return script(order.request);
    case 'usage':
      return usage();
    default:
      return order satisfies never;
  }
}

type Begin = Extract<Order, { readonly do: 'begin' }>;

async function begin({ address, namespace, taskQueue, ...urls }: Begin): Promise<void> {
  const didww = { apiUrl: urls.didwwUrl, apiKey: urls.didwwApiKey };
  const vapi = { apiUrl: urls.vapiUrl, apiKey: urls.vapiApiKey };
  providers = { didww: createDidww(didww), vapi: createVapi(vapi) };
  const write = (line: string): void => void process.stderr.write(`${line}\n`);
  await startWorker({
    temporal: { address },
    namespace,
    taskQueue,
    providers: { didww, vapi },
    log: { level: 'ERROR', write, shutdownSignals: [] },
    isDisposable: true,
  });
}

async function script(input: unknown): Promise<ScriptRun> {
  const read = readRequest(input);
  if (providers === undefined || 'problems' in read) throw new Error('The script was asked for too early, or wrongly.');
  const startedAt = now();
  await plainScript(providers, read.request);
  return { startedAt, endedAt: now() };
}

const now = (): number => performance.timeOrigin + performance.now();

function usage(): Usage {
  const { rss, heapUsed } = process.memoryUsage();
  const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
  const cpuMs = (userCPUTime + systemCPUTime) / 1_000;
  return { rssMb: rss / MIB, heapMb: heapUsed / MIB, peakRssMb: maxRSS / 1_024, cpuMs };
}
