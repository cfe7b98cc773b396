/**
 * Activities of a verification that a schedule starts: what is wanted at that moment, and the end of the
 * schedule. Belongs here: calls of the Temporal service. Does not: anything at a provider.
 */
import { ScheduleNotFoundError } from '@temporalio/client';
import type { ScheduledTarget } from '../../contract/otherRuns.js';
import type { Patience } from '../../contract/attempts.js';
import { scheduleIds } from '../../contract/workflowIds.js';
import { isOurSchedule } from '../../runHistory/schedules.js';
import { type ScheduledWant, scheduledWantOf } from '../../runHistory/scheduledRequest.js';
import { within } from '../../runHistory/server.js';
import type { Dependencies } from '../engine/dependencies.js';
import { serviceFailure, withinAttempt } from '../engine/serviceFailure.js';

export const scheduledVerificationActivities = ({ temporal }: Pick<Dependencies, 'temporal'>) => ({
  /** What a run of the schedule has to verify at this moment. Throws what `serviceFailure` makes of it. */
  findWanted: (target: ScheduledTarget, _patience: Patience): Promise<ScheduledWant> =>
    reached(`find what is wanted of ${target.connection}`, () =>
      withinAttempt(temporal, () => scheduledWantOf(temporal, target)),
    ),

  /**
   * Ends the schedule where it is certain, still, that the connection was taken away, and says whether it
   * did; nothing there is success. Throws likewise.
   */
  async removeSchedule(target: ScheduledTarget, _patience: Patience): Promise<boolean> {
    const { connection } = target;
    return reached(`end the scheduled verification of ${connection}`, async () => {
      const found = await withinAttempt(temporal, () => scheduledWantOf(temporal, target));
      if (found.state !== 'removed' || !found.isCertain) return false;
      const handle = temporal.schedule.getHandle(scheduleIds.verification(connection));
      try {
        if (isOurSchedule(await within(temporal, () => handle.describe()))) {
          await within(temporal, () => handle.delete());
        }
      } catch (error) {
        if (!(error instanceof ScheduleNotFoundError)) throw error;
      }
      return true;
    });
  },
});

async function reached<T>(what: string, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    throw serviceFailure(what, error);
  }
}
