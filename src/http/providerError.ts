import type { ErrorClass, Provider as AnyProvider } from '../contract/failure.js';

/** Who is at the other end. */
export type Provider = Exclude<AnyProvider, 'patchbay'>;

/**
 * The classes that the wire itself can produce (design: errors are classed once, at the edge). `refused` is
 * ours: an answer that is too large to read.
 */
export type WireErrorClass = Extract<
  ErrorClass,
  | 'invalid-request'
  | 'authentication'
  | 'permission'
  | 'not-found'
  | 'conflict'
  | 'rate-limited'
  | 'provider-fault'
  | 'network'
  | 'unexpected-answer'
  | 'refused'
>;

/** One thing that the provider itself said to be wrong; already redacted and shortened. */
export interface ProviderProblem {
  readonly detail: string;
  /** JSON pointer into the body that was sent (DIDWW only). */
  readonly pointer?: string;
  /** The provider's short name for the problem: DIDWW's `title`, Vapi's `error` code of a 409. */
  readonly title?: string;
}

/** What a `ProviderError` is made of. */
export interface ProviderErrorDetails {
  readonly provider: Provider;
  readonly errorClass: WireErrorClass;
  /** Method and path without query, e.g. `POST /voice_out_trunks`. */
  readonly operation: string;
  /** HTTP status; absent where no answer arrived. */
  readonly status?: number;
  /** How long the provider asks to wait, in milliseconds, at most ten minutes. */
  readonly retryAfterMs?: number;
  readonly problems?: readonly ProviderProblem[];
  /**
   * True where a write may have been carried out although this error was thrown: look before writing again.
   */
  readonly mayHaveTakenEffect: boolean;
  /** What a person can do about it, in one or two sentences, where more is known than the class says. */
  readonly action?: string;
  /** True where it does not pass by itself, although errors of its class may. */
  readonly isLasting?: boolean;
}

/**
 * The one error that the provider clients throw. Its message is a sentence for an operator: provider,
 * operation, status and the provider's own words. It never holds headers, a URL's query, a body or a
 * secret.
 */
export class ProviderError extends Error implements ProviderErrorDetails {
  readonly provider: Provider;
  readonly errorClass: WireErrorClass;
  readonly operation: string;
  readonly status?: number;
  readonly retryAfterMs?: number;
  readonly problems: readonly ProviderProblem[];
  readonly mayHaveTakenEffect: boolean;
  readonly action?: string;
  readonly isLasting?: boolean;

  /** `message` and `details.problems` must have gone through the redactor. */
  constructor(message: string, details: ProviderErrorDetails) {
    super(message);
    this.name = 'ProviderError';
    this.provider = details.provider;
    this.errorClass = details.errorClass;
    this.operation = details.operation;
    if (details.status !== undefined) this.status = details.status;
    if (details.retryAfterMs !== undefined) this.retryAfterMs = details.retryAfterMs;
    this.problems = details.problems ?? [];
    this.mayHaveTakenEffect = details.mayHaveTakenEffect;
    if (details.action !== undefined) this.action = details.action;
    if (details.isLasting !== undefined) this.isLasting = details.isLasting;
  }
}
