/**
 * Something that the person at the keyboard got wrong or can put right; nothing was started. Exit code 2.
 */
export class UsageError extends Error {
  override readonly name = 'UsageError';

  constructor(
    message: string,
    readonly action: string,
  ) {
    super(message);
  }
}
