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

/** Where DIDWW is, and the key of the account. */
export interface DidwwSettings {
  /** With the version's path, e.g. `https://api.didww.com/v3`. */
  readonly apiUrl: string;
  readonly apiKey: string;
  /** Learns the key and every digest password seen; one is made where none is given. */
  readonly redactor?: Redactor | undefined;
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

/** JSON:API as DIDWW speaks it; the kinds of objects build on it. */
export interface DidwwApi {
  readonly http: HttpClient;
  readonly redactor: Redactor;
  readonly baseUrl: URL;
  /** The header that carries the key, for requests that are not JSON:API. */
  readonly keyHeader: Readonly<Record<string, string>>;
  get<T>(path: string, query: Query, schema: z.ZodType<T>, options?: CallOptions): Promise<T>;
  /** Every page, one after the other. */
  getAll<T>(path: string, query: Query, schema: z.ZodType<Page<T>>, options?: CallOptions): Promise<readonly T[]>;
  post<T>(path: string, query: Query, body: Document, schema: z.ZodType<T>, options?: CallOptions): Promise<T>;
  patch<T>(path: string, query: Query, body: Document, schema: z.ZodType<T>, options?: CallOptions): Promise<T>;
  delete(path: string, options?: CallOptions): Promise<void>;
}

/** The version that the bodies and schemas here are written for (docs/providers/didww.md, Transport and versions). */
const API_VERSION = '2026-04-16';
const MEDIA_TYPE = 'application/vnd.api+json';

/** The most that DIDWW allows for every kind of object read here (docs/providers/didww.md, Queries and includes). */
export const PAGE_SIZE = 100;

/** The send path to one DIDWW account. */
export function createDidwwApi({ apiUrl, apiKey, redactor = createRedactor() }: DidwwSettings): DidwwApi {
  redactor.add(apiKey);
  const http = createHttpClient({ provider: 'didww', redactor, readProblems, complaint });
  const base = apiUrl.replace(/\/+$/, '');
  const keyHeader = { 'api-key': apiKey };
  const headers = { ...keyHeader, accept: MEDIA_TYPE, 'x-didww-api-version': API_VERSION };

  const request = (method: HttpRequest['method'], path: string, query: Query = {}, body?: Document): HttpRequest => {
    const url = new URL(base + path);
    url.search = new URLSearchParams(query).toString();
    const operation = `${method} ${path}`;
    if (body === undefined) return { method, url, operation, headers };
    return { method, url, operation, headers: { ...headers, 'content-type': MEDIA_TYPE }, body };
  };

  return {
    http,
    redactor,
    baseUrl: new URL(base),
    keyHeader,
    get: (path, query, schema, options) => http.json(request('GET', path, query), schema, options),
    post: (path, query, body, schema, options) => http.json(request('POST', path, query, body), schema, options),
    patch: (path, query, body, schema, options) => http.json(request('PATCH', path, query, body), schema, options),
    delete: (path, options) => http.done(request('DELETE', path), options),
    async getAll<T>(path: string, query: Query, schema: z.ZodType<Page<T>>, options?: CallOptions) {
      const found: T[] = [];
      for (let number = 1; ; number += 1) {
        const paged = { ...query, 'page[number]': String(number), 'page[size]': String(PAGE_SIZE) };
        const page = await http.json(request('GET', path, paged), schema, options);
        found.push(...page.items);
        if (!page.hasNext || page.items.length === 0) return found;
      }
    },
  };
}

const errorDocument = z.object({
  errors: z.array(
    z.object({
      // A 429 has neither title nor code (docs/providers/didww.md, Errors).
      title: loose(z.string()),
      detail: loose(textual),
      source: loose(z.object({ pointer: loose(z.string()) })),
    }),
  ),
});

function readProblems(json: unknown): readonly ProviderProblem[] {
  const read = errorDocument.safeParse(json);
  if (!read.success) return [];
  return read.data.errors.map(({ title, detail, source }) =>
    present({ detail: detail ?? title ?? 'no detail given', title, pointer: source?.pointer }),
  );
}

const versioned = z.object({ meta: z.object({ api_version: z.string() }) });

/** An older or misspelt version header is ignored silently, so what was answered counts (docs/providers/didww.md, Transport and versions). */
function complaint(json: unknown): string | undefined {
  const read = versioned.safeParse(json);
  if (!read.success) return `it does not name its API version, ${API_VERSION} was asked for`;
  const { api_version: version } = read.data.meta;
  if (version === API_VERSION) return undefined;
  return `it is of API version ${version}, ${API_VERSION} was asked for; ask DIDWW to set the account's version`;
}

/** A count or limit that may be missing. */
export const optionalNumber = loose(numeric);
