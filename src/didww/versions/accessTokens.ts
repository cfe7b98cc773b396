/**
 * Access tokens of API version 2026-11-19: bought with the key, short-lived, kept in memory alone
 * (docs/providers/didww.md, Access tokens).
 */
import { z } from 'zod';
import {
  type CallOptions,
  createSharedWork,
  type HttpClient,
  type HttpRequest,
  numeric,
  ProviderError,
  type Redactor,
  type RequestName,
  type SharedWork,
} from '../../http/index.js';
import { adviceOnMint, unsupportedVersion } from './refusals.js';
import type { ApiVersion } from './settings.js';
import { AUDIENCE, KEY_HEADER, TOKEN_PATH } from './wire.js';

/**
 * A token as the API takes it. The text is a secret. Times are those of the monotonic clock, in
 * milliseconds.
 */
export interface AccessToken {
  readonly text: string;
  readonly renewAt: number;
  readonly expiresAt: number;
}

/** What a token allows: everything, or reading alone (docs/providers/didww.md, Access tokens). */
export type TokenScope = 'full' | 'read';

/** Where and with what tokens are bought. */
export interface TokenSettings {
  readonly http: HttpClient;
  readonly redactor: Redactor;
  /** Origin of the token service. */
  readonly authUrl: string;
  readonly apiKey: string;
  /** A monotonic clock, in milliseconds. */
  readonly now: () => number;
}

const VERSION = '2026-11-19' satisfies ApiVersion;
/** A token is not used in its last moments: it has to arrive in time as well. */
const UNUSED_AT_END_MS = 2_000;
/** After a renewal that failed, the next is tried no sooner. */
const RENEWAL_PAUSE_MS = 5_000;

/** The request that buys tokens, as messages name it. It changes nothing in the account. */
export const MINT: RequestName = { method: 'POST', operation: `POST ${TOKEN_PATH}`, isSafe: true };

/**
 * The token of one key and scope: bought when it is first needed, one purchase at a time for all who wait,
 * and renewed in the background before it runs out, so that nobody waits while the old one is good.
 */
export class AccessTokens {
  private current: AccessToken | undefined;
  private nextRenewalAt = 0;
  private readonly minting: SharedWork<AccessToken>;

  constructor(
    private readonly settings: TokenSettings,
    scope: TokenScope,
  ) {
    this.minting = createSharedWork(async (options) => (this.current = await mint(settings, scope, options)));
  }

  /**
   * A token that is good now. Throws `ProviderError` as the token service fails, or the reason of the
   * caller's signal.
   */
  async get(options: CallOptions): Promise<AccessToken> {
    const { current } = this;
    const now = this.settings.now();
    if (current === undefined || now >= current.expiresAt - UNUSED_AT_END_MS) return this.minting.join(options);
    if (now >= Math.max(current.renewAt, this.nextRenewalAt)) void this.renew();
    return current;
  }

  /** Forgets a token that the API refuses. Another one that was bought since stays. */
  drop(refused: AccessToken): void {
    if (this.current === refused) this.current = undefined;
  }

  /** The old token is still good: a failure is nobody's, and the next request tries again. */
  private async renew(): Promise<void> {
    try {
      await this.minting.join();
    } catch (error) {
      const asked = error instanceof ProviderError ? error.retryAfterMs : undefined;
      this.nextRenewalAt = this.settings.now() + Math.max(asked ?? 0, RENEWAL_PAUSE_MS);
    }
  }
}

/** Buys one token, of the version that is asked for. */
async function mint(settings: TokenSettings, scope: TokenScope, options: CallOptions): Promise<AccessToken> {
  const startedAt = settings.now();
  const granted = await grant(settings, scope, options);
  const { access_token: text, expires_in: seconds, api_version: version } = granted;
  if (version !== VERSION) throw unsupportedVersion(version, VERSION, MINT);
  const lifeMs = seconds * 1_000;
  const expiresAt = startedAt + lifeMs;
  return { text, expiresAt, renewAt: expiresAt - renewalMarginMs(lifeMs) };
}

/**
 * A later version than the one asked for may be refused without being named: the account's own is then
 * asked for, so that it can be named to the operator.
 */
async function grant(settings: TokenSettings, scope: TokenScope, options: CallOptions): Promise<Granted> {
  try {
    return await request(settings, { scope, api_version: VERSION }, options);
  } catch (error) {
    if (!(error instanceof ProviderError) || error.status !== 400) throw error;
    const named = await request(settings, { scope }, options).catch(() => undefined);
    if (named === undefined || named.api_version === VERSION) throw error;
    return named;
  }
}

/**
 * 20 % of the life, at least 60 s where the life is longer than that (docs/providers/didww.md, Access
 * tokens).
 */
function renewalMarginMs(lifeMs: number): number {
  const fifth = lifeMs / 5;
  return lifeMs <= 60_000 ? fifth : Math.max(fifth, Math.min(60_000, lifeMs / 2));
}

type Granted = z.output<typeof grantedSchema>;

const grantedSchema = z.object({
  access_token: z.string().min(1),
  token_type: z.string().regex(/^bearer$/i),
  expires_in: numeric,
  api_version: z.string(),
});

/**
 * No redirect is followed: the key would go along. The token is known to the redactor before anybody has
 * it.
 */
async function request(
  { http, redactor, authUrl, apiKey }: TokenSettings,
  body: object,
  options: CallOptions,
): Promise<Granted> {
  const message: HttpRequest = {
    ...MINT,
    url: new URL(TOKEN_PATH, authUrl),
    headers: { [KEY_HEADER]: apiKey, accept: 'application/json', 'content-type': 'application/json' },
    body: { aud: AUDIENCE, ...body },
    advise: adviceOnMint,
  };
  const granted = await http.json(message, grantedSchema, options);
  redactor.add(granted.access_token);
  return granted;
}
