import { AnswerTooLarge, DeadlinePassed, mayChange } from './exchange.js';
import { type Provider, ProviderError } from './providerError.js';
import type { Redactor } from './redactor.js';
import { type RequestName, tooLarge } from './unusable.js';
import { providerName } from './wording.js';

/** Failures before the request left: nothing can have taken effect. */
const BEFORE_SENDING: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'the connection was refused',
  ENOTFOUND: 'its host name is not known',
  EAI_AGAIN: 'its host name could not be looked up',
  EHOSTUNREACH: 'there is no route to its host',
  ENETUNREACH: 'there is no network',
  UND_ERR_CONNECT_TIMEOUT: 'the connection was not made in time',
};

/** Failures after the request may have arrived. */
const WHILE_WAITING: Readonly<Record<string, string>> = {
  ECONNRESET: 'the connection was reset',
  EPIPE: 'the connection was closed',
  ETIMEDOUT: 'the connection timed out',
  UND_ERR_SOCKET: 'the connection was closed',
  UND_ERR_HEADERS_TIMEOUT: 'no answer came in time',
  UND_ERR_BODY_TIMEOUT: 'the answer stopped in the middle',
};

/** What of TLS keeps a request from being sent, by the codes of Node and OpenSSL. */
const TLS_FAULTS: readonly (readonly [RegExp, string])[] = [
  [/^CERT_HAS_EXPIRED$/, "its TLS certificate has expired, or this machine's clock is ahead"],
  [/^CERT_NOT_YET_VALID$/, "its TLS certificate is not valid yet: this machine's clock may be behind"],
  [/ALTNAME_INVALID|HOSTNAME_MISMATCH/, 'its TLS certificate is for another name: the address may be wrong'],
  [/^CERT_REVOKED$/, 'its TLS certificate was revoked'],
  [
    /SELF_SIGNED|UNABLE_TO_(?:GET|VERIFY)|CERT_UNTRUSTED|CERT_CHAIN/,
    'its TLS certificate is signed by nobody that this machine trusts; of a proxy that inspects TLS, name the certificate in NODE_EXTRA_CA_CERTS',
  ],
  [/^ERR_SSL_(?:WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG)$|^EPROTO$/, 'what answers there does not speak TLS'],
  [/CERT/, 'its TLS certificate is not valid'],
  [/^ERR_(?:TLS|SSL)/, 'no TLS connection could be agreed on'],
];

const NO_HONEST_ANSWER = [
  'it is larger than any that is expected',
  'Asking again would bring the same: report it with this message.',
] as const;

/** What went wrong where no whole answer arrived. `timeoutMs` is the default deadline of the request. */
export function wireFailure(
  provider: Provider,
  redactor: Redactor,
  request: RequestName,
  error: unknown,
  timeoutMs: number,
): ProviderError {
  if (error instanceof AnswerTooLarge) return tooLarge({ provider, redactor }, request, ...NO_HONEST_ANSWER);
  const operation = redactor.redact(request.operation);
  const code = codeOf(error);
  const isGarbled = isNotHttp(error);
  const isUnsent = code in BEFORE_SENDING || tlsFault(code) !== undefined;
  const start = isGarbled
    ? `${providerName(provider)} gave an answer to ${operation} that cannot be understood`
    : `${providerName(provider)} could not be reached for ${operation}`;
  return new ProviderError(`${start}: ${reason(error, code, timeoutMs)}.`, {
    provider,
    errorClass: isGarbled ? 'unexpected-answer' : 'network',
    operation,
    mayHaveTakenEffect: mayChange(request) && !isUnsent,
  });
}

/** Whether an abort is a deadline (`AbortSignal.timeout`), rather than somebody's wish to stop. */
export const isTimeout = (error: unknown): boolean =>
  error instanceof DeadlinePassed || (error instanceof Error && error.name === 'TimeoutError');

function reason(error: unknown, code: string, timeoutMs: number): string {
  if (error instanceof DeadlinePassed) return `no whole answer came within ${String(timeoutMs / 1000)} s`;
  if (isTimeout(error)) return 'no whole answer came in time';
  if (isNotHttp(error)) return 'it is not HTTP';
  const known = tlsFault(code) ?? BEFORE_SENDING[code] ?? WHILE_WAITING[code] ?? 'the connection failed';
  return code === '' ? known : `${known} (${code})`;
}

/** Undici's parser error; not every one has a code. */
const isNotHttp = (error: unknown): boolean => error instanceof Error && error.name === 'HTTPParserError';

const tlsFault = (code: string): string | undefined => TLS_FAULTS.find(([codes]) => codes.test(code))?.[1];

/**
 * The code of an error or of what it wraps: an `AggregateError` of tries over IPv4 and IPv6, a socket error
 * with a cause.
 */
function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return '';
  const { code, cause } = error as Error & { readonly code?: unknown };
  const own = typeof code === 'string' ? code : '';
  const inner = error instanceof AggregateError ? codeOf(error.errors[0]) : codeOf(cause);
  return own === '' || own === 'UND_ERR_SOCKET' ? inner || own : own;
}
