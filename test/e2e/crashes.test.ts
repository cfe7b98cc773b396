import { spawn } from 'node:child_process';
import { describe, expect, onTestFailed, onTestFinished, test } from 'vitest';
import { eventsOf, repeated } from '../support/events.js';
import { uniqueSlug } from '../support/unique.js';
import { until } from '../support/until.js';
import { startWorkerProcess, type WorkerProcess } from '../support/workerProcess.js';
import { givenAccounts, type OnTestFinished, runOf, type World } from '../support/world.js';

/** An attempt that died with its worker is repeated after its start-to-close of 20 s. */
const SLOW = 240_000;

/**
 * Moments at which a worker dies: the request has taken effect, its answer has not come. One onboarding
 * stands at each.
 */
const MOMENTS = ['POST /voice_out_trunks', 'POST /credential', 'POST /phone-number', 'PATCH /dids/:id'];

/** What becomes of runs whose worker dies. */
interface Death {
  readonly name: string;
  /** Has a worker killed, another one see the runs through, and checks what they came to. */
  readonly run: (onTestFinished: OnTestFinished) => Promise<void>;
}

const DEATHS: readonly Death[] = [
  {
    name: 'in the middle of onboardings: another one completes each of them, with one object of each kind',
    async run(onTestFinished) {
      const world = await givenAccounts({ numbers: MOMENTS.length, worker: false, onTestFinished });
      const doomed = await startWorkerProcess(world, onTestFinished);
      const slugs: string[] = [];
      for (const [at, write] of MOMENTS.entries()) slugs.push(await onboardUntil(world, write, at));

      await killed(doomed);
      await world.startWorker();

      const results = await Promise.all(slugs.map((slug) => world.ended(slug)));
      expect(results.map(({ outcome }) => outcome)).toEqual(MOMENTS.map(() => 'done'));
      for (const [at, slug] of slugs.entries()) expect(objectsOf(world, slug), MOMENTS[at]).toEqual(ONE_OF_EACH);
      expect(world.sandbox.vapi.phoneNumbers.size).toBe(MOMENTS.length);
    },
  },
  {
    name: 'in the middle of a rollback: another one takes back what is left of it',
    async run(onTestFinished) {
      const world = await givenAccounts({ worker: false, onTestFinished });
      const doomed = await startWorkerProcess(world, onTestFinished);
      world.sandbox.faults.fail('PATCH /dids/:id', { status: 422, times: 1 });
      const gate = world.sandbox.faults.hold('DELETE /voice_in_trunks/:id', { times: 1, effect: 'after' });
      await world.patchbay.onboard(world.request());
      await gate.arrived;

      await killed(doomed);
      await world.startWorker();

      const result = await world.ended();
      expect(result).toMatchObject({ outcome: 'rolled-back', leftovers: [], failure: { provider: 'didww' } });
      expect(world.sandbox.state()).toEqual(world.before);
    },
  },
  {
    name: 'and whose run is cancelled before another one is there: the next worker hears of it and puts everything back',
    async run(onTestFinished) {
      const world = await givenAccounts({ worker: false, onTestFinished });
      const doomed = await startWorkerProcess(world, onTestFinished);
      const gate = world.sandbox.faults.hold('POST /voice_out_trunks', { times: 1, effect: 'after' });
      await world.patchbay.onboard(world.request());
      await gate.arrived;

      await killed(doomed);
      await world.patchbay.cancel(world.connection);
      await world.startWorker();

      const result = await world.ended();
      expect(result).toMatchObject({ outcome: 'rolled-back', leftovers: [] });
      expect(world.sandbox.state()).toEqual(world.before);
    },
  },
];

describe('a worker that is killed', () => {
  test.concurrent.for(DEATHS)('$name', { timeout: SLOW }, ({ run }, { onTestFinished: atEnd }) => run(atEnd));
});

async function killed(doomed: WorkerProcess): Promise<void> {
  doomed.kill('SIGKILL');
  await doomed.gone;
}

test('a run waits for its lost worker a second, not the ten that are Temporal’s default', async () => {
  const world = await givenAccounts();

  expect(world.workerOptions()?.stickyQueueScheduleToStartTimeoutMs).toBe(1_000);
});

test(
  'a worker that is told to stop ends what is under way first, so that it is not done twice, and the run goes on with another',
  async () => {
    const world = await givenAccounts({ worker: false });
    const leaving = await startWorkerProcess(world);
    const gate = world.sandbox.faults.hold('POST /voice_out_trunks', { times: 1 });
    await world.patchbay.onboard(world.request());
    await gate.arrived;

    leaving.kill('SIGTERM');
    await until(() => (leaving.log().includes('DRAINING') ? true : undefined));
    gate.release();

    expect(await leaving.gone).toBe(0);
    await world.startWorker();
    expect((await world.ended()).outcome).toBe('done');
    expect(repeated(await eventsOf(runOf(world)))).not.toContain('ensureOutboundTrunk');
  },
  SLOW,
);

test(
  'a worker that npx has started ends with it, although npx hands no signal on',
  async () => {
    const world = await givenAccounts({ worker: false });
    const npx = startAsByNpx(world);
    await until(() => (npx.log().includes('serves the task queue') ? true : undefined));

    npx.kill();

    await until(() => (isRunning(npx.worker()) ? undefined : true));
    expect(npx.log()).toContain('DRAINED');
  },
  SLOW,
);

/**
 * Starts an onboarding of its own connection and number; returns its slug once a worker stands in the midst
 * of this write.
 */
async function onboardUntil(world: World, write: string, at: number): Promise<string> {
  const connection = uniqueSlug();
  const gate = world.sandbox.faults.hold(write, { times: 1, effect: 'after' });
  await world.patchbay.onboard(
    world.request({
      connection,
      numbers: [{ number: world.numbers[at] ?? '' }],
      transfer: { destination: '+12025550100', toolName: `transfer_${String(at)}` },
    }),
  );
  await gate.arrived;
  return connection;
}

const ONE_OF_EACH = { outboundTrunks: 1, inboundTrunks: 1, credentials: 2, tools: 1 };

/** How many objects carry the mark of this connection. */
function objectsOf({ sandbox: { didww, vapi } }: World, slug: string): typeof ONE_OF_EACH {
  const marked = (objects: Iterable<object>): number =>
    [...objects].filter((object) => JSON.stringify(object).includes(`patchbay ${slug}`)).length;
  return {
    outboundTrunks: marked(didww.outboundTrunks.values()),
    inboundTrunks: marked(didww.inboundTrunks.values()),
    credentials: marked(vapi.credentials.values()),
    tools: marked(vapi.tools.values()),
  };
}

interface Npx {
  kill(): void;
  log(): string;
  /** Process id of the worker. */
  worker(): number;
}

/** `patchbay worker` under a parent that dies of a signal without handing it on. */
function startAsByNpx({ temporal, taskQueue, providers: { didww, vapi } }: World): Npx {
  const command = [process.execPath, '--import', 'tsx', 'src/cli/main.ts', 'worker'];
  const parent = spawn('/bin/sh', ['-c', '"$@" & echo $!; wait', 'sh', ...command], {
    env: {
      ...process.env,
      npm_command: 'exec',
      TEMPORAL_ADDRESS: temporal.address,
      PATCHBAY_TASK_QUEUE: taskQueue,
      DIDWW_API_URL: didww.apiUrl,
      DIDWW_API_KEY: didww.apiKey,
      VAPI_API_URL: vapi.apiUrl,
      VAPI_API_KEY: vapi.apiKey,
    },
  });
  let [pid, log] = ['', ''];
  parent.stdout.setEncoding('utf8').on('data', (text: string) => (pid += text));
  parent.stderr.setEncoding('utf8').on('data', (text: string) => (log += text));
  onTestFailed(() => {
    console.error(`The worker ${pid.trim()}, which runs: ${String(isRunning(parseInt(pid)))}, said:\n${log}`);
  });
  onTestFinished(() => {
    parent.kill('SIGKILL');
    if (isRunning(parseInt(pid))) process.kill(parseInt(pid), 'SIGKILL');
  });
  return { kill: () => void parent.kill('SIGTERM'), log: () => log, worker: () => parseInt(pid) };
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
