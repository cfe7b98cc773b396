/**
 * Words of the wire that requests and commands for people share (docs/providers/didww.md, Transport and
 * versions; Access tokens).
 */

/** Without parameters, else 406 or 415. */
export const MEDIA_TYPE = 'application/vnd.api+json';

/** Carries the key. */
export const KEY_HEADER = 'Api-Key';

/** Names the version, beside a key alone. */
export const VERSION_HEADER = 'X-DIDWW-Api-Version';

/** Below the origin of the token service. */
export const TOKEN_PATH = '/token';

/** DIDWW's own name of the API, the same for its sandbox. */
export const AUDIENCE = 'api.didww.com';

/** Any read that every account may do; below the address of the API. */
export const PROBE_PATH = '/balance';
