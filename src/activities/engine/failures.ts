/**
 * How a failed attempt travels through Temporal: every error of an activity is turned, here and nowhere
 * else, into an ApplicationFailure whose type is its class and whose details are `[Failure, Repetition]`.
 * Also decides whether the attempt is followed by another.
 */
import { activityInfo, CompleteAsyncError, log } from '@temporalio/activity';
import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import type { ActivityExecuteInput, ActivityInboundCallsInterceptor, Next } from '@temporalio/worker';
import { adviceFor } from '../../domain/reports/advice.js';
import { type ErrorClass, type Failure, PASSING_CLASSES, type Problem, type Provider } from '../../contract/failure.js';
import { fitFailure } from '../../domain/reports/resultSize.js';
import { ProviderError } from '../../http/index.js';
import type { Patience } from '../../contract/attempts.js';
import { repetition } from './attempt.js';
import { pauseAfter } from './patience.js';

/** Worth another try while undoing: a key can be fixed, a permission given back. */
const MENDABLE_CLASSES: readonly ErrorClass[] = ['authentication', 'permission'];

/** What an activity throws where it, not a provider, finds that a step cannot be done. */
export class StepError extends Error {
  constructor(
    readonly facts: Omit<Failure, 'step'>,
    options?: ErrorOptions,
  ) {
    super(facts.message, options);
    this.name = 'StepError';
  }
}

/** Turns whatever an activity throws into the failure that its workflow and the UI see. */
export class FailureInterceptor implements ActivityInboundCallsInterceptor {
  async execute(input: ActivityExecuteInput, next: Next<ActivityInboundCallsInterceptor, 'execute'>): Promise<unknown> {
    const startedAt = performance.now();
    try {
      return await next(input);
    } catch (error) {
      if (isOfTemporal(error)) throw error;
      throw toFailure(error, readPatience(input.args), performance.now() - startedAt);
    }
  }
}

/** Made for Temporal already: a failure, a cancellation, or that the activity is completed from outside. */
const isOfTemporal = (error: unknown): boolean =>
  [ApplicationFailure, CancelledFailure, CompleteAsyncError].some((kind) => error instanceof kind);

function toFailure(error: unknown, patience: Patience | undefined, tookMs: number): ApplicationFailure {
  const facts = fitFailure(factsOf(error));
  const isLasting = error instanceof ProviderError && error.isLasting === true;
  const askedMs = error instanceof ProviderError ? error.retryAfterMs : undefined;
  const isPassing = mayPass(facts.class, isLasting, patience);
  const pauseMs = isPassing && patience !== undefined ? pauseAfter(patience, tookMs, askedMs) : askedMs;
  const again = isPassing && (patience === undefined || pauseMs !== undefined);
  const failure = ApplicationFailure.create({
    type: facts.class,
    message: facts.message,
    nonRetryable: !again,
    details: [facts, repetition()],
    ...(again && pauseMs !== undefined ? { nextRetryDelay: pauseMs } : {}),
  });
  failure.stack = `${facts.class}: ${facts.message}`; // read by people, in the UI and in logs: frames say nothing of a refusal
  return failure;
}

function factsOf(error: unknown): Omit<Failure, 'step'> {
  if (error instanceof StepError) return error.facts;
  if (error instanceof ProviderError) {
    const problems = error.problems.map(({ detail, pointer }): Problem => ({
      path: pointer ?? '',
      message: detail,
      action: '',
    }));
    return {
      provider: error.provider,
      class: error.errorClass,
      message: error.message,
      action: adviceOn(error),
      ...(problems.length > 0 ? { problems } : {}),
    };
  }
  log.error('an activity failed in a way that nobody foresaw', {
    stack: error instanceof Error ? error.stack : String(error),
  });
  return unknownFault(error);
}

/**
 * A fault of our own code. Its text may hold anything, so only its name is told; the worker's log has the
 * stack.
 */
function unknownFault(error: unknown): Omit<Failure, 'step'> {
  const name = error instanceof Error ? error.name : typeof error;
  const provider: Provider = 'patchbay';
  return {
    provider,
    class: 'unexpected-answer',
    message: `Patchbay failed in ${activityInfo().activityType} (${name}).`,
    action: adviceFor('unexpected-answer', provider),
  };
}

/** What a person can do about a provider's error: what its client knows, else what its class says. */
export const adviceOn = ({ action, errorClass, provider }: ProviderError): string =>
  action ?? adviceFor(errorClass, provider);

function mayPass(errorClass: ErrorClass, isLasting: boolean, patience: Patience | undefined): boolean {
  if (patience?.undo === true && (isLasting || MENDABLE_CLASSES.includes(errorClass))) return true;
  return PASSING_CLASSES.includes(errorClass) && !isLasting;
}

/** The patience that an activity was called with: its last argument. */
export function readPatience(args: readonly unknown[]): Patience | undefined {
  const last = args.at(-1);
  return typeof last === 'object' && last !== null && 'forMs' in last ? (last as Patience) : undefined;
}
