import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bundleWorkflows } from '../../scripts/bundle.mjs';
import type { Snapshot } from '../../src/client.js';
import { until } from '../support/until.js';
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
});

async function seenThrough(world: World): Promise<void> {
  const seen: Snapshot[] = [];
  const followed = collect(world, seen);
  await Promise.race([followed, until(() => (seen.some(isTold) ? true : undefined))]);
  await world.stopWorker();
  await world.startWorker();

  await followed;
  expect(seen.at(-1)).toMatchObject({ state: 'closed', result: { outcome: 'done' } });
}

const isTold = ({ trouble }: Snapshot): boolean => trouble === 'worker-failing';

async function collect(world: World, seen: Snapshot[]): Promise<void> {
  for await (const snapshot of world.patchbay.follow(await world.patchbay.find(world.connection))) seen.push(snapshot);
}
