import { z } from 'zod';
import { loose, looseList, numeric, present } from '../http/index.js';
import { destinationSchema } from './destinations.js';
import { jsonObject } from './json.js';
import type { Call, CallMessage, CallTransfer } from './callResources.js';

const text = loose(z.string());

const toolCall = z
  .object({ function: loose(z.object({ name: text, arguments: z.unknown() })) })
  .transform(({ function: called }) => present({ name: called?.name, arguments: called?.arguments }));

const message = z
  .object({
    role: z.string(),
    message: text,
    secondsFromStart: loose(numeric),
    toolCalls: looseList(toolCall),
    name: text,
    result: text,
  })
  .transform(({ name, ...rest }): CallMessage => present({ ...rest, toolName: name }));

const transfer = z
  .object({ destination: loose(destinationSchema), mode: text, status: text, transcript: text })
  .transform((raw): CallTransfer => present(raw));

const artifact = loose(z.object({ messages: looseList(message), transcript: text, transfers: looseList(transfer) }));

const parts = <T extends z.ZodRawShape>(shape: T) => loose(z.object(shape).transform((raw) => present(raw)));

/**
 * A call. Everything but the id is evidence that may be missing: an odd member is left out, and never fails
 * the answer (docs/providers/vapi.md, Call object).
 */
export const callSchema = z
  .object({
    id: z.string(),
    name: text,
    type: text,
    status: text,
    endedReason: text,
    endedMessage: text,
    phoneNumberId: text,
    assistantId: text,
    customer: parts({ number: text, sipUri: text }),
    destination: loose(destinationSchema),
    createdAt: text,
    startedAt: text,
    endedAt: text,
    cost: loose(numeric),
    phoneCallTransport: text,
    artifact,
    // Where older answers keep what is in `artifact` today.
    messages: looseList(message),
    transcript: text,
    monitor: parts({ controlUrl: text, listenUrl: text }),
    transport: parts({ provider: text, callSid: text, sbcCallSid: text }),
    assistantOverrides: loose(z.object({ variableValues: loose(jsonObject) })),
    subscriptionLimits: parts({
      concurrencyBlocked: loose(z.boolean()),
      concurrencyLimit: loose(numeric),
      remainingConcurrentCalls: loose(numeric),
    }),
  })
  .transform(({ artifact: made, messages, transcript, assistantOverrides, ...rest }): Call =>
    present({
      ...rest,
      artifact: present({
        messages: made !== undefined && made.messages.length > 0 ? made.messages : messages,
        transcript: made?.transcript ?? transcript,
        transfers: made?.transfers ?? [],
      }),
      assistantOverrides: { variableValues: assistantOverrides?.variableValues ?? {} },
    }),
  );
