/**
 * What went wrong, in the words that requests, results, workflows and the CLI share. Belongs here: the
 * classes of failure and their plain shape. Does not: how a provider's answer is classed (`http`), nor how
 * a failure travels through Temporal (`activities/engine/failures.ts`).
 */

/** The cases of failure that callers can tell apart; part of the public result. */
export const ERROR_CLASSES = [
  'invalid-request',
  'authentication',
  'permission',
  'not-found',
  'conflict',
  'rate-limited',
  'provider-fault',
  'network',
  'unexpected-answer',
  'refused',
  'not-proven',
  'cancelled',
] as const;

/** One case of failure. */
export type ErrorClass = (typeof ERROR_CLASSES)[number];

/** Classes that may pass by themselves; every other one fails its step at once. */
export const PASSING_CLASSES: readonly ErrorClass[] = [
  'rate-limited',
  'provider-fault',
  'network',
  'unexpected-answer',
];

/** Where something failed: one of the two providers, or Patchbay itself. */
export type Provider = 'didww' | 'vapi' | 'patchbay';

/** Classes after which nobody knows whether the request took effect. */
export const UNANSWERED_CLASSES: readonly ErrorClass[] = ['provider-fault', 'network', 'unexpected-answer'];

/** One thing that is wrong, where, and what a person can do about it. */
export interface Problem {
  /** Path in the request (`numbers[0].number`), or the account part (`didww.balance`). */
  readonly path: string;
  readonly message: string;
  readonly action: string;
}

/** A failure as people and other systems are told of it. Never holds a secret. */
export interface Failure {
  /** The step's name on the board, such as `outbound trunk`. */
  readonly step: string;
  readonly provider: Provider;
  readonly class: ErrorClass;
  readonly message: string;
  /** What to do next, in one sentence. */
  readonly action: string;
  readonly problems?: readonly Problem[];
}
