import { type Dispatcher, request } from 'undici';
import { onAbort } from './onAbort.js';
import type { Exchanged } from './providerClock.js';
import type { ProviderProblem } from './providerError.js';

/** What every client method takes as its last argument. */
export interface CallOptions {
  /**
   * Ends the request. Its reason is thrown as it is, save for a `TimeoutError` (`AbortSignal.timeout`),
   * which becomes a `ProviderError` of class `network`. A default deadline of 20 s per request holds
   * besides it.
   */
  readonly signal?: AbortSignal | undefined;
  /** The work changes nothing: where a provider knows degrees of access, it is sent with that of reading. */
  readonly isReadOnly?: boolean | undefined;
}

/** One request as it goes over the wire. */
export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  readonly url: URL;
  /** What the request is called in messages: method and path, no query, e.g. `GET /dids`. */
  readonly operation: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Changes nothing at the provider, although its method is not GET. */
  readonly isSafe?: boolean;
  /** Throws where a JSON answer as a whole is not what was asked for. */
  readonly verify?: (json: unknown, status: number) => void;
  /** What a person can do about a refusal, where more is known than its class says. */
  readonly advise?: (refusal: Refusal) => string | undefined;
}

/** An answer outside 200 to 299, as far as advice depends on it. */
export interface Refusal extends Pick<Answer, 'status' | 'headers'> {
  readonly problems: readonly ProviderProblem[];
}

/**
 * Whether the request can have changed something at the provider although its answer is an error or was
 * lost.
 */
export const mayChange = ({ method, isSafe }: Pick<HttpRequest, 'method' | 'isSafe'>): boolean =>
  method !== 'GET' && isSafe !== true;

/** One answer, whatever its status. */
export interface Answer extends Exchanged {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** What one request may take. */
export interface Limits {
  readonly timeoutMs: number;
  readonly maxAnswerBytes: number;
}

/** The deadline of a request passed before its answer was whole. */
export class DeadlinePassed extends Error {}

/** The answer is larger than we are ready to hold. */
export class AnswerTooLarge extends Error {}

/**
 * Sends a request once and reads its answer whole. Redirects are answers like any other. Throws the reason
 * of the caller's signal, `DeadlinePassed`, `AnswerTooLarge`, or whatever undici throws.
 */
export async function exchange(
  dispatcher: Dispatcher,
  { method, url, headers, body }: HttpRequest,
  limits: Limits,
  { signal }: CallOptions,
): Promise<Answer> {
  signal?.throwIfAborted();
  // One controller of our own: `AbortSignal.any` would keep a listener on a long-lived signal,
  // `AbortSignal.timeout` a timer after the answer.
  const ending = new AbortController();
  const deadline = setTimeout(() => {
    ending.abort(new DeadlinePassed());
  }, limits.timeoutMs);
  const stopListening = onAbort(signal, () => {
    ending.abort(signal?.reason);
  });
  const sentAt = performance.now();
  try {
    const answer = await request(url, {
      dispatcher,
      method,
      headers,
      body: body === undefined ? null : JSON.stringify(body),
      signal: ending.signal,
    });
    const answeredAt = performance.now();
    const whole = await readWhole(answer.body, limits.maxAnswerBytes);
    return { status: answer.statusCode, headers: flatten(answer.headers), body: whole, sentAt, answeredAt };
  } catch (error) {
    // Undici may wrap or replace the reason of an abort that hits while the body is being read.
    if (ending.signal.aborted) throw ending.signal.reason;
    throw error;
  } finally {
    clearTimeout(deadline);
    stopListening();
  }
}

async function readWhole(body: Dispatcher.ResponseData['body'], maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBytes) throw new AnswerTooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function flatten(headers: Dispatcher.ResponseData['headers']): Record<string, string> {
  const flat: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    const text = Array.isArray(value) ? value[0] : value;
    if (text !== undefined) flat[name] = text;
  }
  return flat;
}
