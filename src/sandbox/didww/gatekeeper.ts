import type { FastifyRequest } from 'fastify';

import { type Grant, authorize, isFileDownload, pathOf } from './authorization.js';
import { ApiError, plain } from './jsonapi/errors.js';
import { RateWindow } from './rateWindow.js';
import type { DidwwAccount } from './state.js';
import { behaviourOf } from './versions.js';

/** The only media type of the API, without parameters. */
export const jsonApi = 'application/vnd.api+json';

/** What is decided from the head of a request alone, before its body is read. */
export class Gatekeeper {
  readonly #second: RateWindow;
  readonly #grants = new WeakMap<object, Grant>();

  constructor(private readonly account: DidwwAccount) {
    this.#second = new RateWindow(1000, account.clock);
  }

  /**
   * Throws 401, 403, 406, 415 or 429 (docs/providers/didww.md, Errors; texts of 403, 406 and 415 are
   * assumed).
   */
  async check(request: FastifyRequest): Promise<void> {
    const grant = await authorize(this.account, request);
    this.#grants.set(request, grant);
    this.#countRequest(grant);
    checkMediaTypes(request);
    this.#checkPermission(request, grant);
  }

  /** The version in force for a request that was let in. */
  versionOf(request: object): string {
    return this.#grants.get(request)?.apiVersion ?? this.account.switches.apiVersion;
  }

  /**
   * Three causes of a 403, of which only the scope is told by title and challenge (docs/providers/didww.md,
   * Access tokens).
   */
  #checkPermission(request: FastifyRequest, { apiVersion, scope }: Grant): void {
    const { switches } = this.account;
    const reads = ['GET', 'HEAD'].includes(request.method);
    if (!reads && scope === 'read') {
      const challenge = { 'www-authenticate': 'Bearer error="insufficient_scope"' };
      throw new ApiError(403, plain(403, 'Insufficient scope', 'The token does not allow this.').errors, challenge);
    }
    if (!reads && switches.readOnly) throw plain(403, 'Forbidden', 'The account is read-only.');
    const byApi = behaviourOf(apiVersion) === '2026-04-16' ? switches.outboundEnabled : switches.outboundApiEnabled;
    if (!byApi && pathOf(request.url).startsWith('/v3/voice_out_')) {
      throw plain(403, 'Forbidden', 'Outbound voice is not enabled for this account.');
    }
  }

  /**
   * 429 beyond the allowed requests within any second. At 2026-04-16 it has no title, no code and does not
   * say how long to wait.
   */
  #countRequest({ apiVersion }: Grant): void {
    const wait = this.#second.secondsToWait(this.account.switches.requestsPerSecond);
    if (wait === undefined) return;
    const error = { status: '429', detail: 'Too Many Requests' };
    if (behaviourOf(apiVersion) === '2026-04-16') throw new ApiError(429, [error]);
    throw new ApiError(429, [{ title: 'Too Many Requests', code: 'too_many_requests', ...error }], {
      'retry-after': String(wait),
    });
  }
}

function checkMediaTypes(request: FastifyRequest): void {
  if (!isFileDownload(request) && !accepts(request.headers.accept)) {
    throw plain(406, 'Not acceptable', `All requests must use the '${jsonApi}' Accept without media type parameters.`);
  }
  const writes = ['POST', 'PATCH', 'PUT'].includes(request.method);
  if (writes && request.headers['content-type'] !== jsonApi) {
    throw plain(
      415,
      'Unsupported media type',
      `All requests that create or update must use the '${jsonApi}' Content-Type.`,
    );
  }
}

/** Nothing, anything, or the media type itself in its plain form. */
function accepts(header: string | undefined): boolean {
  if (header === undefined || header === '') return true;
  return header.split(',').some((entry) => entry.trim() === jsonApi || entry.trim().startsWith('*/*'));
}
