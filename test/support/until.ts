import { setTimeout as pause } from 'node:timers/promises';
import { workflowIds } from '../../src/contract/workflowIds.js';
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

/**
 * Waits until the connection's run has entered the stage, for good: a query also tells what comes of events
 * whose workflow task has not begun (docs/architecture.md, What Temporal does that one does not expect).
 */
export const untilStage = (world: World, stage: Stage): Promise<Progress> =>
  until(async () => {
    const progress = await toldProgress(world);
    if (progress.stage !== stage) return undefined;
    const { raw } = await world.client.workflow.getHandle(workflowIds.connection(world.connection)).describe();
    return raw.pendingWorkflowTask == null ? progress : undefined;
  });

/**
 * What the connection's run tells of its progress, asked until a worker answers: one that is short of CPU
 * may not at first.
 */
export const toldProgress = (world: World): Promise<Progress> =>
  until(async () => (await world.patchbay.status(world.connection)).progress);
