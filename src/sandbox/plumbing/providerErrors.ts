import { STATUS_CODES } from 'node:http';

import type { ServerName } from './serverName.js';

/** An error document in the shape that the provider gives all its errors. */
export interface ProviderError {
  readonly contentType: string;
  readonly body: unknown;
}

/** The provider's usual document for a status: docs/providers/didww.md, Errors; docs/providers/vapi.md, Errors. */
export function providerError(server: ServerName, status: number): ProviderError {
  const reason = STATUS_CODES[status] ?? 'Error';
  return server === 'didww'
    ? {
        contentType: 'application/vnd.api+json',
        body: { errors: [{ title: reason, detail: reason, code: String(status), status: String(status) }] },
      }
    : { contentType: 'application/json', body: { statusCode: status, error: reason, message: reason } };
}

/**
 * The 429 document. DIDWW's has neither title nor code (docs/providers/didww.md, Errors). Vapi's is assumed to look like
 * its other errors (docs/providers/vapi.md, Errors: body undocumented).
 */
export function rateLimitError(server: ServerName): ProviderError {
  return server === 'didww'
    ? { contentType: 'application/vnd.api+json', body: { errors: [{ status: '429', detail: 'Too Many Requests' }] } }
    : {
        contentType: 'application/json',
        body: { statusCode: 429, error: 'Too Many Requests', message: 'Too Many Requests' },
      };
}
