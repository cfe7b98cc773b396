/**
 * What an activity makes of a provider's refusal: gone is done, a conflict is for a person. Not here: how
 * refusals are classed (`http`).
 */
import type { ErrorClass, Provider } from '../../contract/failure.js';
import { ProviderError } from '../../http/index.js';
import { allAtRest } from './allAtRest.js';
import { StepError } from './failures.js';

/** Whether the error is a provider's answer of one of these classes. */
export const isClass = (error: unknown, ...classes: readonly ErrorClass[]): error is ProviderError =>
  error instanceof ProviderError && classes.includes(error.errorClass);

/**
 * Waits for a read or a DELETE of an object; undefined where the object is gone, which for a DELETE is
 * success.
 */
export async function unlessGone<T>(request: Promise<T>): Promise<T | undefined> {
  try {
    return await request;
  } catch (error) {
    if (!isClass(error, 'not-found')) throw error;
    return undefined;
  }
}

/** What a list shows and a read by id still finds, as it is now: lists also show what is gone. */
export async function stillThere<T>(
  listed: readonly { readonly id: string }[],
  read: (id: string) => Promise<T>,
): Promise<readonly T[]> {
  const found = await allAtRest(listed.map(({ id }) => unlessGone(read(id))));
  return found.filter((one) => one !== undefined);
}

/** The failure of a step that only a person can resolve. */
export const conflict = (provider: Provider, message: string, action: string): StepError =>
  new StepError({ provider, class: 'conflict', message, action });
