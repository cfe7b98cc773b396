import { z } from 'zod';

/** Money as DIDWW writes it in trunks: at least one decimal, no superfluous ones. */
export function decimal(amount: number): string {
  return Number.isInteger(amount) ? amount.toFixed(1) : String(Number(amount.toFixed(4)));
}

/** A decimal text or number within limits, kept the way DIDWW writes it. */
export const money = (min: number, max: number): z.ZodType<string> =>
  z
    .union([z.number(), z.string().regex(/^\d+(\.\d+)?$/)], 'is not a number')
    .transform(Number)
    .refine((amount) => amount >= min, `must be greater than or equal to ${String(min)}`)
    .refine((amount) => amount <= max, `must be less than or equal to ${String(max)}`)
    .transform(decimal);
