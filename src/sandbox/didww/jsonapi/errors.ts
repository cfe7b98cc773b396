/** One member of an error document (docs/providers/didww.md, Errors). All values are strings. */
export interface ErrorObject {
  readonly title?: string;
  readonly detail: string;
  readonly code?: string;
  readonly status: string;
  readonly source?: { readonly pointer: string };
}

/** An answer with an error document; without errors its body is empty. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly errors: readonly ErrorObject[],
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(errors.map(({ detail }) => detail).join('; '));
    this.name = 'ApiError';
  }
}

/** What is wrong with one member of a body; `pointer` is below `/data`. */
export interface Problem {
  readonly field: string;
  readonly message: string;
  readonly pointer: string;
  /** Default: the message. */
  readonly title?: string;
}

/**
 * 422 with one error a problem, in the words of Rails: title the message, detail `field - message`, code
 * 100.
 */
export function invalid(...problems: readonly Problem[]): ApiError {
  return new ApiError(
    422,
    problems.map(({ field, message, pointer, title }) => ({
      title: title ?? message,
      detail: `${field} - ${message}`,
      code: '100',
      source: { pointer: `/data${pointer}` },
      status: '422',
    })),
  );
}

/** A problem with an attribute of the resource itself. */
export function attributeProblem(field: string, message: string): Problem {
  return { field, message, pointer: `/attributes/${field}` };
}

/** A problem with a relationship of the resource. */
export function relationshipProblem(field: string, message: string): Problem {
  return { field, message, pointer: `/relationships/${field}` };
}

/** 400/105: body members that are unknown or read-only. */
export function paramsNotAllowed(names: readonly string[]): ApiError {
  return badRequest('105', 'Param not allowed', ...names.map((name) => `${name} is not allowed.`));
}

/** 400/106: a member that must be there is not. */
export function missingParam(name: string): ApiError {
  return badRequest('106', 'Missing Parameter', `The required parameter, ${name}, is missing.`);
}

/** 400/102: a filter that the resource does not have. */
export function filterNotAllowed(name: string): ApiError {
  return badRequest('102', 'Filter not allowed', `${name} is not allowed.`);
}

/** 400 with one error a detail. */
export function badRequest(code: string, title: string, ...details: readonly string[]): ApiError {
  return new ApiError(
    400,
    details.map((detail) => ({ title, detail, code, status: '400' })),
  );
}

/** 404: unknown, or somebody else's. */
export function notFound(id: string): ApiError {
  return plain(404, 'Record not found', `The record identified by ${id} could not be found.`);
}

/** Any other status, whose code is the status itself. */
export function plain(status: number, title: string, detail: string): ApiError {
  return new ApiError(status, [{ title, detail, code: String(status), status: String(status) }]);
}
