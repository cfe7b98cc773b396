/**
 * How a run ends: in success, refused, rolled back clean, or with leftovers named. Belongs here: the way
 * from an error to the state that people and other systems see. Does not: what is undone (`saga.ts`) or
 * looked for (the caller's last look).
 */
import { type ApplicationFailure, CancellationScope, CancelledFailure, log } from '@temporalio/workflow';
import type { Failure, Problem } from '../../contract/failure.js';
import { type Outcome, type Result, stoodBefore } from '../../contract/result.js';
import type { Region } from '../../domain/sip/addresses.js';
import type { Board } from './board.js';
import { failureOf, isCancelled, readable } from './failure.js';
import { describeLeftovers } from './leftovers.js';
import type { RunFailureType } from '../../contract/messages.js';
import type { Report } from './report.js';
import type { Saga, Unwound } from './saga.js';

/** The parts of a run that its end needs. */
export interface Run {
  /** Of the Vapi organisation that it works on. */
  readonly region: Region;
  readonly board: Board;
  readonly report: Report;
  readonly saga: Saga;
}

/**
 * The last look after a rollback: what of ours is still there, given what the undo itself says. Must not
 * throw.
 */
export type LastLook = (unwound: Unwound) => Promise<Unwound>;

/**
 * Runs the work and closes the run. Where it fails for good or is cancelled, undoes everything first, then
 * fails the run with its result.
 */
export async function withRollback(run: Run, lastLook: LastLook, work: () => Promise<Outcome>): Promise<Result> {
  try {
    const outcome = await work();
    run.board.close(outcome);
    return run.report.toResult(outcome);
  } catch (error) {
    throw await rollBack(run, lastLook, error);
  }
}

/** Fails a run that has written nothing. */
export function refuse(
  { board, report }: Pick<Run, 'board' | 'report'>,
  failure: Failure,
  type: RunFailureType,
): ApplicationFailure {
  report.failure(failure);
  board.refuse(failure);
  return ended(type, report.toResult('refused'));
}

/** Ends a run that was cancelled before it had written anything. */
export function cancelledUnwritten({ board, report }: Pick<Run, 'board' | 'report'>): CancelledFailure {
  report.failure(CANCELLED);
  board.close('rolled-back');
  return new CancelledFailure('A person cancelled the run before it had changed anything.');
}

/** Fails a run whose input is wrong. */
export function invalid(run: Pick<Run, 'board' | 'report'>, problems: readonly Problem[]): ApplicationFailure {
  const named = firstFew(
    problems.map(({ path, message }) => `${path === '' ? 'the request' : path} ${message}`),
    '; ',
  );
  const failure: Failure = {
    step: 'request',
    provider: 'patchbay',
    class: 'invalid-request',
    message: `The request is invalid: ${named}.`,
    action: 'Correct every problem listed, then run it again.',
    problems,
  };
  return refuse(run, failure, 'InvalidRequest');
}

async function rollBack(run: Run, lastLook: LastLook, error: unknown): Promise<unknown> {
  const { board, region, report, saga } = run;
  const cancelled = isCancelled();
  const failure = saga.firstFailure ?? (cancelled ? CANCELLED : failureOf(error));
  log.warn('rolling back', { step: failure.step, class: failure.class });
  report.failure(failure);
  board.rollBack(failure);
  const { leftovers, numbersLeft, warnings } = await CancellationScope.nonCancellable(async () => {
    const unwound = await lastLook(await saga.unwind());
    return { ...unwound, leftovers: await describeLeftovers(region, unwound.leftovers) };
  });
  report.warn(warnings);
  report.undone(leftovers, numbersLeft);
  const outcome = leftovers.length > 0 ? 'leftovers' : 'rolled-back';
  board.close(outcome);
  if (cancelled && leftovers.length === 0)
    return new CancelledFailure('A person cancelled the run; everything was restored.');
  return ended(leftovers.length > 0 ? 'Leftovers' : 'RolledBack', report.toResult(outcome));
}

/** A cancellation in a run that is otherwise sound. */
const CANCELLED: Failure = {
  step: 'run',
  provider: 'patchbay',
  class: 'cancelled',
  message: 'A person cancelled the run.',
  action: 'Nothing to do; `patchbay retry` runs it again.',
};

/** The failure that a run ends with: what failed, why, what to do, and in which state things are. */
export function ended(type: RunFailureType, result: Result): ApplicationFailure {
  return readable(type, endText(result), result);
}

function endText(result: Result): string {
  const { failure } = result;
  const reason = failure === undefined ? '' : `${failure.step}: ${failure.message} ${failure.action} `;
  return `${reason}${stateText(result)}`;
}

/** Named in a message; its Result has all of them. */
const MOST_NAMED = 20;

function firstFew(all: readonly string[], separator: string): string {
  const unnamed = all.length - MOST_NAMED;
  const rest = unnamed > 0 ? [`and ${String(unnamed)} more`] : [];
  return [...all.slice(0, MOST_NAMED), ...rest].join(separator);
}

function stateText(result: Result): string {
  const { connection, leftovers, outcome } = result;
  if (leftovers.length === 0) return outcome === 'refused' ? 'Nothing was changed.' : 'Everything was restored.';
  const named = firstFew(
    leftovers.map(({ provider, kind, id }) => `${provider} ${kind} ${id}`),
    ', ',
  );
  const cure = stoodBefore(result)
    ? 'The command under `remove` of each removes it; the connection itself is as before.'
    : `\`patchbay offboard ${connection}\` removes them.`;
  return `Rolled back, but these are left: ${named}. ${cure}`;
}
