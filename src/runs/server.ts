import { type Client, isGrpcServiceError } from '@temporalio/client';
import { UnreachableError } from './unreachable.js';

/** gRPC codes of a server that is away, overloaded or slow: asking again later is right. */
const PASSING_CODES: readonly number[] = [1, 4, 8, 14]; // CANCELLED, DEADLINE_EXCEEDED, RESOURCE_EXHAUSTED, UNAVAILABLE
const ANSWER_WITHIN_MS = 5_000;

/** The gRPC status of an error of Temporal's client, its cause included. */
export function grpcCode(error: unknown): number | undefined {
  if (isGrpcServiceError(error)) return error.code;
  return error instanceof Error && isGrpcServiceError(error.cause) ? error.cause.code : undefined;
}

/** What the server said about an error, where it said more than a code. */
export function grpcDetails(error: unknown): string {
  if (isGrpcServiceError(error)) return error.details;
  return error instanceof Error && isGrpcServiceError(error.cause) ? error.cause.details : '';
}

/** Whether an error only says that the server, or a worker behind it, does not answer at the moment. */
export function isOutage(error: unknown): boolean {
  const code = grpcCode(error);
  return code !== undefined && PASSING_CODES.includes(code);
}

/** Runs requests with a deadline of 5 s each instead of the client's patience; an outage becomes `UnreachableError`. */
export async function within<T>(client: Client, ask: () => Promise<T>, withinMs = ANSWER_WITHIN_MS): Promise<T> {
  try {
    return await client.withDeadline(Date.now() + withinMs, ask);
  } catch (error) {
    if (!isOutage(error)) throw error;
    throw new UnreachableError(
      'Temporal does not answer.',
      'Check that the server of TEMPORAL_ADDRESS is up and reachable, then run the same command again.',
      { cause: error },
    );
  }
}
