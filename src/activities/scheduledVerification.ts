/**
 * Activities of a verification that a schedule starts: what is wanted at that moment, and the end of the
 * schedule. Belongs here: calls of the Temporal service. Does not: anything at a provider.
 */
import { ScheduleNotFoundError } from '@temporalio/client';
import type { Patience, ScheduledTarget } from '../domain/contract.js';
import { scheduleIds } from '../domain/marks.js';
import { type ScheduledWant, scheduledWantOf } from '../runs/scheduledWant.js';
import { within } from '../runs/server.js';
import type { Dependencies } from './dependencies.js';
import { serviceFailure, withinAttempt } from './serviceFailure.js';

export const scheduledVerificationActivities = ({ temporal }: Pick<Dependencies, 'temporal'>) => ({
  /** What a run of the schedule has to verify at this moment. Throws what `serviceFailure` makes of it. */
  findWanted: (target: ScheduledTarget, _patience: Patience): Promise<ScheduledWant> =>
    reached(`find what is wanted of ${target.connection}`, () => withinAttempt(scheduledWantOf(temporal, target))),

  /** Ends the schedule; nothing there is success. Throws likewise. */
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
    if (error instanceof ScheduleNotFoundError) throw error;
    throw serviceFailure(what, error);
  }
}
