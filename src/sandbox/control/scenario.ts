import { z } from 'zod';

import type { Problem } from '../../contract/failure.js';
import { readAs } from '../../contract/requestProblems.js';
import { readYaml } from '../../domain/text/yaml.js';
import { readText } from '../../files.js';
import { didConditions } from '../didww/seed.js';
import { didwwListKinds, newDidwwSwitches } from '../didww/index.js';
import { type FaultBoard, type PlacedFault, serverNames } from '../plumbing/index.js';
import type { FarEnd } from '../network/index.js';
import { defaultNetworkSwitches } from '../network/world.js';
import { newVapiSwitches, vapiListKinds } from '../vapi/switches.js';
import { listLag, switchesSchema } from './switches.js';

export const numberSeed = z.strictObject({
  number: z.string().regex(/^\+[1-9]\d{6,14}$/, 'must be E.164 with a leading plus'),
  condition: z.enum(didConditions).optional(),
  routedTo: z.string().min(1).optional(),
  routedToGroup: z.string().min(1).optional(),
  description: z.string().optional(),
  channels: z.int().min(0).optional(),
  capacityLimit: z.int().min(1).optional(),
  metered: z.boolean().optional(),
  importedElsewhere: z.boolean().optional(),
});

const whichRequests = {
  match: z
    .string()
    .regex(/^([A-Z]+|\*) (\/.*|\*)$/, 'must be "METHOD /path", for example "DELETE /voice_in_trunks/:id"'),
  server: z.enum(serverNames).optional(),
  times: z.int().min(1).optional(),
  after: z.int().min(0).optional(),
};

const ofList = z.string().regex(/^GET \/.*$/, 'must be "GET /path" of a list, for example "GET /voice_in_trunks"');

const scope = { ...whichRequests, effect: z.enum(['before', 'after']).optional() };

/** One fault: which requests it meets and what happens to them. A `hold` is released by removing it. */
export const faultSpec = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('fail'),
    status: z.int().min(200).max(599),
    body: z.unknown().optional(),
    headers: z.record(z.string(), z.string()).optional(),
    ...scope,
  }),
  z.strictObject({ kind: z.literal('lose-answer'), ...scope }),
  z.strictObject({ kind: z.literal('hang'), ...scope }),
  z.strictObject({ kind: z.literal('garbage'), shape: z.enum(['html', 'truncated']).optional(), ...scope }),
  z.strictObject({ kind: z.literal('rate-limit'), retryAfterSeconds: z.int().min(0).optional(), ...scope }),
  z.strictObject({ kind: z.literal('hold'), ...scope }),
  z.strictObject({ kind: z.literal('empty-list'), ...whichRequests, match: ofList }),
]);

export type FaultSpec = z.output<typeof faultSpec>;

const perTime = z.int().min(0).nullable();

const didwwSwitches = switchesSchema(newDidwwSwitches(), {
  apiVersion: z.iso.date('must be a date such as 2026-11-19'),
  olderVersionToken: ['assigned', 'refused'],
  outboundRecordColumns: ['as-before', 'source-number'],
  allowedAddresses: z.array(z.string()).nullable(),
  tokenLifetimeSeconds: z.number().positive().nullable(),
  mintsPerMinute: perTime,
  requestsPerSecond: perTime,
  listLagMs: listLag(didwwListKinds),
});

const vapiSwitches = switchesSchema(newVapiSwitches(), {
  billing: ['ok', 'frozen', 'insufficient-credits', 'wallet-does-not-exist', 'upgrade-failed'],
  overLimit: ['wait', 'refuse', 'end'],
  listLagMs: listLag(vapiListKinds),
});

const networkSwitches = switchesSchema(defaultNetworkSwitches, {
  lostAudio: ['none', 'from-caller', 'to-caller', 'both', 'after-transfer'],
  shownCaller: ['kept', 'withheld', 'changed'],
  referCallerId: ['original-caller', 'did'],
  selfCalls: ['delivered', 'refused', 'lost', 'mailbox'],
});

const farEnd = z.enum([
  'answers',
  'silent',
  'voicemail',
  'busy',
  'no-answer',
  'declines',
  'reject',
  'unavailable',
  'unknown',
  'unreachable',
]) satisfies z.ZodType<FarEnd>;

/** How the accounts and the network between them behave; only what is named changes. */
export const switchSpec = z.strictObject({
  didww: didwwSwitches.optional(),
  vapi: vapiSwitches.optional(),
  vapiEu: vapiSwitches.optional(),
  network: networkSwitches.optional(),
  /** What telephones (E.164 with `+`) or hosts do when called. */
  farEnds: z.record(z.string(), farEnd).optional(),
  /** Milliseconds that a phase of a call really takes. */
  callPhaseMs: z.number().min(0).max(60_000).optional(),
  /** USD. */
  balance: z.strictObject({ balance: z.number(), credit: z.number() }).partial().optional(),
});

export type SwitchSpec = z.output<typeof switchSpec>;

/** A call from a telephone outside of both accounts. */
export const outsideCall = z.strictObject({
  from: z.string(),
  to: z.string(),
  says: z.array(z.string()).optional(),
});

export const latencySpec = z.strictObject({ latencyMs: z.number().min(0).max(60_000) });

/** The state that a sandbox starts in. `numbers` take the place of the usual ones. */
export const scenario = z.strictObject({
  numbers: z
    .array(numberSeed)
    .refine((seeds) => new Set(seeds.map(({ number }) => number)).size === seeds.length, 'must list no number twice')
    .optional(),
  faults: z.array(faultSpec).optional(),
  switches: switchSpec.optional(),
  ...latencySpec.partial().shape,
});

export type Scenario = z.output<typeof scenario>;

/**
 * Reads a scenario from a JSON or YAML file. Throws one error that names the file and everything that is
 * wrong with it.
 */
export async function loadScenario(file: string): Promise<Scenario> {
  const refused = (why: string): Error => new Error(`The scenario ${file} cannot be used:\n${why}`);
  const content = readText(file);
  const found = 'problem' in content ? content : readYaml(content.text);
  if ('problem' in found) throw refused(`  it ${found.problem}`);
  const read = readAs(scenario, found.value ?? {});
  if ('problems' in read) throw refused(describeProblems(read.problems));
  return read.data;
}

/** One line a problem: path and what is wrong there. */
export function describeProblems(problems: readonly Problem[]): string {
  return problems.map(({ path, message }) => `  ${path || '(top level)'}: ${message}`).join('\n');
}

/** Puts a described fault on the board. */
export function placeFault(board: FaultBoard, spec: FaultSpec): PlacedFault {
  switch (spec.kind) {
    case 'fail':
      return board.fail(spec.match, spec);
    case 'lose-answer':
      return board.loseAnswer(spec.match, spec);
    case 'hang':
      return board.hang(spec.match, spec);
    case 'garbage':
      return board.garbage(spec.match, spec);
    case 'rate-limit':
      return board.rateLimit(spec.match, spec);
    case 'hold':
      return board.hold(spec.match, spec);
    case 'empty-list':
      return board.emptyList(spec.match, spec);
    default:
      return spec satisfies never;
  }
}
