import { readFileSync } from 'node:fs';
import { Agent } from 'undici';
import type { z } from 'zod';
import { errorOfAnswer, type FailureReader } from './errorClass.js';
import { type Answer, type CallOptions, exchange, type HttpRequest, type Limits } from './exchange.js';
import { createProviderClock, type ProviderClock } from './providerClock.js';
import type { ProviderError } from './providerError.js';
import { notSent, type RequestName, tooLarge, unexpectedAnswer } from './unusable.js';
import { isTimeout, wireFailure } from './wireFailure.js';

/** Whose client it is, and how the provider is read. */
export interface HttpClientSettings extends FailureReader {
  /** Address of the API: the provider's time is what this host says. Others serve files, tokens, calls. */
  readonly apiUrl: string;
  /** How long one request may take, answer included; by default 20 s. */
  readonly timeoutMs?: number;
}

/**
 * Sends each request once: no retry, no redirect followed. All methods throw `ProviderError`, or the reason
 * of the caller's own signal.
 */
export interface HttpClient {
  /** Told by every answer of the API's own host, whatever its status. */
  readonly clock: ProviderClock;
  /**
   * The answer as the schema's output. `unexpected-answer` names the paths that do not fit, never the
   * values.
   */
  json<T>(request: HttpRequest, schema: z.ZodType<T>, options?: CallOptions): Promise<T>;
  /** For what has no answer worth reading, such as a DELETE. */
  done(request: HttpRequest, options?: CallOptions): Promise<void>;
  /** The answer as it is, where its status is below 400. */
  bytes(request: HttpRequest, options?: CallOptions): Promise<Answer>;
  /** The error for an answer that cannot be used, in words that hold no value of it. */
  unexpected(request: RequestName, status: number, why: string): ProviderError;
  /**
   * The error, of class `refused`, for an answer that is larger than we read; `action` says what a person
   * can do about it.
   */
  tooLarge(request: RequestName, why: string, action: string): ProviderError;
  /** The error for a request that was not finished before the caller's own deadline. */
  timedOut(request: RequestName): ProviderError;
  /**
   * The error for a request that is not sent because the provider told us to send it where it must not go.
   */
  refused(request: RequestName, why: string): ProviderError;
  /** Closes the kept-alive connections once the requests under way have ended. */
  close(): Promise<void>;
}

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  readonly version: string;
};

/**
 * Sent with every request: Vapi's front door refuses some default agents (docs/providers/vapi.md,
 * Authentication and headers).
 */
const userAgent = `patchbay/${version}`;

/** A request's default deadline. */
const REQUEST_TIMEOUT_MS = 20_000;
/** The longest honest answer is a page of 1000 calls with their transcripts. */
const MOST_ANSWER_BYTES = 64 * 1024 * 1024;
const CONNECT_TIMEOUT_MS = 10_000;
/**
 * An idle connection is dropped before the providers' front doors do it; a server's own `Keep-Alive` hint
 * is honoured.
 */
const KEEP_ALIVE_MS = 15_000;
/** Issues named in one message. */
const MOST_PATHS = 5;

/** A send path of its own, with its own kept-alive connections. */
export function createHttpClient(settings: HttpClientSettings): HttpClient {
  const { provider, redactor, timeoutMs = REQUEST_TIMEOUT_MS } = settings;
  const limits: Limits = { timeoutMs, maxAnswerBytes: MOST_ANSWER_BYTES };
  const clock = createProviderClock(provider);
  const { host } = new URL(settings.apiUrl);
  const agent = new Agent({ connect: { timeout: CONNECT_TIMEOUT_MS }, keepAliveTimeout: KEEP_ALIVE_MS });

  const bytes: HttpClient['bytes'] = async (request, options = {}) => {
    const answer = await send(request, options);
    if (answer.status >= 400) throw errorOfAnswer(settings, request, answer);
    return answer;
  };

  const success = async (request: HttpRequest, options: CallOptions = {}): Promise<Answer> => {
    const answer = await bytes(request, options);
    if (answer.status >= 300) throw errorOfAnswer(settings, request, answer);
    return answer;
  };

  const unexpected: HttpClient['unexpected'] = (request, status, why) =>
    unexpectedAnswer(settings, request, status, why);

  return {
    clock,
    bytes,
    unexpected,
    tooLarge: (request, why, action) => tooLarge(settings, request, why, action),
    timedOut: (request) => wireFailure(provider, redactor, request, callerTimedOut(), timeoutMs),
    refused: (request, why) => notSent(settings, request, why),
    async done(request, options) {
      await success(request, options);
    },
    async json(request, schema, options) {
      const { status, body } = await success(request, options);
      const json = parseJson(body);
      if (json === undefined) throw unexpected(request, status, 'it is not JSON');
      request.verify?.(json, status);
      const read = schema.safeParse(json);
      if (!read.success) throw unexpected(request, status, `not as documented at ${pathsOf(read.error)}`);
      return read.data;
    },
    close: () => agent.close(),
  };

  async function send(request: HttpRequest, options: CallOptions): Promise<Answer> {
    const headers = { 'user-agent': userAgent, ...request.headers };
    try {
      const answer = await exchange(agent, { ...request, headers }, limits, options);
      if (request.url.host === host) clock.observe(answer.headers, answer);
      return answer;
    } catch (error) {
      if (options.signal?.aborted === true && error === options.signal.reason && !isTimeout(error)) throw error;
      throw wireFailure(provider, redactor, request, error, timeoutMs);
    }
  }
}

const callerTimedOut = (): DOMException => new DOMException('The deadline of the caller passed.', 'TimeoutError');

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8')) as unknown;
  } catch {
    return undefined;
  }
}

function pathsOf(error: z.ZodError): string {
  const paths = [...new Set(error.issues.map(({ path }) => path.map(String).join('.') || 'the top'))];
  const rest = paths.length - MOST_PATHS;
  return paths.slice(0, MOST_PATHS).join(', ') + (rest > 0 ? ` and ${String(rest)} more` : '');
}
