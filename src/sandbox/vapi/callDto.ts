import { z } from 'zod';

import { assistantDto } from './assistantDto.js';
import { checkNumber } from './e164.js';
import { transferDestination } from './transferDestinationDto.js';

const customer = z
  .strictObject({
    number: z.string().min(3).max(40).optional(),
    numberE164CheckEnabled: z.boolean().optional(),
    sipUri: z.string().optional(),
    name: z.string().max(40).optional(),
    extension: z.string().max(10).optional(),
    email: z.string().max(40).optional(),
    externalId: z.string().max(40).optional(),
    assistantOverrides: z.record(z.string(), z.unknown()).optional(),
  })
  .superRefine(checkNumber);

const transport = z.looseObject({ provider: z.string(), dialTimeout: z.number().min(1).max(600).optional() });

/**
 * Body of POST /call (docs/providers/vapi.md, Calls). `metadata` at top level is refused like any unknown
 * key. `type` is not in the published schema, but a sample by Vapi's staff sends it: accepted and ignored.
 */
export const createCallDto = z.strictObject({
  type: z.string().optional(),
  name: z.string().max(40).optional(),
  assistantId: z.string().optional(),
  assistant: assistantDto.optional(),
  assistantOverrides: z.looseObject({ maxDurationSeconds: z.number().optional() }).optional(),
  assistantVersion: z.string().nullable().optional(),
  phoneNumberId: z.string().optional(),
  customer: customer.optional(),
  customers: z.array(customer).optional(),
  schedulePlan: z.strictObject({ earliestAt: z.string(), latestAt: z.string().optional() }).optional(),
  transport: transport.optional(),
});

/** Body of PATCH /call/{id}: the name and nothing else (docs/providers/vapi.md, Calls). */
export const updateCallDto = z.strictObject({ name: z.string().max(40) });

/**
 * Body of POST to a call's control URL (docs/providers/vapi.md, Call control). Assumed strictness: unknown
 * keys are let through.
 */
export const controlDto = z.discriminatedUnion('type', [
  z.looseObject({ type: z.literal('say'), content: z.string(), endCallAfterSpoken: z.boolean().optional() }),
  z.looseObject({
    type: z.literal('add-message'),
    message: z.looseObject({ role: z.string(), content: z.string() }),
    triggerResponseEnabled: z.boolean().optional(),
  }),
  z.looseObject({
    type: z.literal('control'),
    control: z.enum(['mute-assistant', 'unmute-assistant', 'say-first-message']),
  }),
  z.looseObject({ type: z.literal('end-call') }),
  z.looseObject({ type: z.literal('transfer'), destination: transferDestination, content: z.string().optional() }),
]);

export type CreateCallDto = z.output<typeof createCallDto>;
export type CallCommand = z.output<typeof controlDto>;
