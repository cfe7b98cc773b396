/**
 * What an operator can say of DIDWW's API versions: which one the account has, and where its token service
 * is. Imports nothing, so that reading the settings loads no client.
 */

/**
 * The API versions that Patchbay works with, oldest first (docs/providers/didww.md, Transport and
 * versions).
 */
export const API_VERSIONS = ['2026-04-16', '2026-11-19'] as const;
export type ApiVersion = (typeof API_VERSIONS)[number];

/** `auto`: found out at the first request. */
export const VERSION_SETTINGS = ['auto', ...API_VERSIONS] as const;
export type VersionSetting = (typeof VERSION_SETTINGS)[number];

/** Token service by host of the API (docs/providers/didww.md, Access tokens). */
const TOKEN_SERVICES: Readonly<Record<string, string>> = {
  'api.didww.com': 'https://auth.didww.com',
  'sandbox-api.didww.com': 'https://auth-sandbox.didww.com',
};

/**
 * Origin of the token service that belongs to an API address; that of the address itself where it is not
 * DIDWW's.
 */
export function authUrlFor(apiUrl: string): string {
  const { host, origin } = new URL(apiUrl);
  return TOKEN_SERVICES[host] ?? origin;
}
