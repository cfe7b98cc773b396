/**
 * What an answer of the Temporal service means for an activity that asked it. Belongs here: what to do
 * about it. Does not: asking, and what each gRPC status means (`runs/answers.ts`).
 */
import { adviceFor } from '../domain/advice.js';
import type { ErrorClass } from '../domain/failure.js';
import { answerIn } from '../runs/answers.js';
import { UnreachableError } from '../runs/unreachable.js';
import { StepError } from './failures.js';

/**
 * The failure of an activity that could not have the Temporal service do something, in the service's own
 * words. What no answer of the service is, a fault of ours, is given back as it is.
 */
export function serviceFailure(what: string, error: unknown): unknown {
  const cause = error instanceof UnreachableError ? error.cause : error;
  const answer = answerIn(cause);
  if (answer === undefined) return error;
  return new StepError(
    {
      provider: 'patchbay',
      class: answer.class,
      message: `The Temporal service could not be asked to ${what}${answer.words === '' ? '' : `: ${answer.words}`}.`,
      action: ACTIONS[answer.class] ?? CHECK_TEMPORAL,
    },
    { cause },
  );
}

const CHECK_TEMPORAL = 'Check that the worker reaches the Temporal service, then retry.';

const ACTIONS: Partial<Readonly<Record<ErrorClass, string>>> = {
  authentication: "Correct the worker's credentials for the Temporal service, then retry.",
  'not-found': 'Check the namespace that the worker is set to (TEMPORAL_NAMESPACE), then retry.',
  permission: "Give the worker's credentials write access to its namespace of the Temporal service, then retry.",
  'rate-limited': 'Wait until the Temporal service takes requests again, then retry.',
  'invalid-request': adviceFor('unexpected-answer', 'patchbay'),
  refused: 'Use a newer Temporal server, then retry.',
};
