import type { Problem } from '../contract/failure.js';
import type { Result } from '../contract/result.js';

/** The request cannot be carried out as it is written; nothing was started. */
export class InvalidRequestError extends Error {
  override readonly name = 'InvalidRequestError';

  constructor(readonly problems: readonly Problem[]) {
    super(`The request has ${problems.length === 1 ? 'a problem' : `${String(problems.length)} problems`}.`);
  }
}

/**
 * Another run holds the connection; nothing was started. `result` says so in the form of every other
 * result.
 */
export class ConflictError extends Error {
  override readonly name = 'ConflictError';

  constructor(readonly result: Result) {
    super(result.failure?.message);
  }
}

/**
 * There is no such connection, or nothing of it that could be acted on. `action` says what to do instead.
 */
export class NothingToActOnError extends Error {
  override readonly name = 'NothingToActOnError';

  constructor(
    message: string,
    readonly action: string,
  ) {
    super(message);
  }
}
