/**
 * Activities of a verification that a schedule starts: what is wanted at that moment, and the end of the schedule.
 * Belongs here: calls of the Temporal service. Does not: anything at a provider.
 */
import { ScheduleNotFoundError } from '@temporalio/client';
import type { Patience, ScheduledTarget } from '../domain/contract.js';
import { scheduleIds } from '../domain/marks.js';
import { type ScheduledWant, scheduledWantOf } from '../runs/scheduledWant.js';
import { within } from '../runs/server.js';
import { UnreachableError } from '../runs/unreachable.js';
import type { Dependencies } from './dependencies.js';
import { StepError } from './failures.js';

export const scheduledVerificationActivities = ({ temporal }: Pick<Dependencies, 'temporal'>) => ({
  /** What a run of the schedule has to verify at this moment. Throws `StepError` of class `network`. */
  findWanted: (target: ScheduledTarget, _patience: Patience): Promise<ScheduledWant> =>
    reached(`find what is wanted of ${target.connection}`, () => scheduledWantOf(temporal, target)),

  /** Ends the schedule; nothing there is success. Throws `StepError` of class `network`. */
  async removeSchedule(connection: string, _patience: Patience): Promise<void> {
    await reached(`end the scheduled verification of ${connection}`, () =>
      within(temporal, () => temporal.schedule.getHandle(scheduleIds.verification(connection)).delete()),
    ).catch((error: unknown) => {
      if (!(error instanceof ScheduleNotFoundError)) throw error;
    });
  },
});

async function reached<T>(what: string, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof UnreachableError)) throw error;
    throw new StepError({
      provider: 'patchbay',
      class: 'network',
      message: `The Temporal service could not be asked to ${what}.`,
      action: 'Check that the worker reaches the Temporal service, then retry.',
    });
  }
}
