/** Which caps of a verification a request states: the others follow from how many numbers it has. */
import { z } from 'zod';
import type { Verification } from './verificationCaps.js';

/** A verification with only those caps that somebody wrote down. */
export type StatedVerification = Omit<Verification, 'maxCalls' | 'maxSpendUsd'> &
  Partial<Pick<Verification, 'maxCalls' | 'maxSpendUsd'>>;

/** The caps that a request, as somebody wrote it, may state. */
const statedSchema = z.object({
  verification: z.object({ maxCalls: z.number().optional(), maxSpendUsd: z.number().optional() }).optional(),
});

/**
 * The verification of a request with those caps alone that its raw input states: the others follow from how
 * many numbers are called in the end.
 */
export function withStatedCaps({ maxCalls, maxSpendUsd, ...rest }: Verification, input: unknown): StatedVerification {
  const stated = statedSchema.safeParse(input).data?.verification ?? {};
  return {
    ...rest,
    ...(stated.maxCalls === undefined ? {} : { maxCalls }),
    ...(stated.maxSpendUsd === undefined ? {} : { maxSpendUsd }),
  };
}
