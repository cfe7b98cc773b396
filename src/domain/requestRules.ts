/**
 * The rules between members of a request. Each is judged wherever the members that it reads are right, whatever else is
 * wrong, so that one answer names everything.
 */
import { z } from 'zod';
import { type RequestShape, shapeSchema } from './requestShape.js';
import { DIDWW_SIGNALLING_IPS, VAPI } from './sip.js';

/** Most addresses on an outbound trunk's allow-list that every DIDWW source accepts (docs/providers/didww.md, Contradictions). */
const MOST_ALLOWED_IPS = 15;

interface Rule {
  /** The members that the rule reads; it is judged where these are right, whatever else is wrong. */
  readonly reads: readonly (keyof RequestShape)[];
  readonly problems: (shape: RequestShape) => readonly { path: PropertyKey[]; message: string }[];
}

const RULES: readonly Rule[] = [
  {
    reads: ['numbers'],
    problems: ({ numbers }) =>
      numbers.flatMap(({ number }, at) =>
        numbers.findIndex((other) => other.number === number) < at
          ? [{ path: ['numbers', at, 'number'], message: `${number} is listed twice` }]
          : [],
      ),
  },
  {
    reads: ['numbers', 'assistantId'],
    problems: ({ numbers, assistantId }) =>
      assistantId === undefined
        ? numbers.flatMap((entry, at) =>
            entry.assistantId === undefined
              ? [{ path: ['numbers', at, 'assistantId'], message: 'is missing: name an assistant here or for all' }]
              : [],
          )
        : [],
  },
  {
    reads: ['numbers', 'transfer'],
    problems: ({ numbers, transfer }) =>
      numbers.some(({ number }) => number === transfer?.destination)
        ? [{ path: ['transfer', 'destination'], message: 'must not be one of the numbers' }]
        : [],
  },
  {
    reads: ['numbers', 'verification'],
    problems: ({ numbers, verification: { outbound } }) =>
      typeof outbound === 'object' && numbers.some(({ number }) => number === outbound.destination)
        ? [{ path: ['verification', 'outbound', 'destination'], message: 'must not be one of the numbers' }]
        : [],
  },
  {
    reads: ['transfer', 'sip'],
    problems: ({ transfer, sip }) =>
      transfer !== undefined && sip.maxTransfers < 1
        ? [{ path: ['sip', 'maxTransfers'], message: 'must be at least 1 with a transfer' }]
        : [],
  },
  {
    reads: ['region', 'sip'],
    problems: ({ region, sip }) => {
      const own = VAPI[region].signallingIps.length + DIDWW_SIGNALLING_IPS.length;
      return own + sip.allowedIps.length > MOST_ALLOWED_IPS
        ? [{ path: ['sip', 'allowedIps'], message: `must hold at most ${String(MOST_ALLOWED_IPS - own)} addresses` }]
        : [];
    },
  },
  {
    reads: ['transfer', 'verification', 'limits'],
    problems: ({ transfer, verification, limits }) =>
      transfer !== undefined && verification.transfer && limits.channels < 2
        ? [{ path: ['limits', 'channels'], message: 'must be at least 2 where the transfer is to be proven' }]
        : [],
  },
];

/** The same schema, with the rules between members judged as well. */
export function withRules(schema: typeof shapeSchema): typeof shapeSchema {
  return RULES.reduce((checked, rule) => checked.check(asCheck(rule)), schema);
}

function asCheck(rule: Rule): z.core.$ZodCheck<RequestShape> {
  const readable = shapeSchema.pick(
    Object.fromEntries(rule.reads.map((member) => [member, true])) as { numbers: true },
  );
  const check = z.check<RequestShape>((payload) => {
    for (const { path, message } of rule.problems(payload.value)) {
      payload.issues.push({ code: 'custom', path, message, input: payload.value });
    }
  });
  check._zod.def.when = ({ value }) => readable.strip().safeParse(value).success;
  return check;
}
