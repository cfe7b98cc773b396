/** Addresses of the providers' APIs, as far as an address alone tells that it is a wrong one. */

/**
 * What is wrong with an address that keys are sent to, whoever's it is, in words that follow its name.
 * Never holds it: a URL may hold a secret.
 */
export function addressProblem(text: string): string | undefined {
  const parsed = URL.canParse(text) ? new URL(text) : undefined;
  if (parsed === undefined || !/^https?:$/.test(parsed.protocol)) return 'is not an http(s) URL';
  if (parsed.protocol === 'http:' && !isLoopback(parsed.hostname)) {
    return "must begin with https://: the account's key is sent there (http:// is for loopback alone)";
  }
  return parsed.search + parsed.hash + parsed.username === ''
    ? undefined
    : 'must be a URL without user name, query and fragment';
}

/**
 * Whether a host, as `URL` writes it, can be this machine alone (RFC 6761, 6.3 for names, RFC 6890 for
 * addresses).
 */
const isLoopback = (host: string): boolean =>
  /^(?:.+\.)?localhost$|^127(?:\.\d+){3}$|^\[::1\]$|^\[::ffff:7f[\da-f]{2}:[\da-f]{1,4}\]$/.test(host);

/**
 * What is wrong with an address for DIDWW's API, in words that follow its name: Vapi's, or one of DIDWW's
 * without the path of API 3 (docs/providers/didww.md, Transport and versions). Undefined for any other,
 * such as a proxy's or the sandbox's.
 */
export function notDidwwAddress(url: URL): string | undefined {
  if (isAt(url, 'vapi.ai')) return "is Vapi's address, not DIDWW's";
  if (!isAt(url, 'didww.com')) return undefined;
  const { host, pathname } = url;
  const right = API_HOSTS.includes(host) ? host : 'api.didww.com';
  return host === right && /^\/v3\/*$/.test(pathname) ? undefined : `is not DIDWW's API 3: that is https://${right}/v3`;
}

/** The same for Vapi's API, which has no path (docs/providers/vapi.md, Regions and addresses). */
export function notVapiAddress(url: URL): string | undefined {
  if (isAt(url, 'didww.com')) return "is DIDWW's address, not Vapi's";
  if (!isAt(url, 'vapi.ai')) return undefined;
  const isRight = /^api\.(?:eu\.)?vapi\.ai$/.test(url.host) && /^\/*$/.test(url.pathname);
  return isRight ? undefined : "is not Vapi's API: that is https://api.vapi.ai or https://api.eu.vapi.ai";
}

const API_HOSTS: readonly string[] = ['api.didww.com', 'sandbox-api.didww.com'];

const isAt = ({ hostname }: URL, domain: string): boolean => hostname === domain || hostname.endsWith(`.${domain}`);
