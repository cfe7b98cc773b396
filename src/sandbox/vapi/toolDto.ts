import { z } from 'zod';

const text = z.string().max(1000);

const transferPlan = z.strictObject({
  mode: z.string(),
  message: z.unknown().optional(),
  timeout: z.number().min(1).max(600).optional(),
  sipVerb: z.enum(['refer', 'bye', 'dial']).optional(),
  dialTimeout: z.number().min(1).max(600).optional(),
  holdAudioUrl: z.string().optional(),
  transferCompleteAudioUrl: z.string().optional(),
  contextEngineeringPlan: z.unknown().optional(),
  twiml: z.string().max(4096).optional(),
  summaryPlan: z.unknown().optional(),
  sipHeadersInReferToEnabled: z.boolean().optional(),
  fallbackPlan: z.unknown().optional(),
});

/** Where a transfer goes (docs/providers/vapi.md, Tools). */
export const transferDestination = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('sip'),
    sipUri: z.string(),
    message: text.optional(),
    description: z.string().optional(),
    name: z.string().optional(),
    callerId: z.string().max(40).optional(),
    sipHeaders: z.record(z.string(), z.unknown()).optional(),
    transferPlan: transferPlan.optional(),
  }),
  z.strictObject({
    type: z.literal('number'),
    number: z.string().min(3).max(40),
    numberE164CheckEnabled: z.boolean().optional(),
    extension: z.string().optional(),
    message: text.optional(),
    description: z.string().optional(),
    name: z.string().optional(),
    callerId: z.string().max(40).optional(),
    transferPlan: transferPlan.optional(),
  }),
]);

const toolFunction = z.strictObject({
  name: z.string().regex(/^[a-zA-Z0-9_-]{1,64}$/, 'must match /^[a-zA-Z0-9_-]{1,64}$/ regular expression'),
  description: z.string().optional(),
  parameters: z.unknown().optional(),
  strict: z.boolean().optional(),
});

const fields = {
  function: toolFunction.optional(),
  destinations: z.array(transferDestination).optional(),
  messages: z.array(z.record(z.string(), z.unknown())).optional(),
  rejectionPlan: z.unknown().optional(),
};

/** Body of POST /tool. Only tools that transfer, hang up or call a function are simulated. */
export const createToolDto = z.strictObject({
  type: z.enum(['transferCall', 'endCall', 'function']),
  server: z.unknown().optional(),
  async: z.boolean().optional(),
  ...fields,
});

/** Body of PATCH /tool/{id}: `destinations` is replaced whole (docs/providers/vapi.md, Tools). */
export const updateToolDto = createToolDto.partial();

export type ToolDto = z.output<typeof createToolDto>;
