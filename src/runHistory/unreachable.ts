/**
 * Temporal could not be reached or takes no more requests at the moment, or no worker answered in time;
 * `action` says what to look at. What runs goes on.
 */
export class UnreachableError extends Error {
  override readonly name = 'UnreachableError';

  constructor(
    message: string,
    readonly action: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
