/**
 * How requests are let in: by the key at API version 2026-04-16, by tokens that the key buys at 2026-11-19. Which of the
 * two an account has is found out here, once (docs/providers/didww.md, Access tokens).
 */
import { z } from 'zod';
import {
  type CallOptions,
  createSharedWork,
  type HttpClient,
  type HttpRequest,
  isTimeout,
  mayChange,
  ProviderError,
  type Redactor,
  type SharedWork,
} from '../../http/index.js';
import { type AccessToken, AccessTokens, MINT } from './accessTokens.js';
import type { ApiVersion, VersionSetting } from './settings.js';
import { adviceOnRefusal, noTokenService, refusedAtFixedVersion, tokenRefused } from './refusals.js';
import { UnsupportedVersionError } from './unsupported.js';

/** What one request is sent with. */
export interface Access {
  readonly version: ApiVersion;
  /** Secret. */
  readonly headers: Readonly<Record<string, string>>;
  readonly token?: AccessToken;
}

/** The account, and what is known of its version beforehand. */
export interface AccessSettings {
  readonly http: HttpClient;
  readonly redactor: Redactor;
  readonly apiUrl: string;
  readonly authUrl: string;
  readonly apiKey: string;
  readonly version: VersionSetting;
  /** A monotonic clock, in milliseconds. */
  readonly now: () => number;
}

/** Without parameters, else 406 or 415 (docs/providers/didww.md, Transport and versions). */
export const MEDIA_TYPE = 'application/vnd.api+json';
const PROBE = { method: 'GET', operation: 'GET /balance' } as const;

/** Lets the requests of one account in. */
export class AccountAccess {
  private known: ApiVersion | undefined;
  private readonly tokens: AccessTokens;
  private readonly detection: SharedWork<ApiVersion>;
  private readonly upgrade: SharedWork<ApiVersion>;

  constructor(private readonly settings: AccessSettings) {
    const { version } = settings;
    this.known = version === 'auto' ? undefined : version;
    this.tokens = new AccessTokens(settings);
    this.detection = createSharedWork(async (options) => (this.known = await this.detect(options)));
    this.upgrade = createSharedWork(
      async (options) => (this.known = await this.detectTokens(PROBE.operation, options)),
    );
  }

  /** The account's version where it is known already. */
  get version(): ApiVersion | undefined {
    return this.known;
  }

  /**
   * What the next request is sent with; the version is found out before the first. Throws `ProviderError`: `authentication`
   * where the key is refused, `UnsupportedVersionError`, or what keeps the version from being found out at this moment.
   */
  async get(options: CallOptions = {}): Promise<Access> {
    const version = this.known ?? (await this.waitFor(PROBE, options, () => this.detection.join(options)));
    if (version === '2026-04-16') return this.byKey();
    return this.byToken(await this.waitFor(MINT, options, () => this.tokens.get(options)));
  }

  /**
   * What a request that was refused with 401, and so not carried out, is sent with once more. A key that is no longer taken
   * may mean that the account was upgraded. Throws as `get`.
   */
  async getAnew(refused: Access, operation: string, options: CallOptions = {}): Promise<Access> {
    if (refused.token !== undefined) {
      this.tokens.drop(refused.token);
    } else if (this.settings.version !== 'auto') {
      throw refusedAtFixedVersion(operation, refused.version);
    } else if (this.known === refused.version) {
      await this.waitFor(MINT, options, () => this.upgrade.join(options));
    }
    return this.get(options);
  }

  /** The key first: a token is never bought for an account that the key serves. */
  private async detect(options: CallOptions): Promise<ApiVersion> {
    try {
      await this.probe(this.byKey(), options);
      return '2026-04-16';
    } catch (error) {
      if (!isUnauthorized(error)) throw error;
      return this.detectTokens(PROBE.operation, options);
    }
  }

  /** Whether tokens are taken where the key is not. Only the token service can tell a wrong key from a newer version. */
  private async detectTokens(operation: string, options: CallOptions): Promise<ApiVersion> {
    const token = await this.buy(operation, options);
    try {
      await this.probe(this.byToken(token), options);
      return '2026-11-19';
    } catch (error) {
      throw isUnauthorized(error) ? tokenRefused(operation) : error;
    }
  }

  private async buy(operation: string, options: CallOptions): Promise<AccessToken> {
    try {
      return await this.tokens.get(options);
    } catch (error) {
      const isMissing = error instanceof ProviderError && (error.status === 404 || error.status === 405);
      throw isMissing ? noTokenService(this.settings.authUrl, operation, error.status) : error;
    }
  }

  private async probe(access: Access, options: CallOptions): Promise<void> {
    const request: HttpRequest = { ...PROBE, url: new URL(`${this.settings.apiUrl}/balance`), headers: {} };
    await this.settings.http.json(withAccess(access, request), z.unknown(), options);
  }

  private byKey(): Access {
    const version = '2026-04-16';
    return { version, headers: { 'api-key': this.settings.apiKey, 'x-didww-api-version': version } };
  }

  private byToken(token: AccessToken): Access {
    return { version: '2026-11-19', headers: { authorization: `Bearer ${token.text}` }, token };
  }

  /** The deadline of the attempt that waits holds for what it waits for, too. */
  private async waitFor<T>(
    what: Pick<HttpRequest, 'method' | 'operation' | 'isSafe'>,
    { signal }: CallOptions,
    work: () => Promise<T>,
  ): Promise<T> {
    try {
      return await work();
    } catch (error) {
      const isOwnDeadline = signal?.aborted === true && error === signal.reason && isTimeout(error);
      throw isOwnDeadline ? this.settings.http.timedOut(what) : error;
    }
  }
}

/** The request with what lets it in. Its answer has to be of the version that was asked for. */
export function withAccess({ version, headers }: Access, request: HttpRequest): HttpRequest {
  const { operation } = request;
  return {
    ...request,
    headers: { ...request.headers, ...headers, accept: MEDIA_TYPE },
    verify(json, status) {
      const shown = versioned.safeParse(json).data?.meta.api_version;
      if (shown === version) return;
      throw new UnsupportedVersionError(shown, version, { operation, status, mayHaveTakenEffect: mayChange(request) });
    },
    advise: adviceOnRefusal(version, operation),
  };
}

const versioned = z.object({ meta: z.object({ api_version: z.string() }) });

/** Whether the request was refused before it was looked at. */
export const isUnauthorized = (error: unknown): boolean => error instanceof ProviderError && error.status === 401;
