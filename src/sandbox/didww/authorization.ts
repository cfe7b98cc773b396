import type { FastifyRequest } from 'fastify';

import { covers } from '../plumbing/cidrs.js';
import type { TokenScope } from './accessTokens.js';
import { ApiError, plain } from './jsonapi/errors.js';
import type { DidwwAccount } from './state.js';
import { behaviourOf, isKnownVersion } from './versions.js';

/**
 * The service's name in the audience of tokens: the production one in every environment
 * (docs/providers/didww.md, Access tokens).
 */
export const API_AUDIENCE = 'api.didww.com';

/** What a request may do, and the version in force for it. */
export interface Grant {
  readonly apiVersion: string;
  readonly scope: TokenScope;
}

type Head = Pick<FastifyRequest, 'headers' | 'ip' | 'url'>;

/**
 * Lets in by token or, where the version in force still takes it, by key. Throws 401
 * (docs/providers/didww.md, Access tokens).
 */
export async function authorize(account: DidwwAccount, request: Head): Promise<Grant> {
  const [, token] = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '') ?? [];
  return token === undefined ? byKey(account, request) : byToken(account, token, request.ip);
}

/** Whether the request brings the account's key, from an address that the key may be used from. */
export function bringsKey({ apiKey, switches }: DidwwAccount, { headers, ip }: Head): boolean {
  const { allowedAddresses } = switches;
  return headers['api-key'] === apiKey && (allowedAddresses === null || covers(allowedAddresses, ip));
}

/** Whether this is the download of an export's file, which takes key and token in every version. */
export function isFileDownload({ url }: Pick<FastifyRequest, 'url'>): boolean {
  return /^\/v3\/exports\/[^/]+\.csv\.gz$/.test(pathOf(url));
}

/** The path of a request's address. */
export function pathOf(url: string): string {
  return url.split('?')[0] ?? '';
}

/** The version is the token's claim; a version header has no effect (assumed). */
async function byToken(account: DidwwAccount, token: string, address: string): Promise<Grant> {
  const verdict = await account.tokens.verify(token, API_AUDIENCE, address);
  if (verdict.accepted) return verdict;
  const challenge = { 'www-authenticate': 'Bearer error="invalid_token"' };
  throw new ApiError(401, plain(401, verdict.reason, 'Authorization failed').errors, challenge);
}

function byKey(account: DidwwAccount, request: Head): Grant {
  const apiVersion = versionByHeader(account, request.headers);
  const takesKeys = behaviourOf(apiVersion) === '2026-04-16';
  if ((takesKeys || isFileDownload(request)) && bringsKey(account, request)) return { apiVersion, scope: 'full' };
  const hasBody = takesKeys || (account.switches.keyRefusalHasBody && request.headers['api-key'] !== undefined);
  throw hasBody ? plain(401, 'Unauthorized', 'Authorization failed') : new ApiError(401, []);
}

/**
 * The header's version, unless it is unknown or older than the account's: then it is ignored
 * (docs/providers/didww.md, Transport and versions).
 */
function versionByHeader({ switches }: DidwwAccount, headers: FastifyRequest['headers']): string {
  const { apiVersion, honoursVersionHeader } = switches;
  const asked = headers['x-didww-api-version'];
  if (!honoursVersionHeader || typeof asked !== 'string' || !isKnownVersion(asked, apiVersion)) return apiVersion;
  return asked > apiVersion ? asked : apiVersion;
}
