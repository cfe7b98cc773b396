import { isGrpcServiceError, NamespaceNotFoundError } from '@temporalio/client';
import type { ErrorClass } from '../contract/failure.js';
import { nativeAnswer } from './nativeAnswer.js';

/** What a gRPC status of the Temporal service means, for a run and for a person. */
export interface Meaning {
  readonly class: ErrorClass;
  /** The server is away, overloaded or slow: asking again later is right. */
  readonly isPassing?: true;
}

/** By gRPC status (https://grpc.io/docs/guides/status-codes/). */
const MEANINGS: Readonly<Record<number, Meaning>> = {
  1: { class: 'network', isPassing: true }, // CANCELLED: the connection was closed
  3: { class: 'invalid-request' }, // INVALID_ARGUMENT
  4: { class: 'network', isPassing: true }, // DEADLINE_EXCEEDED
  5: { class: 'not-found' }, // NOT_FOUND
  6: { class: 'conflict' }, // ALREADY_EXISTS
  7: { class: 'permission' }, // PERMISSION_DENIED
  8: { class: 'rate-limited', isPassing: true }, // RESOURCE_EXHAUSTED
  9: { class: 'conflict' }, // FAILED_PRECONDITION
  11: { class: 'invalid-request' }, // OUT_OF_RANGE
  12: { class: 'refused' }, // UNIMPLEMENTED: a server that is too old, or none of Temporal's
  14: { class: 'network', isPassing: true }, // UNAVAILABLE
  16: { class: 'authentication' }, // UNAUTHENTICATED
};

/** Of which Temporal's client makes an error of its own where it is about the namespace. */
const NOT_FOUND = 5;

/** What the Temporal service answered instead of what it was asked for. */
export interface ServiceAnswer extends Meaning {
  readonly code: number;
  /** The service's own, without a full stop at the end; empty where it said no more than the status. */
  readonly words: string;
}

/**
 * The answer of the Temporal service in an error of its client or of the worker's native core; undefined
 * where the error holds none.
 */
export function answerIn(error: unknown): ServiceAnswer | undefined {
  const found = statusIn(error) ?? (error instanceof Error ? statusIn(error.cause) : undefined);
  if (found === undefined) return undefined;
  // Whatever is not named may pass, and is no word on what was asked.
  return { ...(MEANINGS[found.code] ?? { class: 'provider-fault' }), ...found, words: withoutStop(found.words) };
}

function statusIn(error: unknown): { readonly code: number; readonly words: string } | undefined {
  if (error instanceof NamespaceNotFoundError) return { code: NOT_FOUND, words: error.message };
  if (isGrpcServiceError(error)) return { code: error.code, words: error.details || error.message };
  return nativeAnswer(error);
}

/** As one clause of a message. */
export const withoutStop = (words: string): string => words.trim().replace(/[.\s]+$/, '');
