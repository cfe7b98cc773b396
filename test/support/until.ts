import { setTimeout as pause } from 'node:timers/promises';
import type { Progress, Stage } from '../../src/contract/result.js';
import type { World } from './world.js';

const POLL_MS = 25;

/** Waits until `look` finds something; the test's own timeout ends a wait in vain. */
export async function until<T>(look: () => Promise<T | undefined> | T | undefined): Promise<T> {
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    await pause(POLL_MS);
  }
}

/** Waits until the connection's run has entered the stage. */
export const untilStage = (world: World, stage: Stage): Promise<Progress> =>
  until(async () => {
    const progress = await toldProgress(world);
    return progress.stage === stage ? progress : undefined;
  });

/**
 * What the connection's run tells of its progress, asked until a worker answers: one that is short of CPU
 * may not at first.
 */
export const toldProgress = (world: World): Promise<Progress> =>
  until(async () => (await world.patchbay.status(world.connection)).progress);
