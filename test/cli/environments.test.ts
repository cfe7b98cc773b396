/**
 * Every setting, with every kind of bad value, in every command that reads it: exit code 2, the setting and
 * what is wrong with it, and nothing started. The commands run in this process.
 */
import { ChildProcess, execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { Server, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { until } from '../support/until.js';
import { KEYS, REQUEST, TEMPORAL_COMMANDS as TEMPORAL } from './commandLines.js';
import { MAIN } from './patchbayProcess.js';
import { runPatchbay, startPatchbay } from './runPatchbay.js';

/** Commands by what they read. */
const WORKER = ['worker'];
const LIVE = ['dev --live'];
const LOCAL = ['demo', 'dev', ...LIVE];
const PROVIDERS = [...WORKER, ...LIVE];

const folder = mkdtempSync(join(tmpdir(), 'patchbay-environments-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

function folderWith(name: string): string {
  const path = join(folder, name);
  mkdirSync(path, { recursive: true });
  return path;
}

/** What a row sets; `null` takes away what is set otherwise. */
type Bad = Readonly<Record<string, string | null>>;

const HIDDEN = 'contains an invisible character (U+200B, zero-width space) as its character 2';
const MISSING = 'names a file that cannot be read: there is no such file or folder';
const FOLDER = 'names a file that cannot be read: it is a folder';
const nowhere = join(folder, 'none');
const junk = file('junk', 'junk');
const pipe = join(folder, 'pipe');
execFileSync('mkfifo', [pipe]);
const latin1 = file('latin1', Buffer.from('Büro', 'latin1'));
const toml = (name: string, text: string) => file(`${name}.toml`, text);

/** Of a file that a setting names, whatever it is to hold. */
const unreadable = (name: string, besides: Bad = {}): readonly (readonly [Bad, string])[] => [
  [{ ...besides, [name]: nowhere }, `${name} ${MISSING}`],
  [{ ...besides, [name]: folder }, `${name} ${FOLDER}`],
  [{ ...besides, [name]: join(junk, 'within') }, `${name} names a file that cannot be read: a part of its path is no`],
  [{ ...besides, [name]: join(folder, 'n'.repeat(300)) }, `${name} names a file that cannot be read: its name is too`],
  [{ ...besides, [name]: '/dev/zero' }, `${name} names a file that is larger than 8 MB`],
  [{ ...besides, [name]: pipe }, `${name} names a file that cannot be read: it is a named pipe`],
];

const hidden = (name: string): readonly [Bad, string] => [{ [name]: 'a\u200bb' }, `${name} ${HIDDEN}`];
const notUtf8 = (name: string): readonly [Bad, string] => [{ [name]: 'a\ufffdb' }, `${name} is not UTF-8`];
const odd = (name: string) => [hidden(name), notUtf8(name)];

const ofTemporal: readonly (readonly [Bad, string])[] = [
  ...['TEMPORAL_ADDRESS', 'TEMPORAL_NAMESPACE', 'TEMPORAL_API_KEY', 'TEMPORAL_TLS', 'TEMPORAL_PROFILE'].flatMap(odd),
  ...['TEMPORAL_TLS_SERVER_NAME', 'TEMPORAL_CONFIG_FILE', 'PATCHBAY_TASK_QUEUE'].flatMap(odd),
  ...['http://temporal:7233', 'temporal:port', 'temporal:70000', 'two words:7233', ':7233'].map(
    (address) => [{ TEMPORAL_ADDRESS: address }, 'TEMPORAL_ADDRESS must be host:port'] as const,
  ),
  [{ TEMPORAL_API_KEY: 'two words' }, 'TEMPORAL_API_KEY does not hold a key'],
  [{ TEMPORAL_API_KEY: 'schlüssel' }, 'TEMPORAL_API_KEY does not hold a key'],
  [{ TEMPORAL_TLS: 'maybe' }, 'TEMPORAL_TLS must be true or false'],
  [{ TEMPORAL_TLS_DISABLE_HOST_VERIFICATION: '2' }, 'TEMPORAL_TLS_DISABLE_HOST_VERIFICATION must be true or false'],
  [{ TEMPORAL_NAMESPACE: 'büro' }, 'TEMPORAL_NAMESPACE must be visible ASCII'],
  [{ TEMPORAL_TLS_SERVER_NAME: 'two words' }, 'TEMPORAL_TLS_SERVER_NAME must be the name of a host'],
  [{ TEMPORAL_GRPC_META_TEAM: 'büro' }, 'TEMPORAL_GRPC_META_TEAM must be visible ASCII'],
  ...[
    'CONNECTION',
    'UPGRADE',
    'TRANSFER_ENCODING',
    'KEEP_ALIVE',
    'PROXY_CONNECTION',
    'HTTP2_SETTINGS',
    'TE',
    'HOST',
  ].map(
    (name) =>
      [
        { [`TEMPORAL_GRPC_META_${name}`]: 'x' },
        `TEMPORAL_GRPC_META_${name} is a header that only the connection itself may set`,
      ] as const,
  ),
  [{ 'TEMPORAL_GRPC_META_TWO WORDS': 'x' }, 'TEMPORAL_GRPC_META_TWO WORDS is no name of a header of text'],
  ...unreadable('TEMPORAL_TLS_SERVER_CA_CERT_PATH'),
  ...unreadable('TEMPORAL_TLS_CLIENT_CERT_PATH', { TEMPORAL_TLS_CLIENT_KEY_PATH: junk }),
  ...unreadable('TEMPORAL_TLS_CLIENT_KEY_PATH', { TEMPORAL_TLS_CLIENT_CERT_PATH: junk }),
  [{ TEMPORAL_TLS_CLIENT_CERT_PATH: junk }, 'TEMPORAL_TLS_CLIENT_KEY_PATH is missing'],
  [{ TEMPORAL_TLS_CLIENT_KEY_PATH: junk }, 'TEMPORAL_TLS_CLIENT_CERT_PATH is missing'],
  [{ TEMPORAL_TLS_SERVER_CA_CERT_PATH: junk }, 'TEMPORAL_TLS_SERVER_CA_CERT_PATH (or …_DATA) holds no certificate in'],
  [{ TEMPORAL_TLS_SERVER_CA_CERT_DATA: 'x' }, 'TEMPORAL_TLS_SERVER_CA_CERT_PATH (or …_DATA) holds no certificate in'],
  [
    { TEMPORAL_TLS_SERVER_CA_CERT_DATA: 'x', TEMPORAL_TLS_SERVER_CA_CERT_PATH: junk },
    'TEMPORAL_TLS_* sets the same thing as _PATH and as _DATA',
  ],
  ...unreadable('TEMPORAL_CONFIG_FILE'),
  [{ TEMPORAL_CONFIG_FILE: latin1 }, 'TEMPORAL_CONFIG_FILE names a file that is not UTF-8 at line 1'],
  [
    { TEMPORAL_CONFIG_FILE: toml('no', '\n[profile.default\n') },
    'TEMPORAL_CONFIG_FILE names a file that is not TOML at line 2',
  ],
  [{ TEMPORAL_CONFIG_FILE: toml('none', 'a = 1\n') }, 'TEMPORAL_CONFIG_FILE names a file that has no profiles'],
  ...(
    [
      ['address = 7233', 'address must be text'],
      ['namespace = true', 'namespace must be text'],
      ['api_key = 1', 'api_key must be text'],
      ['tls.server_name = 1', 'tls.server_name must be text'],
      ['tls.disabled = "no"', 'tls.disabled must be true or false'],
      ['tls.client_cert_path = 1', 'tls.client_cert must be text'],
      ['grpc_meta.team = "büro"', 'grpc_meta.team must be visible ASCII'],
      ['grpc_meta.team = 1', 'grpc_meta.team must be text'],
      ['grpc_meta.keep-alive = "5"', 'grpc_meta.keep-alive is a header that only the connection itself may set'],
    ] as const
  ).map(
    ([line, words], at) =>
      [
        { TEMPORAL_ADDRESS: null, TEMPORAL_CONFIG_FILE: toml(`odd${String(at)}`, `[profile.default]\n${line}\n`) },
        `TEMPORAL_CONFIG_FILE names a file whose profile is wrong: ${words}`,
      ] as const,
  ),
  [
    { TEMPORAL_CONFIG_FILE: toml('cert', `[profile.default.tls]\nserver_ca_cert_path = "${nowhere}"\n`) },
    `TEMPORAL_CONFIG_FILE has a profile that names ${nowhere}, which cannot be read: there is no such file`,
  ],
  [{ TEMPORAL_PROFILE: 'cloud' }, 'TEMPORAL_PROFILE names a profile that the configuration file lacks'],
  [
    { XDG_CONFIG_HOME: join(file('place', 'x'), '..', 'at') },
    `TEMPORAL_CONFIG_FILE is not set, and at its default place is ${join(folder, 'at', 'temporalio', 'temporal.toml')}, a file that cannot be read: it is a folder`,
  ],
  [{ PATCHBAY_TASK_QUEUE: '/_sys/mine' }, 'PATCHBAY_TASK_QUEUE must not begin with /_sys/'],
  [{ PATCHBAY_TASK_QUEUE: 'q'.repeat(901) }, 'PATCHBAY_TASK_QUEUE must be at most 900 characters'],
];
folderWith('at/temporalio/temporal.toml');

const ofProviders: readonly (readonly [Bad, string])[] = ['DIDWW', 'VAPI'].flatMap((name) => {
  const [key, keyFile, url] = [`${name}_API_KEY`, `${name}_API_KEY_FILE`, `${name}_API_URL`];
  return [
    hidden(key),
    hidden(url),
    [{ [key]: 'a\ufffdb' }, `${key} is not UTF-8`],
    [{ [key]: null }, `${key} is missing: set it, or ${keyFile}`],
    [{ [key]: ' "" ' }, `${key} is missing`],
    [{ [keyFile]: junk }, `${key} and ${keyFile} are both set`],
    [{ [key]: 'two words' }, `${key} does not hold a key: it has a space`],
    [{ [key]: 'schlüssel' }, `${key} does not hold a key: it has a character beyond ASCII`],
    ...unreadable(keyFile, { [key]: null }),
    [{ [key]: null, [keyFile]: file('empty', ' \r\n') }, `${keyFile} does not hold a key: it is empty`],
    [{ [key]: null, [keyFile]: latin1 }, `${keyFile} names a file that is not UTF-8`],
    [{ [key]: null, [keyFile]: file('words', 'two words') }, `${keyFile} does not hold a key: it has a space`],
    [{ [url]: 'api.example' }, `${url} is not an http(s) URL`],
    [{ [url]: 'http://api.example' }, `${url} must begin with https://`],
    [{ [url]: 'https://a:b@api.example' }, `${url} must be a URL without user name`],
  ] satisfies (readonly [Bad, string])[];
});

const ofDidww: readonly (readonly [Bad, string])[] = [
  hidden('DIDWW_AUTH_URL'),
  hidden('DIDWW_API_VERSION'),
  [{ DIDWW_AUTH_URL: 'auth.example' }, 'DIDWW_AUTH_URL is not an http(s) URL'],
  [{ DIDWW_AUTH_URL: 'https://auth.example/token' }, 'DIDWW_AUTH_URL must be an origin'],
  [{ DIDWW_API_VERSION: '3' }, 'DIDWW_API_VERSION must be one of'],
];

const notAbsolute = (name: string): readonly (readonly [Bad, string])[] => [
  [{ [name]: 'here' }, `${name} must be an absolute path`],
  [{ [name]: '~/here' }, `${name} must be an absolute path, which begins with /; a shell replaces ~ only outside of`],
];

const ofLocal: readonly (readonly [Bad, string])[] = [
  ...odd('TEMPORAL_CLI_PATH'),
  [{ TEMPORAL_CLI_PATH: nowhere }, 'TEMPORAL_CLI_PATH names a program that cannot be run: there is no such file'],
  [{ TEMPORAL_CLI_PATH: folder }, 'TEMPORAL_CLI_PATH names a program that cannot be run: it is a folder'],
  [{ TEMPORAL_CLI_PATH: junk }, 'TEMPORAL_CLI_PATH names a program that cannot be run: it is not executable'],
  ...notAbsolute('XDG_CACHE_HOME'),
  ...odd('XDG_CACHE_HOME').map(([bad, words]) => [{ ...bad, HOME: null }, words] as const),
  ...notAbsolute('HOME'),
  ...odd('HOME'),
];

const ofQueue: readonly (readonly [Bad, string])[] = [
  hidden('PATCHBAY_TASK_QUEUE'),
  [{ PATCHBAY_TASK_QUEUE: 'q'.repeat(901) }, 'PATCHBAY_TASK_QUEUE must be at most 900 characters'],
];

const ofLive: readonly (readonly [Bad, string])[] = [
  ...notAbsolute('XDG_DATA_HOME'),
  ...odd('XDG_DATA_HOME'),
  [{ XDG_DATA_HOME: junk }, 'set XDG_DATA_HOME to a folder'],
  [{ XDG_DATA_HOME: '/dev/null' }, 'cannot be made private to you: a part of its path is no folder'],
];

const TABLE: readonly (readonly [commands: readonly string[], rows: readonly (readonly [Bad, string])[]])[] = [
  [TEMPORAL, ofTemporal],
  [PROVIDERS, [...ofProviders, ...ofDidww]],
  [LOCAL, ofLocal],
  [['dev', ...LIVE], ofQueue],
  [LIVE, ofLive],
];

/** Everything that a command can start or reach. */
const started = [
  vi.spyOn(ChildProcess.prototype as unknown as { spawn: () => void }, 'spawn'),
  vi.spyOn(Socket.prototype, 'connect'),
  vi.spyOn(Server.prototype, 'listen'),
];
beforeEach(() => {
  for (const spy of started) spy.mockClear();
});

const shown = (bad: Bad): string =>
  Object.entries(bad)
    .map(([name, value]) => `${name}=${JSON.stringify(value).slice(0, 60)}`)
    .join(' ');

describe.each(
  TABLE.flatMap(([commands, rows]) => rows.map(([bad, words]) => [shown(bad), bad, words, commands] as const)),
)('%s', (_, bad, words, commands) => {
  test('ends each command that reads it with 2, its name and what is wrong, and starts nothing', async () => {
    const given: Bad = { HOME: folder, TEMPORAL_ADDRESS: 'temporal.invalid:7233', ...KEYS, ...bad };
    const env = Object.fromEntries(
      Object.entries(given).flatMap(([name, value]) => (value === null ? [] : [[name, value]])),
    );

    for (const command of commands) {
      const { code, stdout, stderr } = await runPatchbay(command.split(' '), { env, input: REQUEST });
      expect({ command, code, stdout, stderr }).toEqual({
        command,
        code: 2,
        stdout: '',
        stderr: expect.stringContaining(words) as string,
      });
      expect(stderr).not.toMatch(/fault in Patchbay/);
    }
    for (const spy of started) expect(spy).not.toHaveBeenCalled();
  });
});

test('the table has a row for every setting that the operations page lists', () => {
  const page = readFileSync(new URL('../../docs/operations.md', import.meta.url), 'utf8');
  const [, section = ''] = /\n## Settings\n([^]*?)\n### /.exec(page) ?? [];
  const listed = [...section.matchAll(/^\|([^|]+)\|/gm)].flatMap(
    ([, cell = '']) => cell.match(/[A-Z][A-Z_]{3,}/g) ?? [],
  );
  const told = TABLE.flatMap(([, rows]) => rows.map(([, words]) => words)).join('\n');

  expect(listed).toEqual(expect.arrayContaining(['TEMPORAL_ADDRESS', 'XDG_DATA_HOME', 'HOME']));
  expect(listed.filter((name) => name !== 'NO_COLOR' && !new RegExp(`\\b${name}\\b`).test(told))).toEqual([]);
});

test('a key may come by a pipe that the shell hands over', () => {
  const read = `DIDWW_API_KEY_FILE=<(printf key) VAPI_API_KEY_FILE=<(printf other) "$0" "$1" worker`;
  const env = { ...process.env, HOME: folder, TEMPORAL_ADDRESS: '127.0.0.1:9' };
  const { status, stderr } = spawnSync('bash', ['-c', read, process.execPath, MAIN], { env, encoding: 'utf8' });
  expect({ status, stderr }).toEqual({
    status: 2,
    stderr: expect.stringContaining('Temporal cannot be reached at 127.0.0.1:9: nothing listens there') as string,
  });
});

test('a command is not stopped by a setting that it does not read', async () => {
  const bad = { TEMPORAL_CLI_PATH: nowhere, XDG_CACHE_HOME: 'here', XDG_DATA_HOME: 'here', DIDWW_API_URL: 'x' };
  const list = await runPatchbay(['list'], { env: { ...bad, TEMPORAL_ADDRESS: '127.0.0.1:9' } });
  expect(list.stderr).toContain('nothing listens there');

  const all = { ...bad, TEMPORAL_TLS: 'maybe', TEMPORAL_CONFIG_FILE: nowhere, PATCHBAY_TASK_QUEUE: 'a\u200b' };
  const sandbox = startPatchbay(['sandbox'], { env: all });
  await until(() => sandbox.soFar().stdout.includes('Ctrl-C stops it.') || undefined);
  sandbox.interrupt();
  expect((await sandbox.ended).code).toBe(0);
});
