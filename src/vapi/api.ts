import { z } from 'zod';
import {
  type CallOptions,
  createHttpClient,
  createRedactor,
  type HttpClient,
  type HttpRequest,
  loose,
  orWrongAddress,
  type ProviderProblem,
  type Redactor,
} from '../http/index.js';

/** Where Vapi is, and the key of the organisation. */
export interface VapiSettings {
  /** Of the organisation's region, e.g. `https://api.vapi.ai`. */
  readonly apiUrl: string;
  /** The organisation's private key. */
  readonly apiKey: string;
  /** Learns the key and every digest password sent; one is made where none is given. */
  readonly redactor?: Redactor | undefined;
}

/** Query parameters, unescaped. */
export type Query = Readonly<Record<string, string>>;

/** Vapi's API as all kinds of objects speak it. */
export interface VapiApi {
  readonly http: HttpClient;
  readonly redactor: Redactor;
  readonly baseUrl: URL;
  get<T>(path: string, query: Query, schema: z.ZodType<T>, options?: CallOptions): Promise<T>;
  post<T>(path: string, body: unknown, schema: z.ZodType<T>, options?: CallOptions): Promise<T>;
  patch<T>(path: string, body: unknown, schema: z.ZodType<T>, options?: CallOptions): Promise<T>;
  /** Vapi answers with the deleted object, which nobody needs. */
  delete(path: string, options?: CallOptions): Promise<void>;
}

/** The send path to one Vapi organisation. */
export function createVapiApi({ apiUrl, apiKey, redactor = createRedactor() }: VapiSettings): VapiApi {
  redactor.add(apiKey);
  const http = createHttpClient({ provider: 'vapi', redactor, readProblems, apiUrl });
  const base = apiUrl.replace(/\/+$/, '');
  const headers = { authorization: `Bearer ${apiKey}`, accept: 'application/json' };

  const request = (method: HttpRequest['method'], path: string, query: Query = {}, body?: unknown): HttpRequest => {
    const url = new URL(base + path);
    url.search = new URLSearchParams(query).toString();
    const operation = `${method} ${path}`;
    if (body === undefined) return { method, url, operation, headers };
    return { method, url, operation, headers: { ...headers, 'content-type': 'application/json' }, body };
  };

  return {
    http,
    redactor,
    baseUrl: new URL(base),
    get: (path, query, schema, options) =>
      http.json(request('GET', path, query), schema, options).catch((error: unknown) => {
        throw orWrongAddress(error, path, { provider: 'vapi', apiUrl: base, action: RIGHT_ADDRESS });
      }),
    post: (path, body, schema, options) => http.json(request('POST', path, {}, body), schema, options),
    patch: (path, body, schema, options) => http.json(request('PATCH', path, {}, body), schema, options),
    delete: (path, options) => http.done(request('DELETE', path), options),
  };
}

const RIGHT_ADDRESS =
  'Set VAPI_API_URL to the address of the API, https://api.vapi.ai or https://api.eu.vapi.ai, or leave it out.';

const errorBody = z.object({
  message: z.union([z.string(), z.array(z.string())]),
  error: loose(z.string()),
});

/**
 * `message` is text or a list; only an `error` in lower case is a code of its own, such as `tool_pinned`
 * (docs/providers/vapi.md, Errors).
 */
function readProblems(json: unknown): readonly ProviderProblem[] {
  const read = errorBody.safeParse(json);
  if (!read.success) return [];
  const { message, error } = read.data;
  const title = error !== undefined && /^[a-z_]+$/.test(error) ? { title: error } : {};
  return [message].flat().map((detail) => ({ detail, ...title }));
}
