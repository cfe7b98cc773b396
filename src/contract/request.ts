/**
 * The onboarding request: what a caller asks for, read from an unknown value into a request or a list of
 * its problems. Belongs here: the whole schema, reading, derived defaults. Does not: looking at accounts
 * (`activities/preflight/preflight.ts`).
 */
import type { z } from 'zod';
import type { Problem } from './failure.js';
import { trimmedInput } from '../domain/text/input.js';
import { readAs } from './requestProblems.js';
import { REQUEST_RULES, withRules } from './requestRules.js';
import { type RequestShape, shapeSchema, type transferSchema } from './requestShape.js';
import { type Verification, withCaps } from './verificationCaps.js';

/**
 * The schema of an onboarding request; `schema/onboarding-request.schema.json` is generated from it. Rules
 * between members are judged even where other members are wrong, so that one answer names everything.
 */
export const requestSchema = withRules(shapeSchema, REQUEST_RULES);

/** What a caller may write: defaults left out. */
export type RequestInput = z.input<typeof shapeSchema>;

/** A checked request with every default filled in. */
export interface Request extends Omit<RequestShape, 'numbers' | 'sip' | 'verification'> {
  readonly numbers: readonly RequestedNumber[];
  readonly sip: RequestShape['sip'] & { readonly callerIds: 'own' | 'any' };
  readonly verification: Verification;
}

/** A number of the request with the assistant that answers it. */
export interface RequestedNumber {
  readonly number: string;
  readonly label?: string;
  readonly assistantId: string;
}

/** The transfer that a connection offers. */
export type Transfer = z.output<typeof transferSchema>;

/** Either a request with all defaults, or every problem of the input with its path. Never throws. */
export function readRequest(input: unknown): { readonly request: Request } | { readonly problems: readonly Problem[] } {
  const read = readAs(requestSchema, trimmedInput(input));
  return 'problems' in read ? read : { request: withDerivedDefaults(read.data) };
}

function withDerivedDefaults(shape: RequestShape): Request {
  return {
    ...shape,
    numbers: shape.numbers.map(({ number, label, assistantId }) => ({
      number,
      ...(label === undefined ? {} : { label }),
      assistantId: assistantId ?? shape.assistantId ?? '',
    })),
    sip: { ...shape.sip, callerIds: shape.sip.callerIds ?? (shape.transfer ? 'any' : 'own') },
    verification: withCaps(shape.verification, shape.numbers.length),
  };
}
