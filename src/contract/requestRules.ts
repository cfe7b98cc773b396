/**
 * The rules between members of a request, or of the input of a verification. Each is judged wherever the
 * members that it reads are right, whatever else is wrong, even in the same object: one answer names
 * everything.
 */
import { z } from 'zod';
import { expensiveAs } from '../domain/sip/premium.js';
import { limitsSchema, numberSchema, regionSchema, sipSchema, verificationSchema } from './requestShape.js';
import { allowedSipIps } from '../domain/sip/addresses.js';

/**
 * Most addresses on an outbound trunk's allow-list that every DIDWW source accepts
 * (docs/providers/didww.md, Contradictions).
 */
export const MOST_ALLOWED_IPS = 15;

/**
 * A member that is undefined where it is wrong: what is wrong with it is told by the shape. Where it is left
 * out it has its default.
 */
const ifRight = <Schema extends z.ZodType>(schema: Schema) => schema.optional().catch(undefined);

/** As much of a request as rules read, of a document however wrong it is. */
const viewSchema = z.object({
  region: ifRight(regionSchema),
  assistantId: z.unknown().optional(),
  numbers: ifRight(z.array(ifRight(z.object({ number: ifRight(numberSchema), assistantId: z.unknown().optional() })))),
  transfer: ifRight(z.object({ destination: ifRight(numberSchema) })),
  sip: ifRight(
    z
      .object({ maxTransfers: ifRight(sipSchema.shape.maxTransfers), allowedIps: ifRight(z.array(z.unknown())) })
      .prefault({}),
  ),
  limits: ifRight(
    z
      .object({
        channels: ifRight(limitsSchema.shape.channels),
        allowPremiumDestinations: ifRight(limitsSchema.shape.allowPremiumDestinations),
      })
      .prefault({}),
  ),
  verification: ifRight(
    z
      .object({
        inbound: ifRight(verificationSchema.shape.inbound),
        outbound: ifRight(z.union([z.boolean(), z.object({ destination: ifRight(numberSchema) })]).default(true)),
        callFrom: ifRight(verificationSchema.shape.callFrom),
        transfer: ifRight(verificationSchema.shape.transfer),
      })
      .prefault({}),
  ),
});

type View = z.output<typeof viewSchema>;

/** What a rule finds wrong: nothing, where a member that it reads is wrong itself. */
type Rule = (view: View) => readonly Broken[];

/** How a rule is broken. Without an action: correct the member. */
interface Broken {
  readonly path: PropertyKey[];
  readonly message: string;
  readonly action?: string;
}

const noneTwice: Rule = ({ numbers = [] }) => {
  const seen = new Set<string>();
  return numbers.flatMap((entry, at) => {
    const number = entry?.number;
    if (number === undefined) return [];
    if (seen.has(number)) return [{ path: ['numbers', at, 'number'], message: `${number} is listed twice` }];
    seen.add(number);
    return [];
  });
};

const everyNumberAnswered: Rule = ({ numbers = [], assistantId }) => {
  if (assistantId !== undefined) return [];
  if (numbers.every((entry) => entry === undefined)) {
    return [{ path: ['assistantId'], message: 'is missing: name an assistant for all, or one in each number' }];
  }
  return numbers.flatMap((entry, at) =>
    entry === undefined || entry.assistantId !== undefined
      ? []
      : [{ path: ['numbers', at, 'assistantId'], message: 'is missing: name an assistant here or for all' }],
  );
};

const destinationsOutside: Rule = ({ numbers = [], transfer, verification }) => {
  const own = new Set(numbers.flatMap((entry) => entry?.number ?? []));
  const destinations = [
    { path: ['transfer', 'destination'], number: transfer?.destination },
    { path: ['verification', 'outbound', 'destination'], number: destinationIn(verification?.outbound) },
  ];
  return destinations.flatMap(({ path, number }) =>
    number !== undefined && own.has(number) ? [{ path, message: 'must not be one of the numbers' }] : [],
  );
};

/**
 * Nothing rings a number that costs many times an ordinary call, unless somebody allowed it by name. Test
 * calls ring the numbers of the connection, too, and `callFrom` on the way out. Where what allows it is
 * wrong itself, that is told first.
 */
const nothingExpensive: Rule = ({ numbers = [], transfer, verification, limits }) => {
  if (limits?.allowPremiumDestinations !== false) return [];
  const { inbound, outbound, callFrom } = verification ?? {};
  const isTransferTested = transfer !== undefined && verification?.transfer === true;
  const areNumbersRung = inbound === true || (outbound === true && callFrom === null) || isTransferTested;
  const callees = [
    ...numbers.map((entry, at) => ({
      path: ['numbers', at, 'number'],
      number: areNumbersRung ? entry?.number : undefined,
    })),
    { path: ['transfer', 'destination'], number: transfer?.destination },
    { path: ['verification', 'outbound', 'destination'], number: destinationIn(outbound) },
    { path: ['verification', 'callFrom'], number: outbound === true ? (callFrom ?? undefined) : undefined },
  ];
  return callees.flatMap(({ path, number }) => {
    const kind = number === undefined ? undefined : expensiveAs(number);
    return kind === undefined
      ? []
      : [{ path, message: `is ${kind}, and calls to it can cost many times an ordinary one`, action: ALLOW_EXPENSIVE }];
  });
};

const ALLOW_EXPENSIVE =
  'Name another number; or, to allow it at your cost, set limits.allowPremiumDestinations to true.';

const destinationIn = (outbound: NonNullable<View['verification']>['outbound']): string | undefined =>
  typeof outbound === 'object' ? outbound.destination : undefined;

const transferAccepted: Rule = ({ transfer, sip }) =>
  transfer !== undefined && sip?.maxTransfers === 0
    ? [{ path: ['sip', 'maxTransfers'], message: 'must be at least 1 with a transfer' }]
    : [];

const transferHasRoom: Rule = ({ transfer, verification, limits }) =>
  transfer !== undefined && verification?.transfer === true && limits?.channels === 1
    ? [{ path: ['limits', 'channels'], message: 'must be at least 2 where the transfer is to be proven' }]
    : [];

const allowListFits: Rule = ({ region, sip }) => {
  if (region === undefined) return [];
  const own = allowedSipIps(region, []).length;
  const all = allowedSipIps(region, (sip?.allowedIps ?? []).map(String));
  return all.length > MOST_ALLOWED_IPS
    ? [{ path: ['sip', 'allowedIps'], message: `must hold at most ${String(MOST_ALLOWED_IPS - own)} addresses` }]
    : [];
};

/** What has to fit together in an onboarding request. */
export const REQUEST_RULES: readonly Rule[] = [
  noneTwice,
  everyNumberAnswered,
  destinationsOutside,
  nothingExpensive,
  transferAccepted,
  allowListFits,
  transferHasRoom,
];

/**
 * What has to fit together in the input of a verification, whose numbers name their assistants and which
 * sets nothing up.
 */
export const VERIFICATION_RULES: readonly Rule[] = [noneTwice, destinationsOutside, nothingExpensive];

/** The same schema, with rules between members judged as well, whatever the schema itself finds. */
export const withRules = <Schema extends z.ZodType>(schema: Schema, rules: readonly Rule[]): Schema =>
  schema.superRefine(
    (value, context) => {
      const { data: view } = viewSchema.safeParse(value);
      if (view === undefined) return; // no object at all
      for (const { path, message, action } of rules.flatMap((rule) => rule(view))) {
        context.addIssue({ code: 'custom', path, message, ...(action === undefined ? {} : { params: { action } }) });
      }
    },
    { when: () => true },
  );
