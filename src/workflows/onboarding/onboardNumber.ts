import { CancellationScope, CancelledFailure, setHandler } from '@temporalio/workflow';
import { numberCommandSignal, type NumberTask, type NumberUndone, progressQuery } from '../../contract/messages.js';
import { failureOf, isCancelled, readable } from '../engine/failure.js';
import { describeLeftovers } from '../engine/leftovers.js';
import { NumberRun } from './numberRun.js';

/**
 * One number's part of an onboarding, open until the onboarding is decided: imports the number and waits;
 * at its parent's command cuts it over and waits; at another ends, or gives its calls back, waits, and
 * undoes the rest. While it is open no other run can touch the number. Where its parent is terminated it is
 * cancelled and restores the number by itself.
 */
export async function onboardNumber(task: NumberTask): Promise<void> {
  const { number, didId } = task.number;
  const run = new NumberRun(task);
  setHandler(progressQuery, () => ({ ...run.board.state, result: run.report.toResult() }));
  setHandler(numberCommandSignal, (command) => {
    run.obey(command);
  });
  run.board.publish(task.knownAttributes, number);
  await endNumber(run, async () => {
    const phoneNumberId = await run.import();
    run.report.object({ provider: 'vapi', kind: 'phone-number', id: phoneNumberId, name: number, created: true });
    await run.tell({ number, reached: 'imported', phoneNumberId });
    await run.cutOver(await run.commandToCutOver());
    run.report.number({ number, outcome: 'attached', phoneNumberId, didId });
    await run.tell({ number, reached: 'cut-over', phoneNumberId });
    await run.commandToKeep();
  });
}

/**
 * Runs a number's work until its parent keeps it. Where its parent says so, a step fails for good, or a
 * person cancels it: undoes it, live calls first, and ends Failed with `NumberUndone` as details (Canceled
 * where a person cancelled it and nothing is left).
 */
async function endNumber(run: NumberRun, work: () => Promise<void>): Promise<void> {
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
  const failure = own ?? (isCommanded(forward) || isCancelled() ? undefined : failureOf(error, 'number'));
  report.failure(failure);
  board.rollBack(failure);
  const why = failure === undefined ? {} : { failure };
  const { leftovers, described, warnings } = await CancellationScope.nonCancellable(async () => {
    const unwound = await saga.unwind((restored) => run.commandToUndo({ ...why, ...restored }));
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

const isCommanded = (forward: CancellationScope): boolean => forward.consideredCancelled;
