import type { FastifyRequest } from 'fastify';

import { ApiError, plain } from './jsonapi/errors.js';
import type { DidwwAccount } from './state.js';

/** The only media type of the API, without parameters. */
export const jsonApi = 'application/vnd.api+json';

/** Versions that `Api-Key` and the version header can choose (docs/providers/didww.md, Transport and versions). */
const versions: readonly string[] = ['2017-09-18', '2021-04-19', '2021-12-15', '2022-05-10', '2026-04-16'];

/** What is decided from the head of a request alone, before its body is read. */
export class Gatekeeper {
  #recent: number[] = [];

  constructor(private readonly account: DidwwAccount) {}

  /** Throws 401, 403, 406, 415 or 429 (docs/providers/didww.md, Errors; texts of 403, 406 and 415 are assumed). */
  check(request: FastifyRequest): void {
    const path = request.url.split('?')[0] ?? '';
    if (request.headers['api-key'] !== this.account.apiKey) {
      throw plain(401, 'Unauthorized', 'Authorization failed');
    }
    this.#countRequest();
    if (!path.endsWith('.csv.gz') && !accepts(request.headers.accept)) {
      throw plain(
        406,
        'Not acceptable',
        `All requests must use the '${jsonApi}' Accept without media type parameters.`,
      );
    }
    const writes = ['POST', 'PATCH', 'PUT'].includes(request.method);
    if (writes && request.headers['content-type'] !== jsonApi) {
      throw plain(
        415,
        'Unsupported media type',
        `All requests that create or update must use the '${jsonApi}' Content-Type.`,
      );
    }
    if (/^\/v3\/voice_out_/.test(path) && !this.account.switches.outboundEnabled) {
      throw plain(403, 'Forbidden', 'Outbound voice is not enabled for this account.');
    }
  }

  /** The version in force: the header's, unless it is unknown or older than the account's default: then the header is ignored. */
  versionOf(request: Pick<FastifyRequest, 'headers'>): string {
    const { apiVersion, honoursVersionHeader } = this.account.switches;
    const asked = request.headers['x-didww-api-version'];
    const usable = honoursVersionHeader && typeof asked === 'string' && versions.includes(asked) && asked > apiVersion;
    return usable ? asked : apiVersion;
  }

  /** 429 without title and code beyond the allowed requests within any second. */
  #countRequest(): void {
    const limit = this.account.switches.requestsPerSecond;
    if (limit === null) return;
    const now = this.account.clock.now();
    this.#recent = this.#recent.filter((moment) => moment > now - 1000);
    if (this.#recent.length >= limit) throw new ApiError(429, [{ status: '429', detail: 'Too Many Requests' }]);
    this.#recent.push(now);
  }
}

/** Nothing, anything, or the media type itself in its plain form. */
function accepts(header: string | undefined): boolean {
  if (header === undefined || header === '') return true;
  return header.split(',').some((entry) => entry.trim() === jsonApi || entry.trim().startsWith('*/*'));
}
