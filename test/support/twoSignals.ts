import {
  condition,
  defineQuery,
  defineSignal,
  proxySinks,
  setHandler,
  type Sinks,
  sleep,
  upsertMemo,
  workflowInfo,
} from '@temporalio/workflow';
import type { Progress } from '../../src/contract/result.js';
import { progressQuery } from '../../src/contract/messages.js';

/** Leads to a command after several steps, in which another signal's command can come first. */
export const longWaySignal = defineSignal('longWay');
/** Leads to a command at once. */
export const shortWaySignal = defineSignal('shortWay');
/** Answers how many signals came. */
export const cameQuery = defineQuery<number>('came');

/** What the worker does before it goes on. */
export interface BesideTheRun extends Sinks {
  beside: { longWayBegan(): void };
}

const { beside } = proxySinks<BesideTheRun>();

const NO_PROGRESS = { stage: 'preflight', steps: [], result: {} } as unknown as Progress;

/** A run in which the order of two commands depends on whether their signals come in one task or in two. */
export async function twoSignals(): Promise<void> {
  let came = 0;
  let done = 0;
  setHandler(cameQuery, () => came);
  setHandler(progressQuery, () => NO_PROGRESS);
  setHandler(longWaySignal, async () => {
    came += 1;
    if (!workflowInfo().unsafe.isReplaying) beside.longWayBegan(); // ahead of a task is no replay
    for (let step = 0; step < 10; step += 1) await Promise.resolve();
    upsertMemo({ longWay: true });
    done += 1;
  });
  setHandler(shortWaySignal, async () => {
    came += 1;
    await sleep(1);
    done += 1;
  });
  await condition(() => done === 2);
}
