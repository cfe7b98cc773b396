import {
  ActivityFailure,
  ApplicationFailure,
  CancellationScope,
  CancelledFailure,
  ChildWorkflowFailure,
  TerminatedFailure,
  TimeoutFailure,
  isCancellation,
} from '@temporalio/workflow';
import { adviceFor } from '../../domain/reports/advice.js';
import type { Repetition } from '../../contract/attempts.js';
import { type Failure, UNANSWERED_CLASSES } from '../../contract/failure.js';
import { cutText } from '../../domain/reports/payloadSize.js';
import { fitFailure, LONGEST_MESSAGE_BYTES } from '../../domain/reports/resultSize.js';

/**
 * Whether the scope that this code runs in was asked to cancel. A cancelled child or activity alone does
 * not count.
 */
export const isCancelled = (): boolean => CancellationScope.current().consideredCancelled;

/**
 * Throws where this scope was cancelled. An activity that ends well after the request swallows it, so this
 * is asked after every settle and before every success.
 */
export function throwIfCancelled(): void {
  if (isCancelled()) throw new CancelledFailure('cancelled');
}

/**
 * The failure of a step as people are told of it, whatever Temporal wrapped it in. Without a step: that of
 * the step it says itself.
 */
export function failureOf(error: unknown, named?: string): Failure {
  const step = named ?? 'run';
  const cause = error instanceof ActivityFailure || error instanceof ChildWorkflowFailure ? error.cause : error;
  if (cause instanceof ApplicationFailure) {
    const facts = cause.details?.[0] as (Omit<Failure, 'step'> & { readonly step?: string }) | undefined;
    if (facts !== undefined && typeof facts.class === 'string') return { ...facts, step: named ?? facts.step ?? step };
  }
  if (isCancellation(cause) || cause instanceof TerminatedFailure) {
    return ended(step, 'The run of this step was ended by a person.', 'Retry when that run is no longer needed.');
  }
  if (cause instanceof TimeoutFailure) {
    return { ...faulty(step, 'An attempt had no answer in time and could not be repeated.'), class: 'network' };
  }
  return faulty(step, error instanceof Error ? error.message : 'Unknown failure.');
}

/**
 * Whether a step whose activity ended so may have taken effect: its last attempt, or one before it, had no
 * answer. One that was cancelled may have been waiting for another attempt.
 */
export function mayHaveTakenEffect(error: unknown): boolean {
  const cause = error instanceof ActivityFailure ? error.cause : error;
  if (!(cause instanceof ApplicationFailure)) return true;
  const { repeated } = (cause.details?.[1] ?? {}) as Repetition;
  return repeated === true || UNANSWERED_CLASSES.some((one) => one === cause.type);
}

/**
 * A failure on its way up through a workflow. Always an ApplicationFailure: anything else would stall the
 * run instead of failing it.
 */
export function toApplicationFailure(failure: Failure): ApplicationFailure {
  const carried = fitFailure(failure);
  return readable(carried.class, carried.message, carried);
}

/**
 * A failure that people read, in the UI and in logs: never retried, and without stack frames, which say
 * nothing of a refusal. A message of any length is cut.
 */
export function readable(type: string, text: string, details: unknown): ApplicationFailure {
  const message = cutText(text, LONGEST_MESSAGE_BYTES);
  const failure = ApplicationFailure.create({ type, message, nonRetryable: true, details: [details] });
  failure.stack = `${type}: ${message}`;
  return failure;
}

function ended(step: string, message: string, action: string): Failure {
  return { step, provider: 'patchbay', class: 'cancelled', message, action };
}

function faulty(step: string, message: string): Failure {
  return {
    step,
    provider: 'patchbay',
    class: 'unexpected-answer',
    message,
    action: adviceFor('unexpected-answer', 'patchbay'),
  };
}
