/**
 * The input of `verifyConnection` as other systems write it, read from an unknown value into an order or a
 * list of its problems.
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
import type { Check } from './result.js';
import type { Region } from '../domain/sip/sip.js';
import { type Verification, withCaps } from './verificationCaps.js';

/** What is to be proven of a connection, every default filled in. */
export interface VerificationRequest {
  readonly connection: string;
  readonly region: Region;
  /** Without an assistant: bound to none, so that nobody answers it. */
  readonly numbers: readonly { readonly number: string; readonly assistantId?: string }[];
  readonly transfer?: { readonly destination: string; readonly toolName: string };
  readonly verification: Verification;
}

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

/**
 * What stands of a connection today, as far as it tells what is wanted; `warnings` say what of it cannot be
 * tested.
 */
export interface CurrentBindings extends Pick<VerificationRequest, 'numbers' | 'transfer'> {
  readonly warnings?: readonly string[];
}

/** Either what was asked for, or every problem of the input with its path. Never throws. */
export function readVerificationInput(
  input: unknown,
): { readonly asked: VerificationAsked } | { readonly problems: readonly Problem[] } {
  const read = readAs(verificationInputSchema, trimmedInput(input));
  return 'problems' in read ? read : { asked: read.data };
}

/** The order of what was asked for, with every default; of what exists where the caller named no numbers. */
export function verificationRequestOf(asked: VerificationAsked, current: CurrentBindings): VerificationRequest {
  const { connection, region, verification } = asked;
  const { numbers } = current;
  const transfer = asked.transfer ?? current.transfer;
  return {
    connection,
    region,
    numbers,
    ...(transfer === undefined ? {} : { transfer: { destination: transfer.destination, toolName: transfer.toolName } }),
    verification: withCaps(verification, numbers.length),
  };
}

/** What is to be proven of each number; the transfer of one of them. */
export function checksOf({
  verification: { inbound, outbound, transfer: asked },
  transfer,
}: Pick<VerificationRequest, 'verification' | 'transfer'>): readonly Check[] {
  return [
    ...(inbound ? (['inbound'] as const) : []),
    ...(outbound !== false ? (['outbound'] as const) : []),
    ...(asked && transfer !== undefined ? (['transfer'] as const) : []),
  ];
}
