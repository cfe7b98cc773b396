import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bundleWorkflows } from '../../scripts/bundle.mjs';
import { type Snapshot, UnreachableError } from '../../src/client.js';
import { until, untilStage } from '../support/until.js';
import { givenAccounts, type World } from '../support/world.js';

let folder: string;
let faultyRelease: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'patchbay-faulty-'));
  faultyRelease = join(folder, 'workflow-bundle.js');
  const workflowsPath = fileURLToPath(new URL('../support/faultyWorkflows.ts', import.meta.url));
  await bundleWorkflows(faultyRelease, workflowsPath);
});

afterAll(() => rm(folder, { recursive: true }));

describe('while workers of a faulty release are all there is', () => {
  test('who follows a new run is told so, and sees it through once a sound worker is back', async () => {
    const world = await givenAccounts({ worker: false });
    await world.startWorker(faultyRelease);
    await world.patchbay.onboard(world.request());

    await seenThrough(world);
  });

  test('who follows a run that a sound worker began is told so, and sees it through once one is back', async () => {
    const world = await givenAccounts();
    const gate = world.sandbox.faults.hold('POST /voice_in_trunks', { times: 1 });
    await world.patchbay.onboard(world.request());
    await gate.arrived;
    const stopped = world.stopWorker();
    gate.release();
    await stopped;
    await world.startWorker(faultyRelease);

    await seenThrough(world);
  });

  test('a resume is refused with what is the matter, and taken once a sound worker is back', async () => {
    const world = await givenAccounts();
    world.sandbox.faults.fail('POST /phone-number', { status: 400, times: 1 });
    await world.patchbay.onboard(world.request({ onFailure: 'pause' }));
    await untilStage(world, 'paused');
    await world.stopWorker();
    await world.startWorker(faultyRelease);
    await until(() => refusalOf(world.patchbay.resume(world.connection)));
    await world.stopWorker();
    await world.startWorker();

    await until(() => isTaken(world.patchbay.resume(world.connection)));

    expect((await world.ended()).outcome).toBe('done');
  });
});

/** Undefined while it is refused: the server hands the run on after a pause of its own. */
const isTaken = (resumed: Promise<unknown>): Promise<true | undefined> =>
  resumed.then(
    () => true,
    () => undefined,
  );

/** Undefined unless it is refused as by a worker that cannot carry on. */
async function refusalOf(resumed: Promise<unknown>): Promise<true | undefined> {
  const error = await resumed.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(UnreachableError);
  return (error as UnreachableError).message === 'The worker cannot continue this run.' ? true : undefined;
}

async function seenThrough(world: World): Promise<void> {
  const seen: Snapshot[] = [];
  const followed = collect(world, seen);
  await Promise.race([followed, until(() => (seen.some(isTold) ? true : undefined))]);
  await world.stopWorker();
  await world.startWorker();

  await followed;
  expect(seen.some(isTold)).toBe(true);
  expect(seen.at(-1)).toMatchObject({ state: 'closed', result: { outcome: 'done' } });
}

const isTold = ({ trouble }: Snapshot): boolean => trouble === 'worker-failing';

async function collect(world: World, seen: Snapshot[]): Promise<void> {
  for await (const snapshot of world.patchbay.follow(await world.patchbay.find(world.connection))) seen.push(snapshot);
}
