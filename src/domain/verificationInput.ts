/** The input of `verifyConnection` as other systems write it, read from an unknown value into an order or a list of its problems. */
import { z } from 'zod';
import type { Problem } from './failure.js';
import { problemsOf } from './request.js';
import { connectionSchema, numberSchema, transferSchema, verificationSchema } from './requestShape.js';
import { type Region, REGIONS } from './sip.js';
import { type Verification, withCaps } from './verificationCaps.js';

/** What is to be proven of a connection, every default filled in. */
export interface VerificationOrder {
  readonly connection: string;
  readonly region: Region;
  readonly numbers: readonly { readonly number: string; readonly assistantId: string }[];
  readonly transfer?: { readonly destination: string; readonly toolName: string };
  readonly verification: Verification;
}

/** What a caller of `verifyConnection` may write; of a transfer, everything that an onboarding request says of one. */
export const verificationInputSchema = z.strictObject({
  connection: connectionSchema,
  region: z.enum(REGIONS),
  numbers: z
    .array(z.strictObject({ number: numberSchema, assistantId: z.uuid('must be the UUID of a Vapi assistant') }))
    .min(1)
    .max(1000)
    .refine(
      (numbers) => new Set(numbers.map(({ number }) => number)).size === numbers.length,
      'must not hold a number twice',
    ),
  transfer: transferSchema.optional(),
  verification: verificationSchema.prefault({}),
});

/** Either an order with all defaults, or every problem of the input with its path. Never throws. */
export function readVerificationInput(
  input: unknown,
): { readonly order: VerificationOrder } | { readonly problems: readonly Problem[] } {
  const parsed = verificationInputSchema.safeParse(input, { reportInput: true });
  if (!parsed.success) return { problems: parsed.error.issues.flatMap(problemsOf) };
  const { transfer, verification, ...rest } = parsed.data;
  return {
    order: {
      ...rest,
      ...(transfer === undefined
        ? {}
        : { transfer: { destination: transfer.destination, toolName: transfer.toolName } }),
      verification: withCaps(verification, rest.numbers.length),
    },
  };
}
