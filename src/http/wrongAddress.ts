import { type Provider, ProviderError } from './providerError.js';
import { providerName } from './wording.js';

/**
 * The error of a request that a provider's own API always knows: at a path without an id, 404 and 405 say
 * that something else answers. `action` names the right address. Any other error comes back as it is.
 */
export function orWrongAddress(
  error: unknown,
  path: string,
  { provider, apiUrl, action }: { readonly provider: Provider; readonly apiUrl: string; readonly action: string },
): unknown {
  if (!(error instanceof ProviderError) || !isOfNoObject(path)) return error;
  const { status, operation } = error;
  if (status !== 404 && status !== 405 && status !== 410) return error;
  return new ProviderError(`What answers at ${apiUrl} is not ${providerName(provider)}'s API (${String(status)}).`, {
    provider,
    errorClass: 'unexpected-answer',
    operation,
    mayHaveTakenEffect: false,
    isLasting: true,
    action,
  });
}

/** `/balance`, `/assistant`. */
const isOfNoObject = (path: string): boolean => /^\/[a-z_-]+$/.test(path);
