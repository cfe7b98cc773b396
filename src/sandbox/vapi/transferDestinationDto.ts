import { z } from 'zod';

import { checkNumber } from './e164.js';

const text = z.string().max(1000);

const customMessage = z.strictObject({
  type: z.literal('custom-message'),
  content: text.optional(),
  contents: z.array(z.strictObject({ type: z.literal('text'), text, language: z.string() })).optional(),
});

const message = z.union([text, customMessage]);

/** docs/providers/vapi.md, Tools */
const modes = [
  'blind-transfer',
  'blind-transfer-add-summary-to-sip-header',
  'warm-transfer-say-message',
  'warm-transfer-say-summary',
  'warm-transfer-twiml',
  'warm-transfer-wait-for-operator-to-speak-first-and-then-say-message',
  'warm-transfer-wait-for-operator-to-speak-first-and-then-say-summary',
  'warm-transfer-experimental',
] as const;

const transferPlan = z.strictObject({
  mode: z.enum(modes),
  message: message.optional(),
  timeout: z.number().min(1).max(600).optional(),
  sipVerb: z.enum(['refer', 'bye', 'dial']).optional(),
  dialTimeout: z.number().min(1).max(600).optional(),
  holdAudioUrl: z.string().optional(),
  transferCompleteAudioUrl: z.string().optional(),
  contextEngineeringPlan: z.looseObject({ type: z.enum(['lastNMessages', 'none', 'all']) }).optional(),
  twiml: z.string().max(4096).optional(),
  summaryPlan: z
    .strictObject({
      messages: z.array(z.record(z.string(), z.unknown())).optional(),
      enabled: z.boolean().optional(),
      timeoutSeconds: z.number().optional(),
    })
    .optional(),
  sipHeadersInReferToEnabled: z.boolean().optional(),
  fallbackPlan: z.strictObject({ message, endCallEnabled: z.boolean().optional() }).optional(),
});

const anyDestination = {
  message: message.optional(),
  description: z.string().optional(),
  name: z.string().optional(),
};

const dialled = { callerId: z.string().max(40).optional(), transferPlan: transferPlan.optional() };

/** Where a transfer goes (docs/providers/vapi.md, Tools). */
export const transferDestination = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('sip'),
    sipUri: z.string(),
    sipHeaders: z.record(z.string(), z.unknown()).optional(),
    ...dialled,
    ...anyDestination,
  }),
  z
    .strictObject({
      type: z.literal('number'),
      number: z.string().min(3).max(40),
      numberE164CheckEnabled: z.boolean().optional(),
      extension: z.string().optional(),
      ...dialled,
      ...anyDestination,
    })
    .superRefine(checkNumber),
  z.strictObject({
    type: z.literal('assistant'),
    assistantName: z.string(),
    transferMode: z.enum(['rolling-history', 'swap-system-message-in-history']).optional(),
    ...anyDestination,
  }),
]);

/** What is said to the caller before a transfer: a text, or one with translations. */
export type TransferMessage = z.output<typeof message>;
