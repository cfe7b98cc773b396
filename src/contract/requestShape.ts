/**
 * The shape of an onboarding request, member by member: types, limits and fixed defaults of the public
 * contract. Belongs here: what can be said of one member alone. Does not: rules between members
 * (`requestRules.ts`).
 */
import { z } from 'zod';
import { DEFAULT_PATIENCE } from './attempts.js';
import { DURATION_PATTERN, durationMs, durationText, LONGEST_DURATION_MS } from '../domain/text/duration.js';
import { MOST_NUMBERS_OF_REQUEST } from './numberLimits.js';
import { SIP_TRANSPORTS } from '../domain/sip/sip.js';
import { DIDWW_OUTBOUND_HOSTS, REGIONS } from '../domain/sip/addresses.js';

/** The slug of a connection. */
export const connectionSchema = z
  .string()
  .trim()
  .regex(/^[a-z0-9][a-z0-9-]{0,23}$/, 'must be 1 to 24 of a-z, 0-9 and -, not beginning with -');
/** A phone number as every part of Patchbay writes it (ITU-T E.164; no country code begins with 0). */
export const NUMBER_PATTERN = /^\+[1-9][0-9]{6,14}$/;
/** The same of an input. */
export const numberSchema = z.string().regex(NUMBER_PATTERN, 'must be E.164: + and 7 to 15 digits');
/** The region of a Vapi organisation. */
export const regionSchema = z.enum(REGIONS);
/** The id of an assistant, in the one spelling in which ids are compared: that of Vapi's answers. */
export const assistantIdSchema = z.uuid('must be the UUID of a Vapi assistant').toLowerCase();

/** Characters: Vapi takes no longer name of a phone number. */
export const LONGEST_LABEL = 40;

const durationSchema = z
  .string()
  .regex(DURATION_PATTERN, 'must be a duration such as 100ms, 30s, 5m or 1h')
  .refine(
    (text) => !DURATION_PATTERN.test(text) || durationMs(text) <= LONGEST_DURATION_MS,
    `must be at most ${durationText(LONGEST_DURATION_MS)}`,
  );

const numberEntrySchema = z.strictObject({
  number: numberSchema,
  label: z.string().min(1).max(LONGEST_LABEL).optional(),
  assistantId: assistantIdSchema.optional(),
});

/** The transfer that a connection offers. */
export const transferSchema = z.strictObject({
  destination: numberSchema,
  toolName: z
    .string()
    .regex(/^[a-zA-Z0-9_-]{1,64}$/, 'must be 1 to 64 of a-z, A-Z, 0-9, _ and -')
    .default('transfer_call_tool'),
  toolDescription: z
    .string()
    .min(1)
    .max(999)
    .default('Transfers the call to a live person when the caller asks for one.'),
  message: z.string().max(1000).default('Please wait while I transfer your call.'),
  when: z.string().min(1).max(900).default('Trigger this tool when a caller asks to be transferred to a live person.'),
});

/** How calls travel between the providers. */
export const sipSchema = z.strictObject({
  transport: z.enum(SIP_TRANSPORTS).default('udp'),
  outboundHost: z.enum(DIDWW_OUTBOUND_HOSTS).default('fra.eu.out.didww.com'),
  networkProtocol: z.enum(['prefer_ipv4', 'force_ipv4']).default('prefer_ipv4'),
  maxTransfers: z.int().min(0).max(8).default(1),
  trunkLayout: z.enum(['separate', 'combined']).default('separate'),
  ingress: z.enum(['region', 'credential']).default('region'),
  allowedIps: z.array(z.union([z.ipv4(), z.cidrv4()], 'must be an IPv4 address or CIDR')).default([]),
  callerIds: z.enum(['own', 'any']).optional(),
});

/** What the outbound trunk may cost and carry. */
export const limitsSchema = z.strictObject({
  dailySpendUsd: z.number().positive().max(100_000).default(50),
  channels: z.int().min(1).max(32_767).default(10),
  /**
   * Lets transfers and test calls ring premium-rate and satellite numbers, whose minutes nobody here knows
   * the price of.
   */
  allowPremiumDestinations: z.boolean().default(false),
});

/** What the test calls are asked to prove, and their caps. */
export const verificationSchema = z.strictObject({
  inbound: z.boolean().default(true),
  /** With a destination each number calls that telephone, instead of the next number. */
  outbound: z
    .union(
      [z.boolean(), z.strictObject({ destination: numberSchema })],
      'must be true, false or { destination: a number in E.164 }',
    )
    .default(true),
  transfer: z.boolean().default(true),
  callFrom: numberSchema.nullable().default(null),
  /** Of more numbers than this, so many are called; at least two, so that none has to call itself. */
  sample: z.int().min(2).max(MOST_NUMBERS_OF_REQUEST).optional(),
  maxCalls: z.int().min(1).max(5_000).optional(),
  /** Shorter, a greeting and an answer do not fit in. */
  maxSecondsPerCall: z.int().min(20).max(600).default(90),
  maxSpendUsd: z.number().positive().max(1_000).optional(),
  /** What comes late is waited for: a free call slot, DIDWW's call records. */
  windowSeconds: z.int().min(0).max(900).default(60),
});

/** A whole request, its members judged one by one. */
export const shapeSchema = z.strictObject({
  connection: connectionSchema,
  region: regionSchema,
  assistantId: assistantIdSchema.optional(),
  numbers: z.array(numberEntrySchema).min(1).max(MOST_NUMBERS_OF_REQUEST),
  transfer: transferSchema.optional(),
  sip: sipSchema.prefault({}),
  limits: limitsSchema.prefault({}),
  routing: z.strictObject({ replaceExisting: z.boolean().default(false) }).prefault({}),
  verification: verificationSchema.prefault({}),
  onFailure: z.enum(['rollback', 'pause']).default('rollback'),
  patience: z
    .strictObject({
      step: durationSchema.default(DEFAULT_PATIENCE.step),
      rollback: durationSchema.default(DEFAULT_PATIENCE.rollback),
      firstRetry: durationSchema.default(DEFAULT_PATIENCE.firstRetry),
    })
    .prefault({}),
});

/** A request whose members are right one by one. */
export type RequestShape = z.output<typeof shapeSchema>;
