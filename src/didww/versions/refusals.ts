/**
 * Refusals of the key, its tokens or the account's version: each names the cause that can be fixed, and
 * where.
 */
import { mayChange, orWrongAddress, ProviderError, type Refusal, type RequestName } from '../../http/index.js';
import { API_VERSIONS, type ApiVersion } from './settings.js';

const ALLOWED_ADDRESSES = "the key's allowed IP addresses (DIDWW's User Panel, API)";

/** What to do about a refusal by the token service (docs/providers/didww.md, Access tokens). */
export function adviceOnMint({ status }: Refusal): string | undefined {
  if (status !== 401) return undefined;
  return (
    'Check that DIDWW_API_KEY holds a key of this account, that the key is of the same environment as DIDWW_API_URL' +
    ` (production or sandbox), and that this machine's address is among ${ALLOWED_ADDRESSES}.`
  );
}

/** What to do about a refusal by the API, whose 403 has three causes (docs/providers/didww.md, Errors). */
export function adviceOnRefusal(version: ApiVersion, operation: string): (refusal: Refusal) => string | undefined {
  return (refusal) => {
    if (refusal.status !== 403) return undefined;
    if (isScopeTooSmall(refusal)) {
      return 'DIDWW granted an access token that may only read. Ask DIDWW what limits the API key.';
    }
    if (operation.includes(' /voice_out_')) return OUTBOUND_ADVICE[version];
    return 'Ask DIDWW whether the account is read-only or lacks a permission, and have it granted.';
  };
}

/** docs/providers/didww.md, Outbound trunks. */
const OUTBOUND_ADVICE = {
  '2026-04-16': 'Ask DIDWW support to enable "Outbound" for this account.',
  '2026-11-19':
    'Ask DIDWW Sales to enable the "Outbound API" for this account, and outbound calls as well: with the first alone,' +
    ' trunks can be made but calls are refused.',
} as const satisfies Record<ApiVersion, string>;

const isScopeTooSmall = ({ headers, problems }: Refusal): boolean =>
  /insufficient_scope/i.test(headers['www-authenticate'] ?? '') ||
  problems.some(({ title }) => /^insufficient scope$/i.test(title ?? ''));

/**
 * The key alone is not accepted, and tokens cannot be bought: a wrong key and a newer version look the
 * same.
 */
export const noTokenService = (authUrl: string, { operation, status }: ProviderError): ProviderError =>
  unauthorized(
    operation,
    `There is no token service of DIDWW at ${authUrl} (${operation}: ${String(status)}), and the API key alone is not accepted.`,
    'Check DIDWW_API_KEY. Where the account has API version 2026-11-19, set DIDWW_AUTH_URL to the origin of its token service.',
  );

/**
 * What a request for a kind of objects failed with; where that cannot be at DIDWW, that its address is
 * wrong.
 */
export const orNotDidww = (error: unknown, path: string, apiUrl: string): unknown =>
  orWrongAddress(error, path, {
    provider: 'didww',
    apiUrl,
    action: "Set DIDWW_API_URL to the address of DIDWW's API 3, https://api.didww.com/v3, or leave it out.",
  });

/** A version that was set by hand, and a key that it is not served with. */
export const refusedAtFixedVersion = (operation: string, version: ApiVersion): ProviderError =>
  unauthorized(
    operation,
    `DIDWW does not accept the API key for ${operation} (401).`,
    `Check DIDWW_API_KEY and ${ALLOWED_ADDRESSES}. DIDWW_API_VERSION is ${version}: where the account was upgraded, set it to auto.`,
  );

/** A token that was bought a moment ago is refused. */
export const tokenRefused = (operation: string): ProviderError =>
  unauthorized(
    operation,
    `DIDWW does not accept the access token that it has just issued for ${operation} (401).`,
    `Check that DIDWW_API_URL and DIDWW_AUTH_URL are of the same environment, and that this machine's address is among ${ALLOWED_ADDRESSES}.`,
  );

const unauthorized = (operation: string, message: string, action: string): ProviderError =>
  new ProviderError(message, {
    provider: 'didww',
    errorClass: 'authentication',
    operation,
    status: 401,
    mayHaveTakenEffect: false,
    action,
  });

/**
 * An answer in another API version than the one that was asked for, most often because the account has one
 * that Patchbay does not know. `version`: as the answer names it; undefined where it names none.
 */
export const unsupportedVersion = (
  version: string | undefined,
  expected: ApiVersion,
  request: RequestName,
  status?: number,
): ProviderError =>
  new ProviderError(unsupportedMessage(version, expected, request.operation), {
    provider: 'didww',
    errorClass: 'unexpected-answer',
    operation: request.operation,
    ...(status === undefined ? {} : { status }),
    mayHaveTakenEffect: mayChange(request),
    isLasting: true,
    action: unsupportedAction(version),
  });

const isSupported = (version: string): boolean => API_VERSIONS.some((one) => one === version);

function unsupportedMessage(version: string | undefined, expected: ApiVersion, operation: string): string {
  if (version === undefined) return `DIDWW's answer to ${operation} does not name its API version.`;
  if (isSupported(version)) return `DIDWW answered ${operation} in API version ${version}, not in ${expected}.`;
  return `DIDWW serves this account in API version ${version}; Patchbay works with ${API_VERSIONS.join(' and ')}.`;
}

/**
 * Versions are dates, so that their order is that of text. An upgrade is the customer's and final
 * (docs/providers/didww.md, Access tokens).
 */
function unsupportedAction(version: string | undefined): string {
  if (version === undefined) return "Check that DIDWW_API_URL is the address of DIDWW's API 3.";
  if (isSupported(version)) return 'Set DIDWW_API_VERSION to auto.';
  if (version > API_VERSIONS[1]) return 'This release of Patchbay does not know that version: install a newer one.';
  return `Upgrade the account to ${API_VERSIONS[1]} on the API page of DIDWW's User Panel; an upgrade cannot be undone.`;
}
