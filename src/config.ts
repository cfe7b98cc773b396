/**
 * Settings from the environment: read once at start, all wrong ones named in one message. Belongs here:
 * names, defaults and checks of environment variables. Does not: connecting to anything (`client.ts`,
 * `worker.ts`).
 */
import { accessSync, constants, readFileSync } from 'node:fs';
import {
  type ClientConfigProfile,
  type ClientConnectConfig,
  loadClientConfigProfile,
  toClientOptions,
} from '@temporalio/envconfig';
import { VERSION_SETTINGS, type VersionSetting } from './didww/versions/settings.js';
import { decodedText, type Decoded, isReplaced } from './domain/decodedText.js';
import { hiddenWords } from './domain/hiddenCharacters.js';
import { keyProblem, trimmed } from './domain/settingText.js';
import { addressProblem, notDidwwAddress, notVapiAddress } from './domain/providerAddress.js';
import { type Region, VAPI } from './domain/sip.js';
import { unusableCertificates } from './temporalCertificates.js';

/** Environment variables, as `process.env` has them; empty ones count as not set. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** How to reach Temporal; `connectionOptions` fit `Connection.connect` and `NativeConnection.connect`. */
export interface TemporalConfig {
  readonly namespace: string;
  readonly connectionOptions: ClientConnectConfig['connectionOptions'] & { readonly address: string };
}

/** What every program needs that talks to Temporal. */
export interface ClientConfig {
  readonly temporal: TemporalConfig;
  readonly taskQueue: string;
  /** A Temporal CLI that is already there. */
  readonly temporalCliPath?: string;
}

/** The two accounts. */
export interface ProviderConfig {
  readonly didww: {
    readonly apiUrl: string;
    /** Origin of the token service; without it the one that belongs to `apiUrl`. */
    readonly authUrl?: string;
    readonly apiKey: string;
    /** The account's API version; without it it is found out. */
    readonly version?: VersionSetting;
  };
  /** Without `apiUrl` the region decides: `vapiUrlFor`. */
  readonly vapi: { readonly apiUrl?: string; readonly apiKey: string };
}

export type WorkerConfig = ClientConfig & ProviderConfig;

/** One setting that is missing or malformed. Never holds its value. */
export interface SettingProblem {
  readonly setting: string;
  readonly problem: string;
}

/** Stops a program at start. The message names every wrong setting, one a line. */
export class ConfigError extends Error {
  readonly problems: readonly SettingProblem[];

  constructor(problems: readonly SettingProblem[]) {
    const lines = problems.map(({ setting, problem }) => `  ${setting} ${problem}`);
    super(['Settings in the environment are missing or malformed:', ...lines].join('\n'));
    this.name = 'ConfigError';
    this.problems = problems;
  }
}

const DIDWW_API_URL = 'https://api.didww.com/v3';
const TASK_QUEUE = 'patchbay';
const TEMPORAL_ADDRESS = 'localhost:7233';
const TEMPORAL_NAMESPACE = 'default';

/** Settings of the worker: Temporal and both provider keys. Throws `ConfigError`. */
export const readWorkerConfig = (env: Environment): WorkerConfig =>
  checked(env, (settings) => ({ ...clientConfig(settings), ...providerConfig(settings) }));

/** Settings of whatever only starts and watches runs. Throws `ConfigError`. */
export const readClientConfig = (env: Environment): ClientConfig => checked(env, clientConfig);

/** Settings of a worker whose Temporal is at hand already (`dev --live`). Throws `ConfigError`. */
export const readProviderConfig = (env: Environment): ProviderConfig => checked(env, providerConfig);

/** The address of Vapi's API for a region, unless the environment set one, which then serves both. */
export const vapiUrlFor = (region: Region, configured?: string): string => configured ?? VAPI[region].apiUrl;

/** The environment without its empty members, and what was found wrong so far. */
interface Settings {
  readonly env: Readonly<Record<string, string>>;
  readonly problems: SettingProblem[];
}

function checked<T>(env: Environment, read: (settings: Settings) => T): T {
  const given = Object.entries(env).flatMap(([name, value]) => {
    const text = trimmed(value ?? '');
    return text === '' ? [] : [[name, text] as const];
  });
  const settings: Settings = { env: Object.fromEntries(given), problems: [] };
  const config = read(settings);
  for (const [name, text] of given) refuseHidden(settings, name, text);
  if (settings.problems.length > 0) throw new ConfigError(settings.problems);
  return config;
}

/** A setting that looks right and is not: said instead of what else it is refused for. */
function refuseHidden({ problems }: Settings, setting: string, text: string): void {
  if (!/^(?:DIDWW|VAPI|TEMPORAL|PATCHBAY)_/.test(setting)) return;
  const problem = isReplaced(text) ? 'is not UTF-8' : hiddenWords(text, true);
  if (problem === undefined) return;
  const at = problems.findIndex((one) => one.setting === setting);
  problems.splice(at === -1 ? problems.length : at, at === -1 ? 0 : 1, { setting, problem });
}

function clientConfig(settings: Settings): ClientConfig {
  const cliPath = settings.env['TEMPORAL_CLI_PATH'];
  if (cliPath !== undefined && !isAccessible(cliPath, constants.X_OK)) {
    wrong(settings, 'TEMPORAL_CLI_PATH', 'is not a program that can be run');
  }
  return {
    temporal: temporalConfig(settings),
    taskQueue: settings.env['PATCHBAY_TASK_QUEUE'] ?? TASK_QUEUE,
    ...(cliPath === undefined ? {} : { temporalCliPath: cliPath }),
  };
}

function providerConfig(settings: Settings): ProviderConfig {
  const authUrl = origin(settings, 'DIDWW_AUTH_URL');
  const didww = {
    apiUrl: url(settings, 'DIDWW_API_URL', notDidwwAddress) ?? DIDWW_API_URL,
    ...(authUrl === undefined ? {} : { authUrl }),
    apiKey: key(settings, 'DIDWW_API_KEY'),
    version: didwwVersion(settings),
  };
  const vapiUrl = url(settings, 'VAPI_API_URL', notVapiAddress);
  const vapi = { ...(vapiUrl === undefined ? {} : { apiUrl: vapiUrl }), apiKey: key(settings, 'VAPI_API_KEY') };
  return { didww, vapi };
}

function didwwVersion(settings: Settings): VersionSetting {
  const text = settings.env['DIDWW_API_VERSION'] ?? 'auto';
  const known = VERSION_SETTINGS.find((one) => one === text);
  if (known === undefined) wrong(settings, 'DIDWW_API_VERSION', `must be one of ${VERSION_SETTINGS.join(', ')}`);
  return known ?? 'auto';
}

/** A key stands in its variable, or in the file that `<variable>_FILE` names. */
function key(settings: Settings, name: string): string {
  const fileName = `${name}_FILE`;
  const { [name]: direct, [fileName]: file } = settings.env;
  if (direct !== undefined && file !== undefined) {
    return wrong(settings, name, `and ${fileName} are both set: keep one of them`);
  }
  if (direct === undefined && file === undefined) {
    return wrong(settings, name, `is missing: set it, or ${fileName} to a file that holds the key`);
  }
  if (direct !== undefined) return keyIn(settings, name, { text: direct });
  const bytes = readBytes(file ?? '');
  return bytes === undefined
    ? wrong(settings, fileName, 'names a file that cannot be read')
    : keyIn(settings, fileName, decodedText(bytes));
}

function keyIn(settings: Settings, name: string, content: Decoded): string {
  if ('problem' in content) return wrong(settings, name, `names a file that ${content.problem}`);
  const value = trimmed(content.text);
  const problem = keyProblem(value);
  return problem === undefined ? value : wrong(settings, name, `does not hold a key: ${problem}`);
}

function url(
  settings: Settings,
  name: string,
  notTheApi: (url: URL) => string | undefined = () => undefined,
): string | undefined {
  const text = settings.env[name];
  if (text === undefined) return undefined;
  const problem = addressProblem(text) ?? notTheApi(new URL(text));
  return problem === undefined ? text.replace(/\/+$/, '') : wrong(settings, name, problem);
}

/** The origin of an address that has no path. */
function origin(settings: Settings, name: string): string | undefined {
  const text = url(settings, name);
  if (text === undefined || !URL.canParse(text)) return text;
  const { origin: found, pathname } = new URL(text);
  return pathname === '/'
    ? found
    : wrong(settings, name, 'must be an origin such as https://auth.didww.com, without a path');
}

const TEMPORAL_SWITCHES = ['TEMPORAL_TLS', 'TEMPORAL_TLS_DISABLE_HOST_VERIFICATION'];
const TEMPORAL_FILES = [
  'TEMPORAL_CONFIG_FILE',
  'TEMPORAL_TLS_CLIENT_CERT_PATH',
  'TEMPORAL_TLS_CLIENT_KEY_PATH',
  'TEMPORAL_TLS_SERVER_CA_CERT_PATH',
];

/**
 * Temporal's own environment configuration. Its library passes over mistakes that would connect elsewhere
 * or in the clear, so they are looked for first.
 */
function temporalConfig(settings: Settings): TemporalConfig {
  for (const name of TEMPORAL_SWITCHES) {
    const value = settings.env[name];
    if (value !== undefined && !/^(true|false|1|0)$/.test(value)) wrong(settings, name, 'must be true or false');
  }
  for (const name of TEMPORAL_FILES) {
    const file = settings.env[name];
    if (file !== undefined && !isAccessible(file, constants.R_OK)) {
      wrong(settings, name, 'names a file that cannot be read');
    }
  }
  const profile = temporalProfile(settings);
  const { connectionOptions, namespace } = connectOptions(settings, profile);
  const address = profile.address ?? TEMPORAL_ADDRESS;
  // The client's own message about a key that does not fit into a header would repeat it.
  if (!/^[\x21-\x7e]*$/.test(profile.apiKey ?? '')) {
    wrong(settings, 'TEMPORAL_API_KEY', 'does not hold a key: it has spaces or other characters in it that no key has');
  }
  if (!isAddress(address)) wrong(settings, 'TEMPORAL_ADDRESS', 'must be host:port, without a scheme');
  return { namespace: namespace ?? TEMPORAL_NAMESPACE, connectionOptions: { ...connectionOptions, address } };
}

function temporalProfile(settings: Settings): ClientConfigProfile {
  try {
    const profile = loadClientConfigProfile({ overrideEnvVars: { ...settings.env }, ...temporalFile(settings) });
    const { clientCert, clientKey } = profile.tls ?? {};
    if ((clientCert === undefined) !== (clientKey === undefined)) {
      const missing = clientCert === undefined ? 'CERT' : 'KEY';
      wrong(
        settings,
        `TEMPORAL_TLS_CLIENT_${missing}_PATH`,
        'is missing: a client certificate and its key go together',
      );
    }
    return profile;
  } catch (error) {
    // The library's words are not repeated where they may quote the file, which can hold a key.
    const words = error instanceof Error ? error.message : '';
    if (words.startsWith('Profile '))
      wrong(settings, 'TEMPORAL_PROFILE', 'names a profile that the configuration file lacks');
    else if (words.startsWith('Cannot specify both'))
      wrong(settings, 'TEMPORAL_TLS_*', 'sets the same thing as _PATH and as _DATA');
    else wrong(settings, 'TEMPORAL_CONFIG_FILE', '(or the file at its default place) is not a readable TOML file');
    return {};
  }
}

/**
 * The configuration file that is named, decoded as every other; without one the library looks at its
 * default place.
 */
function temporalFile(settings: Settings): { readonly configSource?: { readonly data: string } } {
  const bytes = readBytes(settings.env['TEMPORAL_CONFIG_FILE'] ?? '');
  if (bytes === undefined) return {};
  const content = decodedText(bytes);
  if ('text' in content) return { configSource: { data: content.text } };
  wrong(settings, 'TEMPORAL_CONFIG_FILE', `names a file that ${content.problem}`);
  return { configSource: { data: '' } };
}

/** Reads the certificate files; a file that a profile names may be missing as well. */
function connectOptions(settings: Settings, profile: ClientConfigProfile): ClientConnectConfig {
  const isBroken = settings.problems.some(({ setting }) => setting.startsWith('TEMPORAL_TLS'));
  if (isBroken) return { connectionOptions: {} };
  try {
    const options = toClientOptions(profile);
    for (const { setting, problem } of unusableCertificates(options.connectionOptions.tls)) {
      wrong(settings, setting, problem);
    }
    return options;
  } catch {
    wrong(settings, 'TEMPORAL_CONFIG_FILE', 'names a certificate or key file that cannot be read');
    return { connectionOptions: {} };
  }
}

function isAddress(text: string): boolean {
  const port = /^(?:\[[\da-f:.]+\]|[^\s:/[\]]+)(?::(\d{1,5}))?$/i.exec(text);
  return port !== null && Number(port[1] ?? 1) >= 1 && Number(port[1] ?? 1) <= 65_535;
}

function isAccessible(path: string, mode: number): boolean {
  try {
    accessSync(path, mode);
    return true;
  } catch {
    return false;
  }
}

function readBytes(path: string): Uint8Array | undefined {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}

/** Notes the problem; what it returns is never used, since a problem stops the program. */
function wrong(settings: Settings, setting: string, problem: string): string {
  settings.problems.push({ setting, problem });
  return '';
}
