import type { ErrorClass, Provider } from '../../contract/failure.js';

const NAMES = { didww: 'DIDWW', vapi: 'Vapi', patchbay: 'Patchbay' } as const satisfies Record<Provider, string>;

/** A provider's name as people write it. */
export const providerName = (provider: Provider): string => NAMES[provider];

/**
 * What a person can do about a failure of this class, in one sentence, where nothing more particular is
 * known.
 */
export function adviceFor(errorClass: ErrorClass, provider: Provider): string {
  const name = providerName(provider);
  switch (errorClass) {
    case 'invalid-request':
      return `Correct what ${name} refuses, then retry; if the request looks right, report it with this message.`;
    case 'authentication':
      return `Give the worker a valid ${name} API key of the right account and region, then retry.`;
    case 'permission':
      return `Ask ${name} support to enable what was refused for this account, then retry.`;
    case 'not-found':
      return `Check at ${name} whether somebody removed the object meanwhile, then retry.`;
    case 'conflict':
      return `Look at ${name} which object is in the way; rename or remove it, then retry.`;
    case 'rate-limited':
      return `${name} limits the rate of requests: wait a few minutes, then retry.`;
    case 'provider-fault':
      return `${name} has a fault: look at its status page, then retry.`;
    case 'network':
      return `Check that the worker reaches ${name}, then retry.`;
    case 'unexpected-answer':
      return provider === 'patchbay'
        ? 'This is a fault in Patchbay: report it with the run id; the worker log has the details.'
        : `${name} answered in a form that Patchbay does not know: report it with this message.`;
    case 'refused':
      return 'Correct every problem listed, then run the same request again.';
    case 'not-proven':
      return 'Follow the diagnosis of the failed check, then retry.';
    case 'cancelled':
      return 'Nothing to do: a person cancelled the run.';
    default:
      return errorClass satisfies never;
  }
}
