/**
 * Temporal cannot be had or started on this machine, for a reason that a person can fix; `action` says how.
 */
export class LocalTemporalError extends Error {
  override readonly name = 'LocalTemporalError';

  constructor(
    message: string,
    readonly action: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
