import {
  CancellationScope,
  CancelledFailure,
  condition,
  getExternalWorkflowHandle,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import {
  numberCancelledSignal,
  type NumberEnd,
  numberReleaseSignal,
  type NumberTask,
  progressQuery,
} from '../../contract/messages.js';
import { stepNames } from '../../contract/stepNames.js';
import { Board } from '../engine/board.js';
import { readable } from '../engine/failure.js';
import { Report } from '../engine/report.js';
import { restoreNumber } from './restoreNumber.js';

/** A run that was cancelled asks whether its onboarding is still open: first after this long, milliseconds. */
const FIRST_ASKED_MS = 60_000;
/** Then after twice as long each time, up to this. */
const LAST_ASKED_MS = 3_600_000;

/**
 * One number's lock and its compensation, open until its onboarding is decided: no other run touches the
 * number meanwhile. The onboarding itself attaches the number, undoes that where it fails, and then releases
 * the number. Where it closes without that, as a person terminated it, this run is cancelled and puts the
 * number back by itself.
 *
 * Completes where the number is kept; fails with type `RolledBack` or `Leftovers` where it was undone; ends
 * Canceled where a person cancelled it, upon which everything was undone. Its type is wire format, and older
 * than its task.
 */
export async function onboardNumber(task: NumberTask): Promise<void> {
  const { number } = task.number;
  const board = new Board(task.connection, 'attach');
  const report = new Report(task.connection);
  const release: Release = {};
  setHandler(progressQuery, () => ({ ...board.state, result: report.toResult() }));
  setHandler(numberReleaseSignal, (end) => {
    release.end = end;
  });
  board.publish(task.knownAttributes, number);
  board.set(stepNames.lock, 'running', `for the onboarding of ${task.connection}`);
  const isCancelled = await isCancelledBefore(release);
  const isDecided = !isCancelled || (await CancellationScope.nonCancellable(() => decided(number, release)));
  if (!isDecided) throw await CancellationScope.nonCancellable(() => restoreNumber(task, { board, report }));
  const { end = 'done' } = release;
  board.set(stepNames.lock, 'done');
  board.close(end);
  if (end !== 'done') throw failureOfEnd(end, isCancelled);
}

/** What the onboarding has said of this number so far. */
interface Release {
  end?: NumberEnd;
}

/** Waits for the release. Whether a cancellation came first. */
async function isCancelledBefore(release: Release): Promise<boolean> {
  try {
    await condition(() => release.end !== undefined);
    return false;
  } catch {
    return release.end === undefined;
  }
}

/**
 * Tells the onboarding that this run was cancelled, and waits for the release. False where the onboarding has
 * closed without that, so that nobody undoes anything.
 */
async function decided(number: string, release: Release): Promise<boolean> {
  const { parent } = workflowInfo();
  if (parent === undefined) return false;
  const onboarding = getExternalWorkflowHandle(parent.workflowId, parent.runId);
  const isReleased = (): boolean => release.end !== undefined;
  for (let pauseMs = FIRST_ASKED_MS; ; pauseMs = Math.min(2 * pauseMs, LAST_ASKED_MS)) {
    try {
      await onboarding.signal(numberCancelledSignal, number);
    } catch {
      return isReleased(); // it has closed: having kept the number, or without a decision
    }
    if (await condition(isReleased, pauseMs)) return true;
  }
}

function failureOfEnd(end: NumberEnd, isCancelled: boolean): Error {
  if (end === 'leftovers')
    return readable('Leftovers', 'Its onboarding was undone, but something of this number is left.', []);
  if (isCancelled)
    return new CancelledFailure('A person cancelled the run of this number, and its onboarding was undone.');
  return readable('RolledBack', 'Its onboarding was undone, and this number with it.', []);
}
