/**
 * What an answer of the Temporal service means for an activity that asked it. Belongs here: the class of each gRPC status, and what to do. Does not: asking.
 */
import { NamespaceNotFoundError } from '@temporalio/client';
import { adviceFor } from '../domain/advice.js';
import type { ErrorClass } from '../domain/failure.js';
import { grpcCode, grpcDetails } from '../runs/server.js';
import { UnreachableError } from '../runs/unreachable.js';
import { StepError } from './failures.js';

/**
 * The failure of an activity that could not have the Temporal service do something, in the service's own words. What no answer of the service is, a fault of ours, is
 * given back as it is.
 */
export function serviceFailure(what: string, error: unknown): unknown {
  const cause = error instanceof UnreachableError ? error.cause : error;
  const code = cause instanceof NamespaceNotFoundError ? NOT_FOUND : grpcCode(cause);
  if (code === undefined) return error;
  const errorClass = CLASSES[code] ?? 'provider-fault';
  const words = (grpcDetails(cause) || (cause as Error).message).trim().replace(/[.\s]+$/, '');
  return new StepError(
    {
      provider: 'patchbay',
      class: errorClass,
      message: `The Temporal service could not be asked to ${what}${words === '' ? '' : `: ${words}`}.`,
      action: ACTIONS[errorClass] ?? CHECK_TEMPORAL,
    },
    { cause },
  );
}

/** Of which Temporal's client makes an error of its own where it is about the namespace. */
const NOT_FOUND = 5;

/** By gRPC status (https://grpc.io/docs/guides/status-codes/). Whatever is not named may pass. */
const CLASSES: Readonly<Record<number, ErrorClass>> = {
  1: 'network', // CANCELLED: the connection was closed
  3: 'invalid-request', // INVALID_ARGUMENT
  4: 'network', // DEADLINE_EXCEEDED
  5: 'not-found', // NOT_FOUND
  6: 'conflict', // ALREADY_EXISTS
  7: 'permission', // PERMISSION_DENIED
  8: 'rate-limited', // RESOURCE_EXHAUSTED
  9: 'conflict', // FAILED_PRECONDITION
  11: 'invalid-request', // OUT_OF_RANGE
  12: 'refused', // UNIMPLEMENTED: a server that is too old
  14: 'network', // UNAVAILABLE
  16: 'authentication', // UNAUTHENTICATED
};

const CHECK_TEMPORAL = 'Check that the worker reaches the Temporal service, then retry.';

const ACTIONS: Partial<Readonly<Record<ErrorClass, string>>> = {
  authentication: "Correct the worker's credentials for the Temporal service, then retry.",
  'not-found': 'Check the namespace that the worker is set to (TEMPORAL_NAMESPACE), then retry.',
  permission: "Give the worker's credentials write access to its namespace of the Temporal service, then retry.",
  'rate-limited': 'Wait until the Temporal service takes requests again, then retry.',
  'invalid-request': adviceFor('unexpected-answer', 'patchbay'),
  refused: 'Use a newer Temporal server, then retry.',
};
