/**
 * What bounds a verification where nobody says otherwise: caps that follow from how many numbers it calls.
 */
import type { z } from 'zod';
import type { verificationSchema } from './requestShape.js';

/** What the test calls are asked to prove, and their caps, every default filled in. USD. */
export type Verification = z.output<typeof verificationSchema> & {
  readonly maxCalls: number;
  readonly maxSpendUsd: number;
};

/** A number calls and is called; with `callFrom` or a destination these are two calls. */
export const CALLS_PER_NUMBER = 2;
/** The transfer call, and calls that are placed again for want of a slot or after a fault of Vapi's own. */
export const CALLS_BESIDES = 10;
/** USD that the first number's test calls may cost, and each further one's. */
export const SPEND_FIRST_USD = 1;
export const SPEND_FURTHER_USD = 0.3;
/** Where the way out is proven by a further call of each number, to a telephone. */
export const SPEND_DESTINATION_USD = 0.15;

/** A verification of so many numbers with its caps on calls and spend. */
export function withCaps(verification: z.output<typeof verificationSchema>, numbers: number): Verification {
  const called = Math.min(numbers, verification.sample ?? numbers);
  return {
    ...verification,
    maxCalls: verification.maxCalls ?? CALLS_PER_NUMBER * called + CALLS_BESIDES,
    maxSpendUsd: verification.maxSpendUsd ?? spendOf(called, typeof verification.outbound === 'object'),
  };
}

function spendOf(called: number, hasDestination: boolean): number {
  const destinations = hasDestination ? SPEND_DESTINATION_USD * called : 0;
  return Math.round((SPEND_FIRST_USD + SPEND_FURTHER_USD * (called - 1) + destinations) * 100) / 100;
}
