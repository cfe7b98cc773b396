/** Requests as people give them to a command. */
import { z } from 'zod';
import type { Problem } from '../contract/failure.js';
import { readRequest, type Request } from '../contract/request.js';
import { connectionSchema } from '../contract/requestShape.js';
import { InvalidRequestError } from './errors.js';

/** The request that somebody wrote. Throws `InvalidRequestError` with every problem. */
export function checked(input: unknown): Request {
  const read = readRequest(input);
  if ('problems' in read) throw new InvalidRequestError(read.problems);
  return read.request;
}

/** The request given, where it is for this connection. Throws `InvalidRequestError`. */
export function ofConnection(request: unknown, connection: string): unknown {
  const read = readRequest(request);
  const named = namedSchema.safeParse(request).data?.connection ?? connection;
  const problems = [
    ...('problems' in read ? read.problems : []),
    ...(named === connection ? [] : [otherConnection(named, connection)]),
  ];
  if (problems.length > 0) throw new InvalidRequestError(problems);
  return request;
}

const namedSchema = z.object({ connection: connectionSchema });

const otherConnection = (named: string, connection: string): Problem => ({
  path: 'connection',
  message: `is ${named}, not ${connection}`,
  action: 'Give the request of this connection.',
});
