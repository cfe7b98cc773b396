import { fetch } from 'undici';

import type { Did, DidwwAccount } from '../../src/sandbox/didww/index.js';
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
  /** Moves the account's clock ahead. */
  advance(milliseconds: number): void;
  stop(): Promise<void>;
}

export const didNumber = '+18648301018';

/** A DIDWW account with one ready number, behind its API. */
export async function startRig(latencyMs = 0): Promise<Rig> {
  let ahead = 0;
  const account = new Account('key-of-the-test', { now: () => Date.now() + ahead });
  addReferenceData(account);
  const did = addDid(account, { number: didNumber });
  const faults = new FaultBoard();
  const requests = new RequestLog();
  const app = createDidwwServer(account, { faults, requests, latency: () => latencyMs });
  const url = `${await listenOnLoopback(app)}/v3`;

  const send: Rig['send'] = async (method, path, body, headers = {}) => {
    const wanted: Record<string, string | undefined> = {
      'api-key': account.apiKey,
      accept: 'application/vnd.api+json',
      'x-didww-api-version': '2026-04-16',
      ...(body === undefined ? {} : { 'content-type': 'application/vnd.api+json' }),
      ...headers,
    };
    const sent = Object.entries(wanted).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, value] as const],
    );
    const response = await fetch(path.startsWith('http') ? path : `${url}${path}`, {
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
  };
  return {
    account,
    did,
    url,
    faults,
    requests,
    send,
    get: (path) => send('GET', path),
    advance: (milliseconds) => {
      ahead += milliseconds;
    },
    stop: () => app.close(),
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

/** Attributes that make an inbound trunk to a SIP host. */
export function inboundTrunk(overrides: object = {}, sip: object = {}): object {
  return {
    name: 'acme in',
    configuration: {
      type: 'sip_configurations',
      attributes: { host: 'sip.example.com', codec_ids: [9, 10, 6], ...sip },
    },
    ...overrides,
  };
}

/** One line an error: `status pointer title`. */
export function problems({ document }: Answer): readonly string[] {
  return document.errors.map(({ status, source, title }) => `${status} ${source?.pointer ?? ''} ${title ?? ''}`);
}
