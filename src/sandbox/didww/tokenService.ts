import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';

import type { TokenGrant, TokenScope } from './accessTokens.js';
import { API_AUDIENCE, bringsKey } from './authorization.js';
import { RateWindow } from './rateWindow.js';
import type { DidwwAccount } from './state.js';
import { isKnownVersion } from './versions.js';

/** Below the origin of the API, which is the token service's own in the sandbox. */
export const TOKEN_PATH = '/token';

/** Seconds (docs/providers/didww.md, Access tokens). */
const LIFETIME = { usual: 900, shortest: 60, longest: 3600 };

/** An answer in the form of OAuth, with which the token service refuses. */
class TokenError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
    this.name = 'TokenError';
  }
}

const audience = z.enum([API_AUDIENCE, 'api-vin.didww.com', 'api-vout.didww.com', 'api-sms.didww.com']);

const tokenRequest = z.object({
  aud: z.union([audience, z.array(audience).min(1)]),
  scope: z.string().default('full'),
  api_version: z.string().optional(),
  expires_in: z.number().default(LIFETIME.usual),
});

type TokenRequest = z.output<typeof tokenRequest>;

/**
 * Adds `POST /token` (docs/providers/didww.md, Access tokens): the account's key for a token. Texts of
 * errors are assumed.
 */
export function addTokenService(app: FastifyInstance, account: DidwwAccount): void {
  const minute = new RateWindow(60_000, account.clock);
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'string' }, (_request, text, done) => {
    done(null, text);
  });
  app.setErrorHandler((error, _request, reply) => {
    const { status, code, message, headers } =
      error instanceof TokenError ? error : new TokenError(500, 'server_error', 'Internal Server Error');
    return reply.code(status).headers(headers).send({ error: code, error_description: message });
  });
  app.post(TOKEN_PATH, async (request, reply) => {
    checkClient(account, request, minute);
    const grant = granted(account, readRequest(request.body));
    const token = await account.tokens.mint(grant);
    return reply.headers({ 'cache-control': 'no-store', pragma: 'no-cache' }).send({
      access_token: token.text,
      token_type: 'Bearer',
      expires_in: grant.lifetimeSeconds,
      aud: grant.audience,
      scope: grant.scope,
      api_version: grant.apiVersion,
    });
  });
}

function checkClient(account: DidwwAccount, request: FastifyRequest, minute: RateWindow): void {
  if (!bringsKey(account, request)) throw new TokenError(401, 'invalid_client', 'The API key is refused.');
  const wait = minute.secondsToWait(account.switches.mintsPerMinute);
  if (wait === undefined) return;
  throw new TokenError(429, 'rate_limit_exceeded', 'Too many token requests.', { 'retry-after': String(wait) });
}

function readRequest(body: unknown): TokenRequest {
  const parsed = tokenRequest.safeParse(fromJson(body));
  if (parsed.success) return parsed.data;
  const names = parsed.error.issues.map(({ path }) => path[0] ?? 'body').join(', ');
  throw invalid(`Missing or invalid: ${names}.`);
}

function fromJson(body: unknown): unknown {
  try {
    return JSON.parse(String(body));
  } catch {
    throw invalid('The body is not valid JSON.');
  }
}

/** What the token will say, which may differ from what was asked: the answer shows it. */
function granted({ switches }: DidwwAccount, asked: TokenRequest): TokenGrant {
  const { tokenLifetimeSeconds, allowedAddresses } = switches;
  const clamped = Math.min(Math.max(asked.expires_in, LIFETIME.shortest), LIFETIME.longest);
  return {
    audience: asked.aud,
    scope: grantedScope(asked.scope),
    apiVersion: grantedVersion(switches, asked.api_version),
    lifetimeSeconds: tokenLifetimeSeconds ?? clamped,
    allowedAddresses,
  };
}

/** A finer scope of reading that is not known is granted as its closest known ancestor. */
function grantedScope(asked: string): TokenScope {
  if (asked === 'full' || asked === 'read') return asked;
  if (asked.startsWith('read:')) return 'read';
  throw new TokenError(400, 'invalid_scope', `${asked} is not a scope.`);
}

/**
 * Without a wish the account's own version; a newer released one is granted, as the version header always
 * was: both assumed.
 */
function grantedVersion(
  { apiVersion, olderVersionToken }: DidwwAccount['switches'],
  asked: string | undefined,
): string {
  if (asked === undefined) return apiVersion;
  if (!isKnownVersion(asked, apiVersion)) throw invalid(`${asked} is not an API version.`);
  if (asked >= apiVersion) return asked;
  if (olderVersionToken === 'refused') throw invalid(`${asked} is older than the account's API version.`);
  return apiVersion;
}

function invalid(description: string): TokenError {
  return new TokenError(400, 'invalid_request', description);
}
