import type { ApiVersion } from './settings.js';
import { AUDIENCE, KEY_HEADER, MEDIA_TYPE, PROBE_PATH, TOKEN_PATH, VERSION_HEADER } from './wire.js';

/** Makes a command line for a POSIX shell of curl's arguments, with the key in `$DIDWW_API_KEY`. */
export type CurlCommand = (args: string) => string;

/**
 * Command lines as an account of this version takes them; where the version is not known, each finds it out
 * as a client does, the key first. At 2026-11-19 a token is bought on the spot, which needs jq
 * (docs/providers/didww.md, Access tokens). `Accept` is sent because DIDWW documents 406 for any other
 * media type.
 */
export function curlCommand(
  version: ApiVersion | undefined,
  { apiUrl, authUrl }: { readonly apiUrl: string; readonly authUrl: string },
): CurlCommand {
  const withKey: CurlCommand = (args) => `curl -fsS ${KEY_HEADERS} ${args}`;
  const withToken: CurlCommand = (args) =>
    `(TOKEN=$(${buyToken(authUrl)}) && curl -fsS -H "Authorization: Bearer $TOKEN" ${ACCEPT} ${args})`;
  switch (version) {
    case '2026-04-16':
      return withKey;
    case '2026-11-19':
      return withToken;
    case undefined:
      return (args) => `if [ "$(${probe(apiUrl)})" = 401 ]; then ${withToken(args)}; else ${withKey(args)}; fi`;
    default:
      return version satisfies never;
  }
}

const ACCEPT = `-H 'Accept: ${MEDIA_TYPE}'`;
const KEY = `-H "${KEY_HEADER}: $DIDWW_API_KEY"`;
const KEY_HEADERS = `${KEY} -H "${VERSION_HEADER}: 2026-04-16" ${ACCEPT}`;

/** Prints the status of a read with the key. */
const probe = (apiUrl: string): string =>
  `curl -sS -o /dev/null -w '%{http_code}' ${KEY_HEADERS} '${apiUrl}${PROBE_PATH}'`;

/** Prints a token. */
const buyToken = (authUrl: string): string =>
  `curl -fsS ${KEY} -H 'Content-Type: application/json' -d '${JSON.stringify({ aud: AUDIENCE, api_version: '2026-11-19' })}'` +
  ` '${authUrl}${TOKEN_PATH}' | jq -re .access_token`;
