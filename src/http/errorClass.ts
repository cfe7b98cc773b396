import { shorten } from '../domain/text/cut.js';
import { type Answer, type HttpRequest, mayChange } from './exchange.js';
import { type Provider, ProviderError, type ProviderProblem, type WireErrorClass } from './providerError.js';
import type { Redactor } from './redactor.js';
import { dateIn } from './providerClock.js';
import { sentence } from './wording.js';

/** What a failing answer is read with. */
export interface FailureReader {
  readonly provider: Provider;
  readonly redactor: Redactor;
  /** The provider's own words in a JSON body of an error; empty where there are none. */
  readonly readProblems: (json: unknown) => readonly ProviderProblem[];
}

const LONGEST_DETAIL = 300;
const MOST_PROBLEMS = 20;
/** Of one text, before it is redacted and cut. */
const MOST_READ = 5_000;

/**
 * Cloudflare's refusal, which stands in front of Vapi (docs/providers/vapi.md, Errors): it is about the
 * client, not the key.
 */
const CLOUDFLARE_BLOCK = /^\s*error code: (\d{4})\s*$/i;

/** The error that an answer outside 200 to 299 stands for. */
export function errorOfAnswer(reader: FailureReader, request: HttpRequest, answer: Answer): ProviderError {
  const { provider, redactor } = reader;
  const text = answer.body.toString('utf8');
  const problems = readProblems(reader, text);
  const errorClass = classOf(request.method, answer.status, problems);
  const wait = retryAfterMs(answer.headers);
  const words =
    problems.map((problem) => problem.detail).join('; ') || shorten(redactor.redact(plainWords(text)), LONGEST_DETAIL);
  const operation = redactor.redact(request.operation);
  const action = request.advise?.({ status: answer.status, headers: answer.headers, problems });
  const message = sentence({ provider, operation, errorClass, status: answer.status, words, retryAfterMs: wait });
  return new ProviderError(message, {
    provider,
    errorClass,
    operation,
    status: answer.status,
    problems,
    mayHaveTakenEffect: mayChange(request) && (answer.status >= 500 || answer.status === 408),
    ...(action === undefined ? {} : { action }),
    ...(wait === undefined ? {} : { retryAfterMs: wait }),
  });
}

function classOf(method: HttpRequest['method'], status: number, problems: readonly ProviderProblem[]): WireErrorClass {
  if (status >= 500 || status === 408) return 'provider-fault';
  if (status < 400) return 'unexpected-answer';
  switch (status) {
    case 401:
      return 'authentication';
    case 403:
      return 'permission';
    case 404:
    case 410:
      return 'not-found';
    case 409:
      return 'conflict';
    case 422:
      return method === 'DELETE' || isAboutWhatExists(problems) ? 'conflict' : 'invalid-request';
    case 429:
      return 'rate-limited';
    default:
      return 'invalid-request';
  }
}

/**
 * DIDWW has no 409: a taken name and an object in use are 422 (docs/providers/didww.md, Errors). A DELETE
 * has no input that could be invalid, so there any 422 means in use. Beside another problem a taken name is
 * not the reason to look for the object.
 */
function isAboutWhatExists(problems: readonly ProviderProblem[]): boolean {
  const aboutIt = ({ title, detail }: ProviderProblem): boolean =>
    /has already been taken|\bin use\b/i.test(`${title ?? ''} ${detail}`);
  return problems.length > 0 && problems.every(aboutIt);
}

function readProblems({ readProblems: read, redactor }: FailureReader, text: string): readonly ProviderProblem[] {
  // Redacted before it is cut: half a secret would not be recognised.
  const clean = (words: string): string => shorten(redactor.redact(words.slice(0, MOST_READ)), LONGEST_DETAIL);
  return read(parseJson(text))
    .slice(0, MOST_PROBLEMS)
    .map(({ detail, pointer, title }) => ({
      detail: clean(detail),
      ...(pointer === undefined ? {} : { pointer: clean(pointer) }),
      ...(title === undefined ? {} : { title: clean(title) }),
    }));
}

/** JSON has been read for its words already; of a page only its title is worth repeating. */
function plainWords(text: string): string {
  const code = CLOUDFLARE_BLOCK.exec(text)?.[1];
  if (code !== undefined) {
    return `its front door, Cloudflare, blocked this client (error code: ${code}); the API key was not looked at, check the network and any proxy`;
  }
  if (parseJson(text) !== undefined) return '';
  const title = /<title[^>]*>([^<]*)<\/title>/i.exec(text)?.[1];
  const words = title ?? (/<[a-z!]/i.test(text) ? '' : text);
  return words.replace(/\s+/g, ' ').trim().slice(0, MOST_READ);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** Longest wait that is believed; beyond it a header is more likely a fault than a wish. */
export const LONGEST_WAIT_MS = 600_000;

/**
 * Reads a `Retry-After` header (RFC 9110, 10.2.3: seconds or an HTTP date) as milliseconds from the answer
 * on, 0 to ten minutes. A date is meant on the clock that the answer's own `Date` shows; this machine's
 * stands in for one that says none. Undefined where there is none to read.
 */
export function retryAfterMs(headers: Readonly<Record<string, string>>): number | undefined {
  const text = headers['retry-after']?.trim() ?? '';
  if (text === '') return undefined;
  const now = dateIn(headers) ?? Date.now();
  const wait = /^\d+(\.\d+)?$/.test(text) ? Number(text) * 1000 : Date.parse(text) - now;
  if (Number.isNaN(wait)) return undefined;
  return Math.ceil(Math.min(Math.max(wait, 0), LONGEST_WAIT_MS));
}
