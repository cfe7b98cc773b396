/**
 * What an answer of the Temporal service means for an activity that asked it. Belongs here: what to do
 * about it. Does not: asking, and what each gRPC status means (`runHistory/answers.ts`).
 */
import { setMaxListeners } from 'node:events';
import type { Client } from '@temporalio/client';
import { adviceFor } from '../../domain/reports/advice.js';
import type { ErrorClass } from '../../contract/failure.js';
import { answerIn } from '../../runHistory/answers.js';
import { UnreachableError } from '../../runHistory/unreachable.js';
import { onAbort } from '../../http/index.js';
import { httpDeadline } from './attempt.js';
import { StepError } from './failures.js';

/**
 * What the service is asked, for as long as an attempt may ask: lists may take longer than a whole attempt,
 * and one that Temporal ends by itself is charged to no patience. Then nothing more is asked. Throws
 * `StepError` of class `network` in time.
 */
export function withinAttempt<T>(temporal: Client, ask: () => Promise<T>): Promise<T> {
  const stop = new AbortController();
  setMaxListeners(0, stop.signal); // the client leaves one there for each of its requests
  const answer = temporal.withAbortSignal(stop.signal, ask);
  const late = new Promise<never>((_, reject) => {
    const tell = (): void => {
      reject(notInTime());
      stop.abort();
    };
    const deadline = httpDeadline();
    const ended = onAbort(deadline, tell);
    if (deadline.aborted) tell(); // requests of the same attempt have used its time up
    void answer.finally(ended).catch(() => undefined);
  });
  answer.catch(() => undefined); // it may fail after nobody waits for it any more
  return Promise.race([answer, late]);
}

const notInTime = (): StepError =>
  new StepError({
    provider: 'patchbay',
    class: 'network',
    message: 'The Temporal service did not answer in time.',
    action: CHECK_TEMPORAL,
  });

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
