import { sleep } from '@temporalio/workflow';
import type { NumberTask } from '../../contract/messages.js';
import { stepNames } from '../../contract/stepNames.js';
import { ATTEMPT } from '../engine/activities.js';
import type { Board } from '../engine/board.js';
import { MadeObjects } from './createdObjects.js';
import { readable } from '../engine/failure.js';
import { describeLeftovers } from '../engine/leftovers.js';
import type { Report } from '../engine/report.js';
import { Saga } from '../engine/saga.js';
import { routingUndo } from './cutOver.js';
import { importUndo } from './importNumbers.js';

/**
 * Puts a number back whose onboarding has closed undecided. Live calls are given back at once. Attempts of
 * the onboarding may still be under way, as Temporal tells nobody of a termination: once they are at rest,
 * everything is looked at again and undone. The failure that the number's run ends with.
 */
export async function restoreNumber(
  task: NumberTask,
  { board, report }: { readonly board: Board; readonly report: Report },
): Promise<Error> {
  const { number, didId, phoneNumberId } = task.number;
  report.plan(number, didId);
  board.rollBack(undefined);
  const routing = routingUndo(task);
  const first = await routing.run().catch(() => undefined); // tried again below
  await sleep(ATTEMPT);
  const made = new MadeObjects();
  made.loseAnswer();
  const saga = new Saga(board);
  if (phoneNumberId === undefined) saga.addCompensation(stepNames.import(number), importUndo(task, made));
  saga.addCompensation(stepNames.cutOver(number), {
    ...routing,
    run: async () => {
      const again = await routing.run();
      return first === undefined || first.warnings.length === 0 ? again : first; // where it could not go back, it is elsewhere by now
    },
  });
  const { leftovers, warnings } = await saga.unwind();
  const described = await describeLeftovers(task.region, leftovers);
  report.warn(warnings);
  report.undone(described);
  const isClean = leftovers.length === 0;
  board.set(stepNames.lock, 'done');
  board.close(isClean ? 'rolled-back' : 'leftovers');
  return isClean
    ? readable('RolledBack', 'Its onboarding ended undecided: the number was put back.', [])
    : readable('Leftovers', 'Its onboarding ended undecided, and something of this number is left.', described);
}
