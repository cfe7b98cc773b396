import type { CallOptions } from '../http/index.js';
import { httpDeadline } from './attempt.js';
import type { Patience } from '../domain/contract.js';

/** An activity as workflows call it. `patience` comes last and is read by the `FailureInterceptor` alone. */
export type Activity<Input, Output> = (input: Input, patience: Patience) => Promise<Output>;

/** Makes an activity of a step: all its requests share the one deadline of the attempt. */
export const activity =
  <Input, Output>(step: (input: Input, options: CallOptions) => Promise<Output>): Activity<Input, Output> =>
  (input) =>
    step(input, { signal: httpDeadline() });
