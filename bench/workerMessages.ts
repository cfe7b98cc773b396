/** What the bench and its worker process say to each other. Data alone; both sides check what they hear. */
import { z } from 'zod';

/** Bench to worker process. `id` comes back with the answer. */
export const orderSchema = z.discriminatedUnion('do', [
  z.object({
    do: z.literal('begin'),
    id: z.number(),
    address: z.string(),
    namespace: z.string(),
    taskQueue: z.string(),
    didwwUrl: z.string(),
    didwwApiKey: z.string(),
    vapiUrl: z.string(),
    vapiApiKey: z.string(),
  }),
  z.object({ do: z.literal('script'), id: z.number(), request: z.unknown() }),
  z.object({ do: z.literal('usage'), id: z.number() }),
]);
export type Order = z.output<typeof orderSchema>;

/**
 * What the worker process takes at a moment, in MiB, and what CPU time it has had so far, in milliseconds.
 */
export const usageSchema = z.object({
  rssMb: z.number(),
  heapMb: z.number(),
  peakRssMb: z.number(),
  cpuMs: z.number(),
});
export type Usage = z.output<typeof usageSchema>;

/** One run of the plain script: milliseconds since the epoch, with fractions. */
export const scriptRunSchema = z.object({ startedAt: z.number(), endedAt: z.number() });
export type ScriptRun = z.output<typeof scriptRunSchema>;

/** Worker process to bench. */
export const answerSchema = z.object({ id: z.number(), answer: z.unknown().optional(), error: z.string().optional() });
export type Answer = z.output<typeof answerSchema>;
