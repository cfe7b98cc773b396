/** The input of `planConnection` as other systems write it. */
import { z } from 'zod';
import { trimmedInput } from '../domain/text/input.js';
import type { Problem } from './failure.js';
import { readRequest, type Request } from './request.js';
import { readAs } from './requestProblems.js';
import { connectionSchema, regionSchema } from './requestShape.js';
import type { Region } from '../domain/sip/addresses.js';

/** What is to be compared with both accounts: a request, or what the connection's runs say is wanted. */
export type PlanAsked = ({ readonly request: Request } | { readonly connection: string; readonly region: Region }) & {
  readonly prune: boolean;
};

const ofRequestSchema = z.strictObject({ request: z.unknown(), prune: z.boolean().default(false) });
const ofConnectionSchema = z.strictObject({
  connection: connectionSchema,
  region: regionSchema,
  prune: z.boolean().default(false),
});

/** Either what is to be compared, or every problem of the input with its path. Never throws. */
export function readPlanInput(
  input: unknown,
): { readonly asked: PlanAsked } | { readonly problems: readonly Problem[] } {
  if (typeof input !== 'object' || input === null || !('request' in input)) {
    const read = readAs(ofConnectionSchema, trimmedInput(input));
    return 'problems' in read ? read : { asked: read.data };
  }
  const shape = readAs(ofRequestSchema, input);
  const read = readRequest(input.request);
  if ('problems' in shape || 'problems' in read) {
    return { problems: [shape, read].flatMap((one) => ('problems' in one ? one.problems : [])) };
  }
  return { asked: { request: read.request, prune: shape.data.prune } };
}
