import { randomBytes, randomUUID } from 'node:crypto';

import { errors, jwtVerify, SignJWT } from 'jose';
import { z } from 'zod';

import { covers } from '../plumbing/cidrs.js';
import type { SandboxClock } from '../plumbing/clock.js';

/** `read` allows GET alone (docs/providers/didww.md, Access tokens). */
export type TokenScope = 'full' | 'read';

/** What a token is to say. */
export interface TokenGrant {
  /** Services that may accept it. */
  readonly audience: string | readonly string[];
  readonly scope: TokenScope;
  readonly apiVersion: string;
  readonly lifetimeSeconds: number;
  /** Addresses or CIDRs that it may be used from; null: any. */
  readonly allowedAddresses: readonly string[] | null;
}

/** A token that was minted. Times are milliseconds since the epoch. */
export interface IssuedToken {
  readonly id: string;
  /** The token itself: a secret. For tests that search for it; nothing of the sandbox shows it. */
  readonly text: string;
  readonly issuedAt: number;
  readonly expiresAt: number;
  readonly scope: TokenScope;
  readonly apiVersion: string;
  readonly revoked: boolean;
}

/** What a service makes of a token: what it may do, or why it is refused. */
export type Verdict =
  | { readonly accepted: true; readonly scope: TokenScope; readonly apiVersion: string }
  | { readonly accepted: false; readonly reason: string };

const claims = z.object({
  jti: z.string(),
  scope: z.enum(['full', 'read']),
  api_version: z.string(),
  allowed_ips: z.array(z.string()).optional(),
});

const ALGORITHM = 'HS256';

/**
 * The access tokens of one account: signed with a key of its own, kept in memory, running out by the
 * account's clock.
 */
export class AccessTokens {
  readonly #key = randomBytes(32);
  readonly #tokens = new Map<string, IssuedToken>();

  constructor(
    private readonly clock: SandboxClock,
    /** Told the text of every new token. */
    private readonly issued: (text: string) => void,
  ) {}

  /** Issues one more token; those before stay valid. */
  async mint({ audience, scope, apiVersion, lifetimeSeconds, allowedAddresses }: TokenGrant): Promise<IssuedToken> {
    const id = randomUUID();
    const issuedAt = this.clock.now();
    const expiresAt = issuedAt + lifetimeSeconds * 1000;
    const addresses = allowedAddresses === null ? {} : { allowed_ips: [...allowedAddresses] };
    const text = await new SignJWT({ scope, api_version: apiVersion, ...addresses })
      .setProtectedHeader({ alg: ALGORITHM, typ: 'JWT' })
      .setAudience(typeof audience === 'string' ? audience : [...audience])
      .setIssuedAt(Math.floor(issuedAt / 1000))
      .setExpirationTime(Math.ceil(expiresAt / 1000))
      .setJti(id)
      .sign(this.#key);
    const token = { id, text, issuedAt, expiresAt, scope, apiVersion, revoked: false };
    this.#tokens.set(id, token);
    this.issued(text);
    return token;
  }

  /** Whether a service takes this token from a client at this address. The reasons' texts are assumed. */
  async verify(text: string, audience: string, address: string): Promise<Verdict> {
    const refused = (reason: string): Verdict => ({ accepted: false, reason });
    const now = this.clock.now();
    try {
      const options = { audience, algorithms: [ALGORITHM], currentDate: new Date(now) };
      const { payload } = await jwtVerify(text, this.#key, options);
      const { jti, scope, api_version: apiVersion, allowed_ips: allowed } = claims.parse(payload);
      const token = this.#tokens.get(jti);
      // The claim counts whole seconds, the account's clock milliseconds.
      if (token === undefined || token.expiresAt <= now) return refused('Token is expired');
      if (token.revoked) return refused('Token is revoked');
      if (allowed !== undefined && !covers(allowed, address)) return refused('Token is not allowed from this address');
      return { accepted: true, scope, apiVersion };
    } catch (error) {
      if (error instanceof errors.JWTExpired) return refused('Token is expired');
      if (error instanceof errors.JWTClaimValidationFailed) return refused('Token is for another service');
      if (error instanceof errors.JOSEError) return refused('Token is invalid');
      throw error;
    }
  }

  /** Every token so far, in order of issue. */
  all(): readonly IssuedToken[] {
    return [...this.#tokens.values()];
  }

  /** From now on the API refuses this token. Returns false where there is none of this id. */
  revoke(id: string): boolean {
    const token = this.#tokens.get(id);
    if (token !== undefined) this.#tokens.set(id, { ...token, revoked: true });
    return token !== undefined;
  }

  revokeAll(): void {
    for (const id of this.#tokens.keys()) this.revoke(id);
  }
}
