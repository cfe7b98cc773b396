/**
 * The input of `verifyConnection` as other systems write it, read from an unknown value into what was asked
 * for or a list of its problems.
 */
import { z } from 'zod';
import type { Problem } from './failure.js';
import { trimmedInput } from '../domain/text/input.js';
import { MOST_NUMBERS_OF_CONNECTION } from './numberLimits.js';
import { readAs } from './requestProblems.js';
import { VERIFICATION_RULES, withRules } from './requestRules.js';
import {
  assistantIdSchema,
  connectionSchema,
  limitsSchema,
  numberSchema,
  regionSchema,
  transferSchema,
  verificationSchema,
} from './requestShape.js';

/**
 * What a caller of `verifyConnection` may write; of a transfer, everything that an onboarding request says
 * of one. Without numbers: what exists today. Of `limits`, spelt as in a request, what says who may be
 * rung.
 */
const verificationInputSchema = withRules(
  z.strictObject({
    connection: connectionSchema,
    region: regionSchema,
    numbers: z
      .array(z.strictObject({ number: numberSchema, assistantId: assistantIdSchema }))
      .min(1)
      .max(MOST_NUMBERS_OF_CONNECTION)
      .optional(),
    transfer: transferSchema.optional(),
    limits: limitsSchema.pick({ allowPremiumDestinations: true }).prefault({}),
    verification: verificationSchema.prefault({}),
  }),
  VERIFICATION_RULES,
);

/** What a caller asked for, before it is known how many numbers that is. */
export type VerificationAsked = z.output<typeof verificationInputSchema>;

/** Either what was asked for, or every problem of the input with its path. Never throws. */
export function readVerificationInput(
  input: unknown,
): { readonly asked: VerificationAsked } | { readonly problems: readonly Problem[] } {
  const read = readAs(verificationInputSchema, trimmedInput(input));
  return 'problems' in read ? read : { asked: read.data };
}
