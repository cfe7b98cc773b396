import { STATUS_CODES } from 'node:http';

/** Whose error documents a request's faults imitate: a provider may have several forms, by version and by service. */
export type ErrorForm = 'didww-2026-04-16' | 'didww-2026-11-19' | 'didww-token' | 'vapi';

/** An error document in the shape that the provider gives all its errors. */
export interface ProviderError {
  readonly contentType: string;
  readonly body: unknown;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * The provider's usual document for a status: docs/providers/didww.md, Errors and Access tokens; docs/providers/vapi.md, Errors.
 * A 401 of a version with tokens is that of a refused token.
 */
export function providerError(form: ErrorForm, status: number): ProviderError {
  const reason = STATUS_CODES[status] ?? 'Error';
  switch (form) {
    case 'didww-2026-04-16':
      return jsonApi([{ title: reason, detail: reason, code: String(status), status: String(status) }]);
    case 'didww-2026-11-19':
      return jsonApi(
        [{ title: reason, detail: reason, code: String(status), status: String(status) }],
        status === 401 ? { 'www-authenticate': 'Bearer error="invalid_token"' } : {},
      );
    case 'didww-token':
      return json({ error: OAUTH_ERRORS[status] ?? 'server_error', error_description: reason });
    case 'vapi':
      return json({ statusCode: status, error: reason, message: reason });
    default:
      return form satisfies never;
  }
}

/**
 * The 429 document. DIDWW's of 2026-04-16 has neither title nor code; its later ones always say how long to wait
 * (docs/providers/didww.md, Errors and Access tokens). Vapi's is assumed to look like its other errors.
 */
export function rateLimitError(form: ErrorForm): ProviderError {
  switch (form) {
    case 'didww-2026-04-16':
      return jsonApi([{ status: '429', detail: 'Too Many Requests' }]);
    case 'didww-2026-11-19':
      return jsonApi(
        [{ title: 'Too many requests', detail: 'Too Many Requests', code: 'too_many_requests', status: '429' }],
        SHORTEST_WAIT,
      );
    case 'didww-token':
      return { ...providerError(form, 429), headers: SHORTEST_WAIT };
    case 'vapi':
      return providerError(form, 429);
    default:
      return form satisfies never;
  }
}

const SHORTEST_WAIT = { 'retry-after': '1' }; // seconds

/** By status (docs/providers/didww.md, Access tokens); that other statuses are called `server_error` is assumed. */
const OAUTH_ERRORS: Readonly<Record<number, string>> = {
  400: 'invalid_request',
  401: 'invalid_client',
  429: 'rate_limit_exceeded',
};

function jsonApi(errors: readonly object[], headers: Readonly<Record<string, string>> = {}): ProviderError {
  return { contentType: 'application/vnd.api+json', body: { errors }, headers };
}

function json(body: object): ProviderError {
  return { contentType: 'application/json', body, headers: {} };
}
