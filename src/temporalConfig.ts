/**
 * Temporal's own environment configuration (https://docs.temporal.io/develop/environment-configuration).
 * Its library passes over mistakes that would connect elsewhere or in the clear, so they are looked for
 * first.
 */
import { isAbsolute, join } from 'node:path';
import {
  type ClientConfigProfile,
  type ClientConnectConfig,
  loadClientConfigProfile,
  toClientOptions,
} from '@temporalio/envconfig';
import { z } from 'zod';
import { systemFault } from './domain/reports/systemFault.js';
import { readBytes, readText, unreadable } from './files.js';
import type { Settings } from './settings.js';
import { unusableCertificates } from './temporalCertificates.js';

/** How to reach Temporal; `connectionOptions` fit `Connection.connect` and `NativeConnection.connect`. */
export interface TemporalConfig {
  readonly namespace: string;
  readonly connectionOptions: ClientConnectConfig['connectionOptions'] & { readonly address: string };
}

/**
 * A page of a large run's history is above the 4 MB that grpc-js takes unless told otherwise. The SDK's own
 * default of 128 MB has a name that grpc-js does not know (`addDefaults` in connection.ts of
 * `@temporalio/client` 1.24.0).
 */
export const LARGE_ANSWERS = { 'grpc.max_receive_message_length': 128 * 1024 * 1024 } as const;

export const ADDRESS = 'localhost:7233';
export const NAMESPACE = 'default';

const SWITCHES = ['TEMPORAL_TLS', 'TEMPORAL_TLS_DISABLE_HOST_VERIFICATION'];
const CERTIFICATES = [
  'TEMPORAL_TLS_CLIENT_CERT_PATH',
  'TEMPORAL_TLS_CLIENT_KEY_PATH',
  'TEMPORAL_TLS_SERVER_CA_CERT_PATH',
];

/** Settings of a client of Temporal, from its variables, its configuration file and their profiles. */
export function temporalConfig(settings: Settings): TemporalConfig {
  for (const name of SWITCHES) {
    if (!/^(true|false|1|0)$/.test(settings.get(name) ?? '1')) settings.wrong(name, 'must be true or false');
  }
  for (const name of CERTIFICATES) {
    const path = settings.get(name);
    const file = path === undefined ? undefined : readBytes(path);
    if (file !== undefined && 'problem' in file) settings.wrong(name, `names a file that ${file.problem}`);
  }
  const profile = profileOf(settings);
  const { connectionOptions, namespace } = connectOptions(settings, profile);
  const address = profile.address ?? ADDRESS;
  // The client's own message about a key that does not fit into a header would repeat it.
  if (!/^[\x21-\x7e]*$/.test(profile.apiKey ?? '')) {
    settings.wrong('TEMPORAL_API_KEY', 'does not hold a key: it has spaces or other characters in it that no key has');
  }
  if (!HEADER_VALUE.test(namespace ?? '')) {
    settings.wrong('TEMPORAL_NAMESPACE', `${ASCII}, as it goes into a header`);
  }
  if (!/^[\w.:-]*$/.test(profile.tls?.serverName ?? '')) {
    settings.wrong('TEMPORAL_TLS_SERVER_NAME', 'must be the name of a host');
  }
  if (!isAddress(address)) settings.wrong('TEMPORAL_ADDRESS', 'must be host:port, without a scheme');
  return { namespace: namespace ?? NAMESPACE, connectionOptions: { ...connectionOptions, address } };
}

function profileOf(settings: Settings): ClientConfigProfile {
  const { file, data } = configurationFile(settings);
  try {
    const others = settings.all(/^TEMPORAL_(?!CLI_PATH$|CONFIG_FILE$|GRPC_META_)/);
    const overrideEnvVars = { ...others, ...headers(settings) };
    const profile = loadClientConfigProfile({ overrideEnvVars, configSource: { data } });
    const odd = profileShape.safeParse(profile).error?.issues[0];
    if (odd !== undefined) {
      const member = odd.path.map(memberOfToml).join('.');
      settings.wrong('TEMPORAL_CONFIG_FILE', `${file} whose profile is wrong: ${member} ${odd.message}`);
      return {};
    }
    refuseHalfPair(settings, profile);
    return profile;
  } catch (error) {
    settings.wrong(...problemOfProfile(error, file));
    return {};
  }
}

function refuseHalfPair(settings: Settings, { tls: { clientCert, clientKey } = {} }: ClientConfigProfile): void {
  if ((clientCert === undefined) === (clientKey === undefined)) return;
  const missing = clientCert === undefined ? 'CERT' : 'KEY';
  settings.wrong(`TEMPORAL_TLS_CLIENT_${missing}_PATH`, 'is missing: a client certificate and its key go together');
}

/** The library's words are not repeated where they may quote the file, which can hold a key. */
function problemOfProfile(error: unknown, file: string): [setting: string, problem: string] {
  const words = error instanceof Error ? error.message : '';
  if (words.startsWith('Profile ')) {
    return ['TEMPORAL_PROFILE', 'names a profile that the configuration file lacks'];
  }
  if (words.startsWith('Cannot specify both')) {
    return ['TEMPORAL_TLS_*', 'sets the same thing as _PATH and as _DATA'];
  }
  const line = error instanceof Error && 'line' in error ? ` at line ${String(error.line)}` : '';
  return ['TEMPORAL_CONFIG_FILE', line === '' ? `${file} that has no profiles` : `${file} that is not TOML${line}`];
}

/** Of text (https://grpc.io/docs/guides/metadata/): what ends in `-bin` would have to be bytes. */
const HEADER_NAME = /^(?!.*[-_]bin$)[0-9a-z_.-]+$/;
const HEADER_VALUE = /^[\x20-\x7e]*$/;
const NO_NAME = 'is no name of a header of text';
/**
 * Of HTTP's own connection, which HTTP/2 has none of and its clients refuse to send (RFC 9113, section
 * 8.2.2), and those that say for whom and how long a request is.
 */
const NOT_OF_HTTP =
  /^(?!(?:connection|upgrade|http2[-_]settings|keep[-_]alive|proxy[-_]connection|transfer[-_]encoding|te|host|content[-_]length)$)/;
const OF_HTTP = 'is a header that only the connection itself may set';
const ASCII = 'must be visible ASCII';

/** Of the members that are used: TOML has numbers and more where Temporal's client takes text alone. */
const text = z.string('must be text').optional();
const source = z.union([z.object({ path: z.string() }), z.object({ data: z.unknown() })], 'must be text').optional();
const profileShape = z.object({
  address: text,
  namespace: text,
  apiKey: text,
  tls: z
    .object({
      disabled: z.boolean('must be true or false').optional(),
      serverName: text,
      clientCert: source,
      clientKey: source,
      serverCACert: source,
    })
    .optional(),
  grpcMeta: z
    .record(z.string(), z.string('must be text'), 'must be a table')
    .superRefine((given, context) => {
      for (const [name, value] of Object.entries(given)) {
        const message = problemOfHeader(name, value);
        if (message !== undefined) context.addIssue({ code: 'custom', path: [name], message });
      }
    })
    .optional(),
});

/** Headers that go with every request, each a variable of its own; those that cannot be sent are noted. */
function headers(settings: Settings): Record<string, string> {
  const given = Object.entries(settings.all(/^TEMPORAL_GRPC_META_/));
  return Object.fromEntries(
    given.filter(([variable, value]) => {
      const name = variable.replace('TEMPORAL_GRPC_META_', '').toLowerCase();
      const problem = problemOfHeader(name, value);
      if (problem !== undefined) settings.wrong(variable, problem);
      return problem === undefined;
    }),
  );
}

function problemOfHeader(name: string, value: string): string | undefined {
  if (!HEADER_NAME.test(name)) return NO_NAME;
  if (!NOT_OF_HTTP.test(name)) return OF_HTTP;
  return HEADER_VALUE.test(value) ? undefined : ASCII;
}

/** As the file writes it: `api_key`. */
const memberOfToml = (member: PropertyKey): string =>
  String(member).replaceAll(/[A-Z]+/g, (letters) => `_${letters.toLowerCase()}`);

/** A file that holds nothing, or comments alone. */
const NO_PROFILE = '[profile]';

/** What holds the profiles, decoded as every file, and how to speak of it. */
function configurationFile(settings: Settings): { readonly file: string; readonly data: string } {
  const given = settings.get('TEMPORAL_CONFIG_FILE');
  const path = given ?? defaultPlace(settings);
  const file = given === undefined ? `is not set, and at its default place is ${path}, a file` : 'names a file';
  const content = path === undefined ? { text: '' } : readText(path);
  if ('text' in content) {
    const isEmpty = content.text.replaceAll(/#.*$/gm, '').trim() === '';
    return { file, data: isEmpty ? NO_PROFILE : content.text };
  }
  const isNone = given === undefined && content.isAbsent === true;
  if (!isNone) settings.wrong('TEMPORAL_CONFIG_FILE', `${file} that ${content.problem}`);
  return { file, data: NO_PROFILE };
}

/** As its library has it, which would read the file in UTF-8 alone. */
function defaultPlace(settings: Settings): string | undefined {
  const [home, xdg, appData] = ['HOME', 'XDG_CONFIG_HOME', 'APPDATA'].map((name) => settings.get(name));
  const folder = {
    win32: appData,
    darwin: home && join(home, 'Library', 'Application Support'),
    linux: xdg === undefined ? home && join(home, '.config') : isAbsolute(xdg) ? xdg : undefined,
  }[process.platform === 'win32' || process.platform === 'darwin' ? process.platform : 'linux'];
  return folder && join(folder, 'temporalio', 'temporal.toml');
}

/** Reads the certificate files; a file that a profile names may be missing as well. */
function connectOptions(settings: Settings, profile: ClientConfigProfile): ClientConnectConfig {
  if (settings.isWrong(/^TEMPORAL_TLS/)) return { connectionOptions: {} };
  try {
    const options = toClientOptions(profile);
    for (const { setting, problem } of unusableCertificates(options.connectionOptions.tls)) {
      settings.wrong(setting, problem);
    }
    return options;
  } catch (error) {
    const file = systemFault(error)?.of ?? 'a certificate or key file';
    settings.wrong('TEMPORAL_CONFIG_FILE', `has a profile that names ${file}, which ${unreadable(error)}`);
    return { connectionOptions: {} };
  }
}

function isAddress(text: string): boolean {
  const port = /^(?:\[[\da-f:.]+\]|[^\s:/[\]]+)(?::(\d{1,5}))?$/i.exec(text);
  return port !== null && Number(port[1] ?? 1) >= 1 && Number(port[1] ?? 1) <= 65_535;
}
