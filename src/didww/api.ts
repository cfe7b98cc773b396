import { z } from 'zod';
import {
  type CallOptions,
  createHttpClient,
  createRedactor,
  type HttpClient,
  type HttpRequest,
  loose,
  numeric,
  present,
  type ProviderProblem,
  type Redactor,
  textual,
} from '../http/index.js';
import type { Page } from './jsonApi.js';
import {
  AccountAccess,
  type ApiVersion,
  authUrlFor,
  type EncodeSipMembers,
  KEY_HEADER,
  MEDIA_TYPE,
  orNotDidww,
  SipMembers,
  type VersionSetting,
  withAccess,
} from './versions/index.js';

/** Where DIDWW is, and the key of the account. */
export interface DidwwSettings {
  /** With the version's path, e.g. `https://api.didww.com/v3`. */
  readonly apiUrl: string;
  /** Origin of the token service; default: the one that belongs to `apiUrl`. */
  readonly authUrl?: string | undefined;
  readonly apiKey: string;
  /** Default `auto`: found out at the first request. */
  readonly version?: VersionSetting | undefined;
  /** Learns the key, every access token and every digest password seen; one is made where none is given. */
  readonly redactor?: Redactor | undefined;
  /** The clock that tokens run out by, in milliseconds; default: the process's monotonic one. */
  readonly now?: (() => number) | undefined;
  /** Told of the account's API version as soon as it is known, and again after an upgrade. */
  readonly onVersion?: ((version: ApiVersion) => void) | undefined;
}

/** Query parameters, unescaped. */
export type Query = Readonly<Record<string, string>>;

/** A JSON:API request document. */
export interface Document {
  readonly data: {
    readonly type: string;
    readonly id?: string;
    readonly attributes?: Readonly<Record<string, unknown>>;
    readonly relationships?: Readonly<Record<string, unknown>>;
  };
}

/** Members of a write whose form depends on the account's API version. */
export type DocumentOf = (members: EncodeSipMembers) => Document;

/** JSON:API as DIDWW speaks it; the kinds of objects build on it. */
export interface DidwwApi {
  readonly http: HttpClient;
  readonly redactor: Redactor;
  readonly baseUrl: URL;
  readonly access: AccountAccess;
  /** Addresses of the API and of the token service. */
  readonly urls: { readonly apiUrl: string; readonly authUrl: string };
  /**
   * The header that carries the key, for files: the key serves them in every version
   * (docs/providers/didww.md, Exports (call records)).
   */
  readonly keyHeader: Readonly<Record<string, string>>;
  get<T>(path: string, query: Query, schema: z.ZodType<T>, options?: CallOptions): Promise<T>;
  /** Every page, one after the other. */
  getAll<T>(path: string, query: Query, schema: z.ZodType<Page<T>>, options?: CallOptions): Promise<readonly T[]>;
  post<T>(path: string, body: Document | DocumentOf, schema: z.ZodType<T>, options?: CallOptions): Promise<T>;
  patch<T>(path: string, body: Document | DocumentOf, schema: z.ZodType<T>, options?: CallOptions): Promise<T>;
  delete(path: string, options?: CallOptions): Promise<void>;
}

/**
 * The most that DIDWW allows for every kind of object read here (docs/providers/didww.md, Queries and
 * includes).
 */
export const PAGE_SIZE = 100;

/** The send path to one DIDWW account. */
export function createDidwwApi(settings: DidwwSettings): DidwwApi {
  const { apiKey, redactor = createRedactor(), version = 'auto' } = settings;
  const { now = () => performance.now(), onVersion = () => undefined } = settings;
  redactor.keep(apiKey);
  const apiUrl = settings.apiUrl.replace(/\/+$/, '');
  const http = createHttpClient({ provider: 'didww', redactor, readProblems, apiUrl });
  const authUrl = settings.authUrl ?? authUrlFor(apiUrl);
  const access = new AccountAccess({ http, redactor, apiUrl, authUrl, apiKey, version, now, onVersion });
  const members = new SipMembers();

  const send = <T>(message: Message, read: (request: HttpRequest) => Promise<T>, options?: CallOptions): Promise<T> => {
    const { body } = message;
    return access.run(
      operationOf(message),
      (granted) => {
        const sent = (document?: Document): Promise<T> =>
          read(withAccess(granted, requestOf(apiUrl, message, document)));
        if (typeof body !== 'function') return sent(body);
        return members.write(granted.version, (encode) => sent(body(encode)));
      },
      options,
    );
  };
  const json = <T>(message: Message, schema: z.ZodType<T>, options?: CallOptions): Promise<T> =>
    send(message, (request) => http.json(request, schema, options), options);
  const read = <T>(path: string, query: Query, schema: z.ZodType<T>, options?: CallOptions): Promise<T> =>
    json({ method: 'GET', path, query }, schema, options).catch((error: unknown) => {
      throw orNotDidww(error, path, apiUrl);
    });

  return {
    http,
    redactor,
    baseUrl: new URL(apiUrl),
    access,
    urls: { apiUrl, authUrl },
    keyHeader: { [KEY_HEADER]: apiKey },
    get: read,
    post: (path, body, schema, options) => json({ method: 'POST', path, body }, schema, options),
    patch: (path, body, schema, options) => json({ method: 'PATCH', path, body }, schema, options),
    delete: (path, options) => send({ method: 'DELETE', path }, (request) => http.done(request, options), options),
    async getAll<T>(path: string, query: Query, schema: z.ZodType<Page<T>>, options?: CallOptions) {
      const found: T[] = [];
      for (let number = 1; ; number += 1) {
        const paged = { ...query, 'page[number]': String(number), 'page[size]': String(PAGE_SIZE) };
        const page = await read(path, paged, schema, options);
        found.push(...page.items);
        if (!page.hasNext || page.items.length === 0) return found;
      }
    },
  };
}

/** A request before it is known how it is let in. */
interface Message {
  readonly method: HttpRequest['method'];
  readonly path: string;
  readonly query?: Query;
  readonly body?: Document | DocumentOf;
}

const operationOf = ({ method, path }: Message): string => `${method} ${path}`;

function requestOf(apiUrl: string, message: Message, body: Document | undefined): HttpRequest {
  const url = new URL(apiUrl + message.path);
  url.search = new URLSearchParams(message.query).toString();
  const request = { method: message.method, url, operation: operationOf(message), headers: {} };
  return body === undefined ? request : { ...request, headers: { 'content-type': MEDIA_TYPE }, body };
}

const errorDocument = z.object({
  errors: z.array(
    z.object({
      // A 429 of 2026-04-16 has neither title nor code (docs/providers/didww.md, Errors).
      title: loose(z.string()),
      detail: loose(textual),
      source: loose(z.object({ pointer: loose(z.string()) })),
    }),
  ),
});

/** The token service speaks OAuth (docs/providers/didww.md, Access tokens). */
const oauthError = z.object({ error: z.string(), error_description: loose(z.string()) });

function readProblems(json: unknown): readonly ProviderProblem[] {
  const oauth = oauthError.safeParse(json).data;
  if (oauth !== undefined) {
    const { error, error_description: description } = oauth;
    return [{ title: error, detail: description === undefined ? error : `${error}: ${description}` }];
  }
  const errors = errorDocument.safeParse(json).data?.errors ?? [];
  return errors.map(({ title, detail, source }) =>
    present({ detail: named(detail ?? title ?? 'no detail given', source?.pointer), title, pointer: source?.pointer }),
  );
}

/** A member that is refused always shows in the message. */
function named(detail: string, pointer: string | undefined): string {
  const member = pointer?.split('/').at(-1) ?? '';
  return member === '' || detail.includes(member) ? detail : `${detail} (${member})`;
}

/** A count or limit that may be missing. */
export const optionalNumber = loose(numeric);
