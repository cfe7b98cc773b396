import { z } from 'zod';

import { checkNumber } from './e164.js';

const fields = {
  number: z.string().min(3).max(40).optional(),
  numberE164CheckEnabled: z.boolean().optional(),
  name: z.string().max(40).optional(),
  assistantId: z.string().nullable().optional(),
  squadId: z.string().nullable().optional(),
  workflowId: z.string().nullable().optional(),
  server: z.record(z.string(), z.unknown()).nullable().optional(),
  fallbackDestination: z.record(z.string(), z.unknown()).nullable().optional(),
  hooks: z.array(z.record(z.string(), z.unknown())).optional(),
};

/** Body of POST /phone-number for a number on a SIP trunk (docs/providers/vapi.md, Phone numbers). */
export const createPhoneNumberDto = z
  .strictObject({ provider: z.literal('byo-phone-number'), credentialId: z.string(), ...fields })
  .superRefine(checkNumber);

/**
 * Body of PATCH /phone-number/{id}. Whether a new `number` is E.164 depends on the stored row, so that is
 * checked there.
 */
export const updatePhoneNumberDto = z.strictObject({
  provider: z.literal('byo-phone-number').optional(),
  credentialId: z.string().optional(),
  ...fields,
});

export type PhoneNumberDto = z.output<typeof createPhoneNumberDto>;
