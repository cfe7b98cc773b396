import { shorten } from '../domain/text/cut.js';
import type { Provider, WireErrorClass } from './providerError.js';

/** What a failed request is told of in, already redacted. */
export interface Wording {
  readonly provider: Provider;
  readonly operation: string;
  readonly errorClass: WireErrorClass;
  readonly status: number;
  /** The provider's own words, or ours where it said nothing that can be repeated. */
  readonly words: string;
  readonly retryAfterMs: number | undefined;
}

/** Longest sentence made of a provider's own words. */
const LONGEST_WORDS = 1_000;

/** What operators call the provider. */
export const providerName = (provider: Provider): string => ({ didww: 'DIDWW', vapi: 'Vapi' })[provider];

/** One sentence for an operator about a request that the provider answered with a failure. */
export function sentence({ provider, operation, errorClass, status, words, retryAfterMs }: Wording): string {
  const wait = retryAfterMs === undefined ? '' : ` It asks to wait ${String(Math.ceil(retryAfterMs / 1000))} s.`;
  return `${providerName(provider)} ${verb(errorClass, `${operation} (${String(status)})`)}${said(words)}.${wait}`;
}

function said(words: string): string {
  const trimmed = shorten(words.trim(), LONGEST_WORDS).replace(/[.\s]+$/, '');
  return trimmed === '' ? '' : `: ${trimmed}`;
}

function verb(errorClass: WireErrorClass, operation: string): string {
  switch (errorClass) {
    case 'invalid-request':
      return `refused ${operation}`;
    case 'authentication':
      return `did not accept the API key for ${operation}`;
    case 'permission':
      return `does not allow this account to ${operation}`;
    case 'not-found':
      return `knows no such object at ${operation}`;
    case 'conflict':
      return `refused ${operation} because of what exists there already`;
    case 'rate-limited':
      return `is limiting requests and refused ${operation}`;
    case 'provider-fault':
      return `failed to answer ${operation}`;
    case 'network':
      return `could not be reached for ${operation}`;
    case 'unexpected-answer':
      return `gave an answer to ${operation} that cannot be understood`;
    case 'refused':
      return `gave an answer to ${operation} that is larger than Patchbay reads`;
    default:
      return errorClass satisfies never;
  }
}
