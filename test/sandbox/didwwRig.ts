import { fetch } from 'undici';

import type { Did, DidwwAccount, DidwwVersion } from '../../src/sandbox/didww/index.js';
import type { TokenGrant } from '../../src/sandbox/didww/accessTokens.js';
import { createDidwwServer, DidwwAccount as Account } from '../../src/sandbox/didww/index.js';
import { addDid, addReferenceData } from '../../src/sandbox/didww/seed.js';
import { FaultBoard, listenOnLoopback, RequestLog } from '../../src/sandbox/plumbing/index.js';

/** An answer, its document taken apart loosely: tests look at what they name. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  readonly bytes: Buffer;
  readonly document: Doc;
}

export interface Item {
  readonly id: string;
  readonly type: string;
  readonly attributes: Readonly<Record<string, unknown>> & {
    readonly configuration?: { readonly attributes: Readonly<Record<string, unknown>> };
    readonly authentication_method?: { readonly type: string; readonly attributes: Readonly<Record<string, unknown>> };
  };
  readonly relationships: Readonly<Record<string, { readonly links: object; readonly data?: unknown }>>;
  readonly meta?: Readonly<Record<string, unknown>>;
}

export interface Doc {
  readonly data: Item & readonly Item[];
  readonly included: readonly Item[];
  readonly meta: Readonly<Record<string, unknown>>;
  readonly links: Readonly<Record<string, string>>;
  readonly errors: readonly {
    readonly status: string;
    readonly code?: string;
    readonly title?: string;
    readonly detail: string;
    readonly source?: { readonly pointer: string };
  }[];
}

export interface Rig {
  readonly account: DidwwAccount;
  readonly did: Did;
  readonly url: string;
  readonly faults: FaultBoard;
  readonly requests: RequestLog;
  /** `body` is sent as JSON:API; `headers` override the usual ones, undefined removes one. */
  send(
    method: string,
    path: string,
    body?: unknown,
    headers?: Readonly<Record<string, string | undefined>>,
  ): Promise<Answer>;
  get(path: string): Promise<Answer>;
  /** Asks for a token with the account's key; `headers` as for `send`. */
  mint(body?: unknown, headers?: Readonly<Record<string, string | undefined>>): Promise<Answer>;
  /** Moves the account's clock ahead. */
  advance(milliseconds: number): void;
  stop(): Promise<void>;
}

export const didNumber = '+18648301018';

/** The body of a usual token request. */
export const tokenRequest = { aud: 'api.didww.com', scope: 'full', api_version: '2026-11-19' };

/**
 * A DIDWW account of this version with one ready number, behind its API. At 2026-11-19 requests bring a
 * token of their own.
 */
export async function startRig(version: DidwwVersion = '2026-11-19', latencyMs = 0): Promise<Rig> {
  let ahead = 0;
  const account = new Account('key-of-the-test', { now: () => Date.now() + ahead });
  account.switches.apiVersion = version;
  addReferenceData(account);
  const did = addDid(account, { number: didNumber });
  const faults = new FaultBoard();
  const requests = new RequestLog();
  const app = createDidwwServer(account, { faults, requests, latency: () => latencyMs });
  const origin = await listenOnLoopback(app);
  const url = `${origin}/v3`;

  const credential = async (): Promise<Headers> =>
    version === '2026-04-16'
      ? { 'api-key': account.apiKey, 'x-didww-api-version': version }
      : { authorization: `Bearer ${(await account.tokens.mint(usualGrant)).text}` };
  const send: Rig['send'] = async (method, path, body, headers = {}) =>
    request(path.startsWith('http') ? path : `${url}${path}`, method, body, {
      ...(await credential()),
      accept: 'application/vnd.api+json',
      ...(body === undefined ? {} : { 'content-type': 'application/vnd.api+json' }),
      ...headers,
    });
  return {
    account,
    did,
    url,
    faults,
    requests,
    send,
    get: (path) => send('GET', path),
    mint: (body = tokenRequest, headers = {}) =>
      request(`${origin}/token`, 'POST', body, {
        'api-key': account.apiKey,
        'content-type': 'application/json',
        ...headers,
      }),
    advance: (milliseconds) => {
      ahead += milliseconds;
    },
    stop: () => app.close(),
  };
}

type Headers = Readonly<Record<string, string | undefined>>;

/** What a token says that may do everything. */
export const usualGrant: TokenGrant = {
  audience: 'api.didww.com',
  scope: 'full',
  apiVersion: '2026-11-19',
  lifetimeSeconds: 900,
  allowedAddresses: null,
};

async function request(url: string, method: string, body: unknown, wanted: Headers): Promise<Answer> {
  const sent = Object.entries(wanted).flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]));
  const response = await fetch(url, {
    method,
    headers: Object.fromEntries(sent),
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const bytes = Buffer.from(await response.arrayBuffer());
  const text = bytes.toString('utf8');
  const isJson = response.headers.get('content-type')?.includes('json') ?? false;
  return {
    status: response.status,
    headers: Object.fromEntries(response.headers),
    text,
    bytes,
    document: (isJson ? JSON.parse(text) : {}) as Doc,
  };
}

/** The body of a create. */
export function create(type: string, attributes: object, relationships: object = {}): unknown {
  return { data: { type, attributes, relationships } };
}

/** The body of an update. */
export function update(type: string, id: string, attributes: object, relationships: object = {}): unknown {
  return { data: { id, type, attributes, relationships } };
}

/** A to-one or to-many linkage. */
export function link(type: string, ids: string | readonly string[] | null): { readonly data: unknown } {
  if (ids === null) return { data: null };
  return { data: typeof ids === 'string' ? { type, id: ids } : ids.map((id) => ({ type, id })) };
}

/** Attributes that make an outbound trunk. */
export function outboundTrunk(overrides: object = {}): object {
  return {
    name: 'acme out',
    on_cli_mismatch_action: 'reject_call',
    authentication_method: { type: 'credentials_and_ip', attributes: { allowed_sip_ips: ['203.0.113.10'] } },
    ...overrides,
  };
}

/** Attributes that make an inbound trunk to a SIP host at 2026-04-16. */
export function inboundTrunk(overrides: object = {}, sip: object = {}): object {
  return sipTrunk(overrides, { codec_ids: [9, 10, 6], ...sip });
}

/** Attributes that make one at 2026-11-19, where codecs may be left out. */
export function sipTrunk(overrides: object = {}, sip: object = {}): object {
  const configuration = { type: 'sip_configurations', attributes: { host: 'sip.example.com', ...sip } };
  return { name: 'acme in', configuration, ...overrides };
}

/** One line an error: `status pointer title`. */
export function problems({ document }: Answer): readonly string[] {
  return document.errors.map(({ status, source, title }) => `${status} ${source?.pointer ?? ''} ${title ?? ''}`);
}
