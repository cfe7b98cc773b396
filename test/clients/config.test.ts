import { authUrlFor } from '../../src/didww/versions/settings.js';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import {
  ConfigError,
  type Environment,
  readCliPlaces,
  readClientConfig,
  readLiveConfig,
  readWorkerConfig,
  vapiUrlFor,
} from '../../src/config.js';

const KEYS = { DIDWW_API_KEY: 'didww-canary', VAPI_API_KEY: 'vapi-canary' };

const readProviderConfig = (env: Environment) => readLiveConfig(env).providers;

const settingsOf = (read: () => unknown): readonly string[] => {
  try {
    read();
  } catch (error) {
    if (error instanceof ConfigError) return error.problems.map(({ setting }) => setting);
    throw error;
  }
  return [];
};

function file(name: string, text: string | Uint8Array): string {
  const folder = mkdtempSync(join(tmpdir(), 'patchbay-config-'));
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
  });
  writeFileSync(join(folder, name), text);
  return join(folder, name);
}

test('two keys are all that a worker needs', () => {
  expect(readWorkerConfig(KEYS)).toEqual({
    didww: { apiUrl: 'https://api.didww.com/v3', apiKey: 'didww-canary', version: 'auto' },
    vapi: { apiKey: 'vapi-canary' },
    temporal: {
      namespace: 'default',
      connectionOptions: expect.objectContaining({ address: 'localhost:7233' }) as unknown,
    },
    taskQueue: 'patchbay',
  });
});

test('a client needs nothing, and no key', () => {
  expect(readClientConfig({ PATCHBAY_TASK_QUEUE: 'mine', TEMPORAL_ADDRESS: '[::1]:7234' })).toMatchObject({
    taskQueue: 'mine',
    temporal: { connectionOptions: { address: '[::1]:7234' } },
  });
});

test('keys are read from files, without the line end', () => {
  const env = { DIDWW_API_KEY_FILE: file('didww', 'key-1\n'), VAPI_API_KEY_FILE: file('vapi', ' key-2 ') };

  expect(readProviderConfig(env)).toMatchObject({ didww: { apiKey: 'key-1' }, vapi: { apiKey: 'key-2' } });
});

test('everything that is missing or malformed is named in one error, without a value', () => {
  const env: Environment = {
    DIDWW_API_KEY: ' ',
    DIDWW_API_URL: 'api.didww.com/canary',
    VAPI_API_KEY_FILE: '/nowhere/canary',
    VAPI_API_URL: 'https://user:canary@api.vapi.ai',
    TEMPORAL_ADDRESS: 'https://temporal.example:7233',
    TEMPORAL_TLS: 'banana',
    TEMPORAL_TLS_CLIENT_CERT_PATH: '/nowhere/canary.pem',
    TEMPORAL_CONFIG_FILE: '/nowhere/canary.toml',
  };

  expect(settingsOf(() => readWorkerConfig(env))).toEqual([
    'TEMPORAL_TLS',
    'TEMPORAL_TLS_CLIENT_CERT_PATH',
    'TEMPORAL_CONFIG_FILE',
    'TEMPORAL_TLS_CLIENT_KEY_PATH',
    'TEMPORAL_ADDRESS',
    'DIDWW_API_URL',
    'DIDWW_API_KEY',
    'VAPI_API_URL',
    'VAPI_API_KEY_FILE',
  ]);
  expect(() => readWorkerConfig(env)).toThrow(/DIDWW_API_KEY is missing: set it, or DIDWW_API_KEY_FILE/);
  expect(() => readWorkerConfig(env)).not.toThrow(/canary/);
});

test("DIDWW's token service and API version can be named", () => {
  const given = { ...KEYS, DIDWW_AUTH_URL: 'https://auth.example/', DIDWW_API_VERSION: '2026-11-19' };

  expect(readProviderConfig(given).didww).toMatchObject({ authUrl: 'https://auth.example', version: '2026-11-19' });
  expect(settingsOf(() => readProviderConfig({ ...KEYS, DIDWW_AUTH_URL: 'https://auth.example/token' }))).toEqual([
    'DIDWW_AUTH_URL',
  ]);
  expect(() => readProviderConfig({ ...KEYS, DIDWW_API_VERSION: '2026-10-22' })).toThrow(
    'DIDWW_API_VERSION must be one of auto, 2026-04-16, 2026-11-19',
  );
});

test.each([
  ['https://api.didww.com/v3', 'https://auth.didww.com'],
  ['https://sandbox-api.didww.com/v3', 'https://auth-sandbox.didww.com'],
  ['http://127.0.0.1:4010/v3', 'http://127.0.0.1:4010'],
])('the token service of %s is %s', (apiUrl, authUrl) => {
  expect(authUrlFor(apiUrl)).toBe(authUrl);
});

test('a key that is set twice is refused, rather than one taken by chance', () => {
  const env = { ...KEYS, DIDWW_API_KEY_FILE: file('didww', 'key') };

  expect(settingsOf(() => readWorkerConfig(env))).toEqual(['DIDWW_API_KEY']);
});

test('a key that cannot stand in a header is refused', () => {
  expect(settingsOf(() => readProviderConfig({ ...KEYS, VAPI_API_KEY: 'two words' }))).toEqual(['VAPI_API_KEY']);
  expect(settingsOf(() => readProviderConfig({ ...KEYS, VAPI_API_KEY: 'schlüssel' }))).toEqual(['VAPI_API_KEY']);
});

test('spaces, line ends and quotes around a setting are no part of it, whichever it is', () => {
  const around = (value: string) => ` "${value}"\r\n`;
  const env = {
    DIDWW_API_URL: around('https://sandbox-api.didww.com/v3'),
    DIDWW_AUTH_URL: around('https://auth.example'),
    DIDWW_API_KEY: around('key-1'),
    DIDWW_API_VERSION: around('2026-11-19'),
    VAPI_API_KEY_FILE: around(file('vapi', `\ufeff${around('key-2')}`)),
    VAPI_API_URL: "'https://api.eu.vapi.ai/'\u00a0",
    PATCHBAY_TASK_QUEUE: around('mine'),
    TEMPORAL_ADDRESS: around('temporal.example:7233'),
    TEMPORAL_NAMESPACE: around('calls'),
    TEMPORAL_TLS: around('true'),
  };

  expect(readWorkerConfig(env)).toMatchObject({
    didww: {
      apiUrl: 'https://sandbox-api.didww.com/v3',
      authUrl: 'https://auth.example',
      apiKey: 'key-1',
      version: '2026-11-19',
    },
    vapi: { apiKey: 'key-2', apiUrl: 'https://api.eu.vapi.ai' },
    taskQueue: 'mine',
    temporal: { namespace: 'calls', connectionOptions: { address: 'temporal.example:7233', tls: {} } },
  });
});

test.each([
  'DIDWW_API_URL',
  'DIDWW_AUTH_URL',
  'DIDWW_API_KEY',
  'DIDWW_API_VERSION',
  'VAPI_API_KEY',
  'PATCHBAY_TASK_QUEUE',
  'TEMPORAL_ADDRESS',
  'TEMPORAL_NAMESPACE',
  'TEMPORAL_TLS',
])('%s with an invisible character is said to have one, and where, without its value', (name) => {
  const told = (value: string) => () => readWorkerConfig({ ...KEYS, [name]: value });

  expect(told('ca\u200bnary')).toThrow(
    `${name} contains an invisible character (U+200B, zero-width space) as its character 3`,
  );
  expect(told('\u202acanary')).toThrow(
    `${name} contains an invisible character (U+202A, left-to-right embedding) at its`,
  );
  expect(told('can\ufffdry')).toThrow(`${name} is not UTF-8`);
  expect(told('ca\u200bnary')).not.toThrow(/nary/);
});

test('a key is refused by what is wrong with it, and a file by its encoding', () => {
  const read = (content: string | Uint8Array) => () =>
    readProviderConfig({ DIDWW_API_KEY: 'x', VAPI_API_KEY_FILE: file('vapi', content) });

  expect(read(Buffer.from('\ufeffkey', 'utf16le'))()).toMatchObject({ vapi: { apiKey: 'key' } });
  expect(read(Buffer.from('schlüssel', 'latin1'))).toThrow(
    'VAPI_API_KEY_FILE names a file that is not UTF-8 at line 1',
  );
  expect(read('schlüssel')).toThrow('does not hold a key: it has a character beyond ASCII in it, as its character 5');
  expect(read('two words')).toThrow('does not hold a key: it has a space or a line end in it, as its character 4');
  expect(read(' \n')).toThrow('does not hold a key: it is empty');
  expect(read('key\u200e')).toThrow('what it holds contains an invisible character (U+200E, left-to-right mark)');
});

test('the configuration file of Temporal may have a byte order mark or be UTF-16, as Windows writes it', () => {
  const text = '\ufeff[profile.default]\nnamespace = "calls"\n';
  const namespaceIn = (content: Uint8Array) =>
    readClientConfig({ TEMPORAL_CONFIG_FILE: file('temporal.toml', content) }).temporal.namespace;

  expect(namespaceIn(Buffer.from(text))).toBe('calls');
  expect(namespaceIn(Buffer.from(text, 'utf16le'))).toBe('calls');
  expect(() => namespaceIn(Buffer.from('# Büro', 'latin1'))).toThrow(
    'TEMPORAL_CONFIG_FILE names a file that is not UTF-8',
  );
});

test('a profile of the configuration file of Temporal is used', () => {
  const text = '[profile.cloud]\naddress = "x.tmprl.cloud:7233"\nnamespace = "x.y"\napi_key = "canary"\n';
  const env = { TEMPORAL_CONFIG_FILE: file('temporal.toml', text), TEMPORAL_PROFILE: 'cloud' };

  expect(readClientConfig(env).temporal).toMatchObject({
    namespace: 'x.y',
    connectionOptions: { address: 'x.tmprl.cloud:7233', apiKey: 'canary', tls: true },
  });
  expect(settingsOf(() => readClientConfig({ ...env, TEMPORAL_PROFILE: 'other' }))).toEqual(['TEMPORAL_PROFILE']);
});

test('a configuration file that cannot be parsed is named, and none of it repeated', () => {
  const env = { TEMPORAL_CONFIG_FILE: file('temporal.toml', '[profile.default\napi_key = "canary"') };

  expect(settingsOf(() => readClientConfig(env))).toEqual(['TEMPORAL_CONFIG_FILE']);
  expect(() => readClientConfig(env)).not.toThrow(/canary/);
});

test('a client certificate without its key is refused, rather than left out in silence', () => {
  const env = { TEMPORAL_TLS_CLIENT_CERT_PATH: file('cert.pem', 'x') };

  expect(settingsOf(() => readClientConfig(env))).toEqual(['TEMPORAL_TLS_CLIENT_KEY_PATH']);
});

test('a Temporal CLI must be a program', () => {
  const path = file('temporal', '#!/bin/sh\n');
  const given = { TEMPORAL_CLI_PATH: path };
  expect(settingsOf(() => readCliPlaces(given))).toEqual(['TEMPORAL_CLI_PATH']);

  chmodSync(path, 0o755);
  expect(readCliPlaces(given)).toMatchObject({ given: path });
});

test('folders of this user are where the XDG variables name them, else in the home, and are trimmed as all', () => {
  const folders = (env: Environment) => {
    const { cli, dataFolder } = readLiveConfig({ ...KEYS, ...env });
    return [cli.cacheFolder, dataFolder];
  };

  expect(folders({ HOME: ' "/home/acme"\r' })).toEqual([
    '/home/acme/.cache/patchbay',
    '/home/acme/.local/share/patchbay',
  ]);
  expect(folders({ XDG_CACHE_HOME: "'/cache'\r\n", XDG_DATA_HOME: ' /data ' })).toEqual([
    '/cache/patchbay',
    '/data/patchbay',
  ]);
});

test('the address of Vapi follows the region, unless the environment says one for both', () => {
  expect(vapiUrlFor('us')).toBe('https://api.vapi.ai');
  expect(vapiUrlFor('eu')).toBe('https://api.eu.vapi.ai');

  const { vapi } = readProviderConfig({ ...KEYS, VAPI_API_URL: 'http://127.0.0.1:4010/' });
  expect(vapiUrlFor('eu', vapi.apiUrl)).toBe('http://127.0.0.1:4010');
});

test.each(['DIDWW_API_URL', 'DIDWW_AUTH_URL', 'VAPI_API_URL'])(
  '%s must be https, as keys go there, except on loopback',
  (name) => {
    const problemOf = (value: string) => settingsOf(() => readProviderConfig({ ...KEYS, [name]: value }));
    const loopback = ['localhost', 'vapi.localhost', '127.0.0.1', '127.8.9.10', '[::1]', '[::ffff:127.0.0.1]'];
    const elsewhere = [
      'api.example',
      '10.0.0.7',
      '0.0.0.0',
      '[::]',
      '[fd00::1]',
      '127.0.0.1.example',
      'localhost.example',
    ];

    for (const host of [...loopback, ...elsewhere]) expect(problemOf(`https://${host}:4010`), host).toEqual([]);
    for (const host of loopback) expect(problemOf(`http://${host}:4010`), host).toEqual([]);
    for (const host of elsewhere) expect(problemOf(`http://${host}:4010`), host).toEqual([name]);
    expect(() => readProviderConfig({ ...KEYS, [name]: 'http://api.example' })).toThrow(
      `${name} must begin with https://: the account's key is sent there (http:// is for loopback alone)`,
    );
  },
);

test.each([
  ['DIDWW_API_URL', 'https://api.didww.com', "is not DIDWW's API 3: that is https://api.didww.com/v3"],
  ['DIDWW_API_URL', 'https://sandbox-api.didww.com/v2', 'that is https://sandbox-api.didww.com/v3'],
  ['DIDWW_API_URL', 'https://my.didww.com/api', 'that is https://api.didww.com/v3'],
  ['DIDWW_API_URL', 'https://api.vapi.ai', "is Vapi's address, not DIDWW's"],
  ['VAPI_API_URL', 'https://api.didww.com/v3', "is DIDWW's address, not Vapi's"],
  ['VAPI_API_URL', 'https://dashboard.vapi.ai', "is not Vapi's API: that is https://api.vapi.ai"],
  ['VAPI_API_URL', 'https://api.vapi.ai/v1', "is not Vapi's API"],
])('%s is refused where its host tells that %s is wrong', (name, url, words) => {
  expect(settingsOf(() => readProviderConfig({ ...KEYS, [name]: url }))).toEqual([name]);
  expect(() => readProviderConfig({ ...KEYS, [name]: url })).toThrow(words);
});

test('an address of nobody in particular, and the right ones, are taken as they are', () => {
  const given = (didww: string, vapi: string) =>
    readProviderConfig({ ...KEYS, DIDWW_API_URL: didww, VAPI_API_URL: vapi });

  expect(given('https://sandbox-api.didww.com/v3/', 'https://api.eu.vapi.ai/').vapi.apiUrl).toBe(
    'https://api.eu.vapi.ai',
  );
  expect(given('https://proxy.example/didww', 'https://proxy.example/vapi').vapi.apiUrl).toBe(
    'https://proxy.example/vapi',
  );
});
