import { z } from 'zod';

import { transferDestination } from './transferDestinationDto.js';

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
