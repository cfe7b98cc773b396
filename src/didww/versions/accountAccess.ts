/**
 * How requests are let in: by the key at API version 2026-04-16, by tokens that the key buys at 2026-11-19.
 * Which of the two an account has is found out here, once (docs/providers/didww.md, Access tokens).
 */
import { z } from 'zod';
import {
  type CallOptions,
  createSharedWork,
  type HttpRequest,
  isTimeout,
  ProviderError,
  type RequestName,
  type SharedWork,
  type WireErrorClass,
} from '../../http/index.js';
import { type AccessToken, AccessTokens, MINT, type TokenScope, type TokenSettings } from './accessTokens.js';
import {
  adviceOnRefusal,
  noTokenService,
  orNotDidww,
  refusedAtFixedVersion,
  tokenRefused,
  unsupportedVersion,
} from './refusals.js';
import type { ApiVersion, VersionSetting } from './settings.js';
import { KEY_HEADER, MEDIA_TYPE, PROBE_PATH, VERSION_HEADER } from './wire.js';

/** What one request is sent with. */
export interface Access {
  readonly version: ApiVersion;
  /** Secret. */
  readonly headers: Readonly<Record<string, string>>;
  readonly token?: AccessToken;
}

/** The account, and what is known of its version beforehand. */
export interface AccessSettings extends TokenSettings {
  readonly apiUrl: string;
  readonly version: VersionSetting;
  /** Told of the version as soon as it is known, and again where the account was upgraded. */
  readonly onVersion: (version: ApiVersion) => void;
}

const PROBE: RequestName = { method: 'GET', operation: `GET ${PROBE_PATH}` };

/** Lets the requests of one account in. */
export class AccountAccess {
  private known: ApiVersion | undefined;
  private readonly tokens: Readonly<Record<TokenScope, AccessTokens>>;
  private readonly detection: SharedWork<ApiVersion>;
  private readonly upgrade: SharedWork<ApiVersion>;

  constructor(private readonly settings: AccessSettings) {
    this.tokens = { full: new AccessTokens(settings, 'full'), read: new AccessTokens(settings, 'read') };
    this.detection = createSharedWork(async (options) => this.learn(await this.detect(options)));
    this.upgrade = createSharedWork(async (options) => this.learn(await this.detectTokens(options)));
    if (settings.version !== 'auto') this.learn(settings.version);
  }

  /**
   * Carries out one request with what lets it in, finding out the account's version before the first. A
   * request that is refused with 401 was not carried out: it is sent once more, with a new token or with
   * the first one of an account that was upgraded meanwhile. Throws as the request does, and
   * `ProviderError` where it cannot be let in.
   */
  async run<T>(operation: string, attempt: (access: Access) => Promise<T>, options: CallOptions = {}): Promise<T> {
    return this.twice(
      operation,
      () => this.first(options),
      (refused) => this.second(refused, operation, options),
      attempt,
    );
  }

  /**
   * The account's version, found out where it is not known yet. Throws what keeps it from being found out
   * now.
   */
  async findVersion(options: CallOptions = {}): Promise<ApiVersion> {
    return this.known ?? this.waitFor(PROBE, options, () => this.detection.join(options));
  }

  private async first(options: CallOptions): Promise<Access> {
    return (await this.findVersion(options)) === '2026-04-16' ? this.byKey() : this.byToken(options);
  }

  private async second(refused: Access, operation: string, options: CallOptions): Promise<Access> {
    if (refused.token === undefined && this.settings.version !== 'auto') {
      throw refusedAtFixedVersion(operation, refused.version);
    }
    if (refused.token === undefined && this.known === refused.version) {
      await this.waitFor(MINT, options, () => this.upgrade.join(options));
    }
    return this.first(options);
  }

  /** A refused token is forgotten at once, so that nobody is refused for it again. */
  private async twice<T>(
    operation: string,
    first: () => Promise<Access>,
    second: (refused: Access) => Promise<Access>,
    attempt: (access: Access) => Promise<T>,
  ): Promise<T> {
    const tried = async (access: Access): Promise<{ readonly done: T } | undefined> => {
      try {
        return { done: await attempt(access) };
      } catch (error) {
        if (!isUnauthorized(error)) throw error;
        if (access.token !== undefined) for (const tokens of Object.values(this.tokens)) tokens.drop(access.token);
        return undefined;
      }
    };
    const access = await first();
    const outcome = (await tried(access)) ?? (await tried(await second(access)));
    if (outcome === undefined) throw tokenRefused(operation);
    return outcome.done;
  }

  /** The key first: a token is never bought for an account that the key serves. */
  private async detect(options: CallOptions): Promise<ApiVersion> {
    try {
      await this.probe(this.byKey(), options);
      return '2026-04-16';
    } catch (error) {
      if (!isUnauthorized(error)) throw error;
      return this.detectTokens(options);
    }
  }

  /**
   * Whether tokens are taken where the key is not. Only the token service can tell a wrong key from a newer
   * version.
   */
  private async detectTokens(options: CallOptions): Promise<ApiVersion> {
    const bought = (): Promise<Access> => this.byToken(options);
    await this.twice(PROBE.operation, bought, bought, (access) => this.probe(access, options));
    return '2026-11-19';
  }

  private async probe(access: Access, options: CallOptions): Promise<void> {
    const request: HttpRequest = { ...PROBE, url: new URL(this.settings.apiUrl + PROBE_PATH), headers: {} };
    const { apiUrl, http } = this.settings;
    try {
      await http.json(withAccess(access, request), z.unknown(), options);
    } catch (error) {
      throw orNotDidww(error, PROBE_PATH, apiUrl);
    }
  }

  private byKey(): Access {
    const version = '2026-04-16';
    return { version, headers: { [KEY_HEADER]: this.settings.apiKey, [VERSION_HEADER]: version } };
  }

  private async byToken(options: CallOptions): Promise<Access> {
    const tokens = this.tokens[options.isReadOnly === true ? 'read' : 'full'];
    const token = await this.waitFor(MINT, options, () => tokens.get(options));
    return { version: '2026-11-19', headers: { authorization: `Bearer ${token.text}` }, token };
  }

  private learn(version: ApiVersion): ApiVersion {
    if (this.known !== version) this.settings.onVersion(version);
    this.known = version;
    return version;
  }

  /** The deadline of the attempt that waits holds for what it waits for, too. */
  private async waitFor<T>(what: RequestName, { signal }: CallOptions, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      const isOwnDeadline = signal?.aborted === true && error === signal.reason && isTimeout(error);
      if (isOwnDeadline) throw this.settings.http.timedOut(what);
      throw error instanceof ProviderError ? notLetIn(this.settings.authUrl, error) : error;
    }
  }
}

/** Classes that would be taken for a word on the object that the waiting request is about. */
const OF_OBJECTS: readonly WireErrorClass[] = ['not-found', 'conflict', 'invalid-request'];

/**
 * What keeps a request from being let in says nothing of its object: nobody may take that for gone, or in
 * use.
 */
function notLetIn(authUrl: string, error: ProviderError): ProviderError {
  if (!OF_OBJECTS.includes(error.errorClass)) return error;
  const isMissing = error.status === 404 || error.status === 405 || error.status === 410;
  if (error.operation === MINT.operation && isMissing) return noTokenService(authUrl, error);
  const { message, operation, problems, mayHaveTakenEffect } = error;
  return new ProviderError(message, {
    provider: 'didww',
    errorClass: 'unexpected-answer',
    operation,
    problems,
    mayHaveTakenEffect,
  });
}

/** The request with what lets it in. Its answer has to be of the version that was asked for. */
export function withAccess({ version, headers }: Access, request: HttpRequest): HttpRequest {
  return {
    ...request,
    headers: { ...request.headers, ...headers, accept: MEDIA_TYPE },
    verify(json, status) {
      const shown = versioned.safeParse(json).data?.meta.api_version;
      if (shown !== version) throw unsupportedVersion(shown, version, request, status);
    },
    advise: adviceOnRefusal(version, request.operation),
  };
}

const versioned = z.object({ meta: z.object({ api_version: z.string() }) });

/** Whether the request was refused before it was looked at. */
const isUnauthorized = (error: unknown): boolean => error instanceof ProviderError && error.status === 401;
