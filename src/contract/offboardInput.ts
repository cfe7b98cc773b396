/** The input of `offboardConnection` as other systems write it. */
import { z } from 'zod';
import { trimmedInput } from '../domain/text/input.js';
import type { Problem } from './failure.js';
import type { OffboardInput } from './messages.js';
import { readAs } from './requestProblems.js';
import { connectionSchema, regionSchema } from './requestShape.js';

const offboardInputSchema = z.strictObject({ connection: connectionSchema, region: regionSchema });

/** Either the connection to be taken away, or every problem of the input with its path. Never throws. */
export function readOffboardInput(
  input: unknown,
): { readonly target: OffboardInput } | { readonly problems: readonly Problem[] } {
  const read = readAs(offboardInputSchema, trimmedInput(input));
  return 'problems' in read ? read : { target: read.data };
}
