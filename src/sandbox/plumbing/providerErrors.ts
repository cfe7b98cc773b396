import { STATUS_CODES } from 'node:http';

/**
 * Whose error documents a request's faults imitate: a provider may have several forms, by version and by
 * service.
 */
export type ErrorForm = 'didww-2026-04-16' | 'didww-2026-11-19' | 'didww-token' | 'vapi';

/** An error document in the shape that the provider gives all its errors. */
export interface ProviderError {
  readonly contentType: string;
  readonly body: unknown;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * The provider's usual document for a status: docs/providers/didww.md, Errors and Access tokens;
 * docs/providers/vapi.md, Errors. Where DIDWW has tokens, a 401 is that of a refused token, and a 429 always
 * says how long to wait.
 */
export function providerError(form: ErrorForm, status: number): ProviderError {
  const reason = STATUS_CODES[status] ?? 'Error';
  switch (form) {
    case 'didww-2026-04-16':
      return jsonApi(errorObject(status, String(status)));
    case 'didww-2026-11-19':
      return jsonApi(errorObject(status, status === 429 ? 'too_many_requests' : String(status)), LATER_HEADERS[status]);
    case 'didww-token':
      return json(
        { error: OAUTH_ERRORS[status] ?? 'server_error', error_description: reason },
        status === 429 ? SHORTEST_WAIT : {},
      );
    case 'vapi':
      return json({ statusCode: status, error: reason, message: reason });
    default:
      return form satisfies never;
  }
}

/**
 * The document of a rate limit. That of DIDWW's 2026-04-16 has neither title nor code
 * (docs/providers/didww.md, Errors). Vapi's is assumed to look like its other errors.
 */
export function rateLimitError(form: ErrorForm): ProviderError {
  return form === 'didww-2026-04-16'
    ? jsonApi({ status: '429', detail: 'Too Many Requests' })
    : providerError(form, 429);
}

const SHORTEST_WAIT = { 'retry-after': '1' }; // seconds

/**
 * By status (docs/providers/didww.md, Access tokens); that other statuses are called `server_error` is
 * assumed.
 */
const OAUTH_ERRORS: Readonly<Record<number, string>> = {
  400: 'invalid_request',
  401: 'invalid_client',
  429: 'rate_limit_exceeded',
};

/** What comes with an error of 2026-11-19, by status. */
const LATER_HEADERS: Readonly<Record<number, Readonly<Record<string, string>>>> = {
  401: { 'www-authenticate': 'Bearer error="invalid_token"' },
  429: SHORTEST_WAIT,
};

function errorObject(status: number, code: string): object {
  const reason = STATUS_CODES[status] ?? 'Error';
  return { title: reason, detail: reason, code, status: String(status) };
}

function jsonApi(error: object, headers: Readonly<Record<string, string>> = {}): ProviderError {
  return { contentType: 'application/vnd.api+json', body: { errors: [error] }, headers };
}

function json(body: object, headers: Readonly<Record<string, string>> = {}): ProviderError {
  return { contentType: 'application/json', body, headers };
}
