import type { ApiVersion } from './settings.js';

/** Makes a command line for a POSIX shell of curl's arguments, with the key in `$DIDWW_API_KEY`. */
export type CurlCommand = (args: string) => string;

/**
 * Command lines as an account of this version takes them; where the version is not known, each tries both forms, the key
 * first. At 2026-11-19 a token is bought on the spot, which needs jq (docs/providers/didww.md, Access tokens). `Accept` is
 * sent because DIDWW documents 406 for any other media type.
 */
export function curlCommand(version: ApiVersion | undefined, authUrl: string): CurlCommand {
  const withKey: CurlCommand = (args) =>
    `curl -fsS -H "Api-Key: $DIDWW_API_KEY" -H "X-DIDWW-Api-Version: 2026-04-16" ${ACCEPT} ${args}`;
  const withToken: CurlCommand = (args) =>
    `${buyToken(authUrl)} && curl -fsS -H "Authorization: Bearer $TOKEN" ${ACCEPT} ${args}`;
  switch (version) {
    case '2026-04-16':
      return withKey;
    case '2026-11-19':
      return withToken;
    case undefined:
      return (args) => `${withKey(args)} || { ${withToken(args)}; }`;
    default:
      return version satisfies never;
  }
}

const ACCEPT = "-H 'Accept: application/vnd.api+json'";

const buyToken = (authUrl: string): string =>
  `TOKEN=$(curl -fsS -H "Api-Key: $DIDWW_API_KEY" -H 'Content-Type: application/json'` +
  ` -d '{"aud":"api.didww.com","api_version":"2026-11-19"}' '${authUrl}/token' | jq -re .access_token)`;
