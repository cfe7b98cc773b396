import type { CallOptions } from '../../http/index.js';
import { httpDeadline } from './attempt.js';
import type { Patience } from '../../contract/attempts.js';
import { keepBeating } from './heartbeats.js';

/** An activity as workflows call it. `patience` comes last and is read by the `FailureInterceptor` alone. */
export type Activity<Input, Output> = (input: Input, patience: Patience) => Promise<Output>;

/** Makes an activity of a step: all its requests share the one deadline of the attempt. */
export const activity =
  <Input, Output>(step: (input: Input, options: CallOptions) => Promise<Output>): Activity<Input, Output> =>
  (input) =>
    step(input, { signal: httpDeadline() });

/** The same of a step that may take minutes: it heartbeats, so that a worker that is gone is noticed. */
export const longActivity = <Input, Output>(
  step: (input: Input, options: CallOptions) => Promise<Output>,
): Activity<Input, Output> =>
  activity(async (input: Input, options) => {
    const stopBeating = keepBeating();
    try {
      return await step(input, options);
    } finally {
      stopBeating();
    }
  });
