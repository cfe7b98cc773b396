import type { z } from 'zod';

const E164 = /^\+[1-9]\d{6,14}$/;
const RELAXED = /^\+?[a-zA-Z0-9]+$/;

/** The wording that Vapi uses for a number that is not E.164 (docs/providers/vapi.md, Errors). */
const E164_MESSAGE =
  'must be a valid phone number in the E.164 format. Hot tip, you may be missing the country code (Eg. US: +1).';

interface CheckedNumber {
  readonly number?: string | null | undefined;
  readonly numberE164CheckEnabled?: boolean | undefined;
}

/**
 * Holds `number` to E.164 unless `numberE164CheckEnabled` is false (docs/providers/vapi.md, Phone numbers).
 */
export function checkNumber({ number, numberE164CheckEnabled }: CheckedNumber, context: z.RefinementCtx): void {
  if (number === undefined || number === null) return;
  const checked = numberE164CheckEnabled !== false;
  if ((checked ? E164 : RELAXED).test(number)) return;
  context.addIssue({
    code: 'custom',
    path: ['number'],
    message: checked ? E164_MESSAGE : `must match ${String(RELAXED)} regular expression`,
  });
}
