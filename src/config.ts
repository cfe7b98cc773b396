/**
 * Settings from the environment: read once at start, each program those that it uses. Belongs here: names,
 * defaults and checks of environment variables. Does not: how any setting is read (`settings.ts`),
 * connecting to anything (`client.ts`, `worker.ts`).
 */
import { VERSION_SETTINGS, type VersionSetting } from './didww/versions/settings.js';
import { type Decoded } from './domain/text/decoded.js';
import { keyProblem, trimmed } from './domain/text/setting.js';
import { addressProblem, notDidwwAddress, notVapiAddress } from './domain/reports/providerAddress.js';
import { type Region, VAPI } from './domain/sip/addresses.js';
import { readText } from './files.js';
import { type CliPlaces, cliPlaces, dataFolder } from './localConfig.js';
import { checked, type Environment, type Settings } from './settings.js';
import { temporalConfig, type TemporalConfig } from './temporalConfig.js';

export { type CliPlaces, readCliPlaces } from './localConfig.js';
export { ConfigError, type Environment } from './settings.js';
export { LARGE_ANSWERS, type TemporalConfig } from './temporalConfig.js';

/** What every program needs that talks to Temporal. */
export interface ClientConfig {
  readonly temporal: TemporalConfig;
  readonly taskQueue: string;
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

/** What `dev` needs: it brings its own Temporal. */
export interface DevConfig {
  readonly taskQueue: string;
  readonly cli: CliPlaces;
}

/** What `dev --live` needs besides. */
export interface LiveConfig extends DevConfig {
  readonly providers: ProviderConfig;
  /** The folder of its database, which need not be there yet. */
  readonly dataFolder: string;
}

export const DIDWW_API_URL = 'https://api.didww.com/v3';
export const TASK_QUEUE = 'patchbay';

/** Settings of the worker: Temporal and both provider keys. Throws `ConfigError`. */
export const readWorkerConfig = (env: Environment): WorkerConfig =>
  checked(env, (settings) => ({ ...clientConfig(settings), ...providerConfig(settings) }));

/** Settings of whatever only starts and watches runs. Throws `ConfigError`. */
export const readClientConfig = (env: Environment): ClientConfig => checked(env, clientConfig);

/** Settings of `dev`. Throws `ConfigError`. */
export const readDevConfig = (env: Environment): DevConfig => checked(env, devConfig);

/** Settings of `dev --live`. Throws `ConfigError`. */
export const readLiveConfig = (env: Environment): LiveConfig =>
  checked(env, (settings) => ({
    ...devConfig(settings),
    providers: providerConfig(settings),
    dataFolder: dataFolder(settings),
  }));

/** The address of Vapi's API for a region, unless the environment set one, which then serves both. */
export const vapiUrlFor = (region: Region, configured?: string): string => configured ?? VAPI[region].apiUrl;

const clientConfig = (settings: Settings): ClientConfig => ({
  temporal: temporalConfig(settings),
  taskQueue: taskQueue(settings),
});

const devConfig = (settings: Settings): DevConfig => ({
  taskQueue: taskQueue(settings),
  cli: cliPlaces(settings),
});

/** Temporal takes names of up to 1,000 characters; the worker's other queue has a longer one. */
export const LONGEST_TASK_QUEUE = 900;

function taskQueue(settings: Settings): string {
  const name = settings.get('PATCHBAY_TASK_QUEUE') ?? TASK_QUEUE;
  if (name.length > LONGEST_TASK_QUEUE) {
    return settings.wrong('PATCHBAY_TASK_QUEUE', `must be at most ${String(LONGEST_TASK_QUEUE)} characters`);
  }
  // Temporal keeps this beginning for itself, and says so only when the worker polls.
  return name.startsWith('/_sys/') ? settings.wrong('PATCHBAY_TASK_QUEUE', 'must not begin with /_sys/') : name;
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
  const text = settings.get('DIDWW_API_VERSION') ?? 'auto';
  const known = VERSION_SETTINGS.find((one) => one === text);
  if (known === undefined) settings.wrong('DIDWW_API_VERSION', `must be one of ${VERSION_SETTINGS.join(', ')}`);
  return known ?? 'auto';
}

/** A key stands in its variable, or in the file that `<variable>_FILE` names. */
function key(settings: Settings, name: string): string {
  const fileName = `${name}_FILE`;
  const [direct, file] = [settings.get(name), settings.get(fileName)];
  if (direct !== undefined && file !== undefined) {
    return settings.wrong(name, `and ${fileName} are both set: keep one of them`);
  }
  if (direct === undefined && file === undefined) {
    return settings.wrong(name, `is missing: set it, or ${fileName} to a file that holds the key`);
  }
  if (direct !== undefined) return keyIn(settings, name, { text: direct });
  return keyIn(settings, fileName, readText(file ?? ''));
}

function keyIn(settings: Settings, name: string, content: Decoded): string {
  if ('problem' in content) return settings.wrong(name, `names a file that ${content.problem}`);
  const value = trimmed(content.text);
  const problem = keyProblem(value);
  return problem === undefined ? value : settings.wrong(name, `does not hold a key: ${problem}`);
}

function url(
  settings: Settings,
  name: string,
  notTheApi: (url: URL) => string | undefined = () => undefined,
): string | undefined {
  const text = settings.get(name);
  if (text === undefined) return undefined;
  const problem = addressProblem(text) ?? notTheApi(new URL(text));
  return problem === undefined ? text.replace(/\/+$/, '') : settings.wrong(name, problem);
}

/** The origin of an address that has no path. */
function origin(settings: Settings, name: string): string | undefined {
  const text = url(settings, name);
  if (text === undefined || !URL.canParse(text)) return text;
  const { origin: found, pathname } = new URL(text);
  return pathname === '/'
    ? found
    : settings.wrong(name, 'must be an origin such as https://auth.didww.com, without a path');
}
