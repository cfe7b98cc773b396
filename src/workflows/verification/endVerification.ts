/**
 * How a verification ends, in one place. The public contract has no outcome of its own for a failed check;
 * this file chooses one of it.
 */
import { CancelledFailure } from '@temporalio/workflow';
import { adviceFor } from '../../domain/reports/advice.js';
import type { Failure } from '../../contract/failure.js';
import type { CheckResult, Outcome, Result } from '../../contract/result.js';
import type { Board } from '../engine/board.js';
import { readable } from '../engine/failure.js';
import type { RunFailureType } from '../../contract/messages.js';
import type { Report } from '../engine/report.js';

/** The parts of a verification that its end needs. */
export interface EndedVerification {
  readonly board: Board;
  readonly report: Report;
  readonly isChildOfOnboarding: boolean;
}

const FAILED: { readonly outcome: Outcome; readonly type: RunFailureType } = {
  outcome: 'rolled-back',
  type: 'RolledBack',
};

/**
 * Closes a verification. A failed check ends in `rolled-back` with a failure of class `not-proven`: of the
 * contract's outcomes it is the one that stands for exit code 1 ("for `verify`: a check failed, nothing
 * undone"), and a run that failed must show as failed to whoever looks at its status alone. There was
 * nothing to roll back, which the message says. The part of an onboarding returns the same report instead
 * of failing.
 */
export function closeVerification({ board, report, isChildOfOnboarding }: EndedVerification): Result {
  const { verification } = report.toResult();
  const failed = verification.find(({ verdict }) => verdict === 'failed');
  if (failed === undefined) {
    const outcome = goodOutcome(verification);
    board.close(outcome);
    return report.toResult(outcome);
  }
  const others = verification.filter(({ verdict }) => verdict === 'failed').length - 1;
  const failure = notProven(failed, `${failed.check} of ${failed.number}`, others);
  report.failure(failure);
  board.close(FAILED.outcome);
  const result = report.toResult(FAILED.outcome);
  if (isChildOfOnboarding) return result;
  const message = `${failure.message} ${failure.action} Nothing was changed.`;
  throw readable(FAILED.type, message, result);
}

/**
 * Closes a verification that was cancelled: Canceled, its report through the query. The part of an
 * onboarding that has something to warn of fails as `RolledBack` with its report instead, as Canceled
 * carries none.
 */
export function closeCancelled({ board, report, isChildOfOnboarding }: EndedVerification): Error {
  report.failure(CANCELLED);
  board.close(FAILED.outcome);
  const result = report.toResult(FAILED.outcome);
  return isChildOfOnboarding && result.warnings.length > 0
    ? readable(FAILED.type, CANCELLED.message, result)
    : new CancelledFailure(CANCELLED.message);
}

const CANCELLED: Failure = {
  step: 'verification',
  provider: 'patchbay',
  class: 'cancelled',
  message: 'A person cancelled the verification; every test call was hung up but those that the warnings name.',
  action: 'Nothing to do.',
};

function goodOutcome(verification: readonly CheckResult[]): Outcome {
  if (verification.length === 0) return 'done';
  return verification.every(({ verdict }) => verdict === 'proven') ? 'verified' : 'inconclusive';
}

/** The failure of the step in which a check failed, and so many others. */
export function notProven({ check, number, diagnosis }: CheckResult, step: string, others = 0): Failure {
  const more = others > 0 ? ` ${String(others)} more failed.` : '';
  return {
    step,
    provider: diagnosis?.side === 'didww' || diagnosis?.side === 'vapi' ? diagnosis.side : 'patchbay',
    class: 'not-proven',
    message: `The ${check} test call of ${number} failed: ${diagnosis?.cause ?? 'no cause found'}.${more}`,
    action: diagnosis?.action ?? adviceFor('not-proven', 'patchbay'),
  };
}
