/** The versions of API v3 that the sandbox plays (docs/providers/didww.md, Transport and versions). */
export const didwwVersions = ['2026-04-16', '2026-11-19'] as const;

/** A version that the sandbox plays. */
export type DidwwVersion = (typeof didwwVersions)[number];

/** Every released version, oldest first (docs/providers/didww.md, Transport and versions). */
const released: readonly string[] = ['2017-09-18', '2021-04-19', '2021-12-15', '2022-05-10', ...didwwVersions];

/**
 * Whether a client may ask for this version at all: the released ones, and the account's own, whatever that
 * is.
 */
export function isKnownVersion(version: string, assigned: string): boolean {
  return released.includes(version) || version === assigned;
}

/**
 * Which of the two an account's version behaves like: older ones like 2026-04-16, later and unknown ones
 * like 2026-11-19.
 */
export function behaviourOf(version: string): DidwwVersion {
  return version > '2026-04-16' ? '2026-11-19' : '2026-04-16';
}
