import { STATUS_CODES } from 'node:http';

/** An answer other than success, in the shape Vapi gives it (docs/providers/vapi.md, Errors). */
export class VapiProblem extends Error {
  constructor(
    readonly status: number,
    readonly body: { readonly message: string | readonly string[]; readonly [member: string]: unknown },
  ) {
    super([body.message].flat().join('\n'));
  }
}

/** Validation findings: `message` is a list (docs/providers/vapi.md, Errors). */
export function invalid(messages: readonly string[]): VapiProblem {
  return new VapiProblem(400, { message: messages, error: 'Bad Request', statusCode: 400 });
}

/** A refusal after validation: `message` is one string (docs/providers/vapi.md, Errors). */
export function refused(message: string): VapiProblem {
  return new VapiProblem(400, { message, error: 'Bad Request', statusCode: 400 });
}

/** Assumed body: the sources only say that 404 is answered (docs/providers/vapi.md, Errors). */
export function notFound(kind: string, id: string): VapiProblem {
  return new VapiProblem(404, { message: `${kind} ${id} Not Found`, error: 'Not Found', statusCode: 404 });
}

/** A missing key or one that this region does not know (docs/providers/vapi.md, Errors). */
export function unauthorized(message: string): VapiProblem {
  return new VapiProblem(401, { message, error: STATUS_CODES[401], statusCode: 401 });
}

/**
 * A delete of something that a pinned version still needs. This body has no `statusCode`
 * (docs/providers/vapi.md, Errors).
 */
export function pinned(kind: 'assistant' | 'tool', pinnedBy: readonly string[]): VapiProblem {
  return new VapiProblem(409, {
    error: `${kind}_pinned`,
    message: `This ${kind} is pinned and cannot be deleted.`,
    pinnedBy,
  });
}

/** The text for each of the causes that docs/providers/vapi.md, Credentials lists. */
export function sipGatewayRefused(): VapiProblem {
  return refused("Couldn't validate SIP trunk credential. SIP gateway creation failed.");
}

/**
 * A reference to something that does not exist is 400, not 404; known for assistants, assumed alike for the
 * others.
 */
export function doesNotExist(kind: string, property: string, id: string): VapiProblem {
  return refused(`Couldn't Get ${kind}. \`${property}\` ${id} Does Not Exist.`);
}
