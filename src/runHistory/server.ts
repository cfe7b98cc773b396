import { type Client, isGrpcServiceError } from '@temporalio/client';
import { answerIn } from './answers.js';
import { temporalFault } from './temporalFault.js';

const ANSWER_WITHIN_MS = 5_000;

/** The gRPC status for what Temporal does not know. */
export const NOT_FOUND = 5;

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

/**
 * Whether an error only says that the server, or a worker behind it, does not answer at the moment, or
 * takes no more requests.
 */
export const isOutage = (error: unknown): boolean => answerIn(error)?.isPassing === true;

/**
 * Runs requests with a deadline of 5 s each instead of the client's patience. An outage becomes
 * `UnreachableError`; any other answer is thrown as the client has it, for callers that know what to do
 * about it.
 */
export async function within<T>(client: Client, ask: () => Promise<T>, withinMs = ANSWER_WITHIN_MS): Promise<T> {
  try {
    return await client.withDeadline(Date.now() + withinMs, ask);
  } catch (error) {
    throw isOutage(error) ? temporalFault(error, askedOf(client)) : error;
  }
}

/** Which Temporal a client asks. A worker's native connection does not tell its address. */
function askedOf({ connection, options: { namespace } }: Client): { address: string; namespace: string } {
  const options: unknown = 'options' in connection ? connection.options : undefined;
  const address = typeof options === 'object' && options !== null && 'address' in options ? options.address : undefined;
  return { address: typeof address === 'string' ? address : 'the address of TEMPORAL_ADDRESS', namespace };
}
