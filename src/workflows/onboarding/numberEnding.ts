import { CancellationScope, CancelledFailure } from '@temporalio/workflow';
import type { NumberUndone } from '../../contract/messages.js';
import { failureOf, isCancelled, readable } from '../engine/failure.js';
import { describeLeftovers } from '../engine/leftovers.js';
import type { NumberRun } from './onboardNumber.js';

/**
 * Runs a number's work until its parent keeps it. Where its parent says so, a step fails for good, or a
 * person cancels it: undoes it, live calls first, and ends Failed with `NumberUndone` as details (Canceled
 * where a person cancelled it and nothing is left).
 */
export async function endNumber(run: NumberRun, work: () => Promise<void>): Promise<void> {
  try {
    await run.forward.run(work);
    run.board.close('done');
  } catch (error) {
    throw await undo(run, error);
  }
}

async function undo(run: NumberRun, error: unknown): Promise<unknown> {
  const { board, region, report, saga, forward } = run;
  const own = saga.firstFailure;
  const failure = own ?? (isWord(forward) || isCancelled() ? undefined : failureOf(error, 'number'));
  report.failure(failure);
  board.rollBack(failure);
  const why = failure === undefined ? {} : { failure };
  const { leftovers, described, warnings } = await CancellationScope.nonCancellable(async () => {
    const unwound = await saga.unwind((restored) => run.wordToUndo({ ...why, ...restored }));
    return { ...unwound, described: await describeLeftovers(region, unwound.leftovers) };
  });
  report.warn(warnings);
  report.undone(described);
  board.close(leftovers.length > 0 ? 'leftovers' : 'rolled-back');
  if (isCancelled() && leftovers.length === 0) return new CancelledFailure('cancelled and undone');
  const undone: NumberUndone = { ...why, leftovers, warnings };
  const type = leftovers.length > 0 ? 'Leftovers' : 'RolledBack';
  return readable(type, failure?.message ?? 'Undone at the command of its onboarding.', undone);
}

const isWord = (forward: CancellationScope): boolean => forward.consideredCancelled;
