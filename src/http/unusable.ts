import type { FailureReader } from './errorClass.js';
import { type HttpRequest, mayChange } from './exchange.js';
import { ProviderError } from './providerError.js';
import { providerName, sentence } from './wording.js';

/** As much of a request as messages need. */
export type RequestName = Pick<HttpRequest, 'method' | 'operation' | 'isSafe'>;

const errorClass = 'unexpected-answer';

/**
 * The error for a successful answer that cannot be used. A write did take effect, so it may have to be
 * looked for.
 */
export function unexpectedAnswer(
  { provider, redactor }: FailureReader,
  request: RequestName,
  status: number,
  why: string,
): ProviderError {
  const operation = redactor.redact(request.operation);
  const words = redactor.redact(why);
  const message = sentence({ provider, operation, errorClass, status, words, retryAfterMs: undefined });
  const mayHaveTakenEffect = mayChange(request);
  return new ProviderError(message, { provider, errorClass, operation, status, mayHaveTakenEffect });
}

/**
 * The error for an answer that is larger than we read. It would be no smaller the next time, so that its
 * class is none that may pass.
 */
export function tooLarge(
  { provider, redactor }: Pick<FailureReader, 'provider' | 'redactor'>,
  request: RequestName,
  why: string,
  action: string,
): ProviderError {
  const operation = redactor.redact(request.operation);
  const message = `${providerName(provider)} gave an answer to ${operation} that is larger than Patchbay reads: ${why}.`;
  const mayHaveTakenEffect = mayChange(request);
  return new ProviderError(message, { provider, errorClass: 'refused', operation, mayHaveTakenEffect, action });
}

/**
 * The error for a request that was never sent, because an earlier answer names a place where it must not
 * go.
 */
export function notSent({ provider, redactor }: FailureReader, request: RequestName, why: string): ProviderError {
  const operation = redactor.redact(request.operation);
  const message = `${operation} was not sent to ${providerName(provider)}: ${redactor.redact(why)}.`;
  return new ProviderError(message, { provider, errorClass, operation, mayHaveTakenEffect: false });
}
