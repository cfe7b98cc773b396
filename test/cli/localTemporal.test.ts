/**
 * What `demo`, `dev` and `dev --live` keep on this machine: a Temporal CLI, its cache, a database. Each in
 * every bad state, run in this process up to where it ends.
 */
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { readCliPlaces } from '../../src/config.js';
import { findTemporalCli } from '../../src/devserver/temporalCli.js';
import { runPatchbay } from './runPatchbay.js';

const KEYS = { DIDWW_API_KEY: 'a', VAPI_API_KEY: 'b' };
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'patchbay-local-'));
  const made = folder;
  onTestFinished(() => rmSync(made, { recursive: true }));
});

function put(path: string, content: string | Uint8Array, mode = 0o600): string {
  const full = join(folder, path);
  mkdirSync(join(full, '..'), { recursive: true });
  writeFileSync(full, content);
  chmodSync(full, mode);
  return full;
}

/** It is taken for a Temporal CLI of this version, and starts no server. */
const program = (version: string, then = 'echo "it broke" >&2; exit 3'): string =>
  put(
    'temporal',
    `#!/bin/sh\n[ "$1" = --version ] && { echo "temporal version ${version} (x)"; exit; }\n${then}\n`,
    0o755,
  );

/**
 * Runs a command, which has to end with 2 and say all of this; none of it says that Patchbay is at fault.
 */
async function refused(command: string, env: Readonly<Record<string, string>>, ...words: string[]): Promise<void> {
  const { code, stdout, stderr } = await runPatchbay(command.split(' '), { env: { HOME: folder, ...KEYS, ...env } });
  expect({ code, stdout, stderr }).toMatchObject({ code: 2, stdout: '' });
  for (const word of [...words]) expect(stderr).toContain(word);
  expect(stderr).not.toContain('fault in Patchbay');
}

describe.each(['demo', 'dev', 'dev --live'])('patchbay %s', (command) => {
  test('refuses a Temporal CLI that is older, another program, or does not start', async () => {
    const TEMPORAL_CLI_PATH = program('1.7.9');
    await refused(
      command,
      { TEMPORAL_CLI_PATH },
      'TEMPORAL_CLI_PATH',
      'version 1.7.9',
      'Set it to version 1.8.2 or newer',
    );

    await refused(command, { TEMPORAL_CLI_PATH: '/bin/true' }, 'TEMPORAL_CLI_PATH is /bin/true', 'not a Temporal CLI');

    program('1.9.0');
    await refused(command, { TEMPORAL_CLI_PATH }, 'It says: it broke.');
  });

  test('names the variables where its cache cannot be used', async () => {
    vi.stubEnv('PATH', join(folder, 'no-bin'));
    onTestFinished(() => void vi.unstubAllEnvs());
    const XDG_CACHE_HOME = put('file', '');
    symlinkSync('circle', join(folder, 'circle'));

    await refused(
      command,
      { XDG_CACHE_HOME },
      'a part of its path is no folder',
      'XDG_CACHE_HOME',
      'TEMPORAL_CLI_PATH',
    );
    await refused(command, { XDG_CACHE_HOME: join(folder, 'circle') }, 'links lead in a circle', 'XDG_CACHE_HOME');
  });
});

describe('the database of dev --live', () => {
  const inFolder = (): Readonly<Record<string, string>> => ({ XDG_DATA_HOME: folder });

  test.each([
    ['another file', 'notes\n', 'it is damaged, or another file'],
    ['half a page', 'SQLite format 2', 'it is damaged, or another file'],
    ['a damaged database', `SQLite format 3\0${'?'.repeat(4_000)}`, 'file is not a database'],
  ])('that is %s is named, with the way out', async (_, content, words) => {
    const file = put('patchbay/temporal.db', content);
    await refused('dev --live', inFolder(), file, words, 'Move the file away', 'XDG_DATA_HOME');
    expect(spawnSync('flock', ['-n', `${file}.lock`, 'true']).status, 'the lock is free').toBe(0);
  });

  test('that is a folder is named', async () => {
    mkdirSync(join(folder, 'patchbay', 'temporal.db'), { recursive: true });
    await refused('dev --live', inFolder(), 'it is a folder', 'XDG_DATA_HOME');
  });

  test('whose lock cannot be written is named', async () => {
    mkdirSync(join(folder, 'patchbay', 'temporal.db.lock'), { recursive: true });
    await refused('dev --live', inFolder(), 'temporal.db.lock', 'it is a folder', 'XDG_DATA_HOME');
  });

  test('on a full disk, as the server says it, is named without the statement that failed', async () => {
    const words =
      'Error: failed starting server: error executing statement "CREATE TABLE $(printf %0200d 0)": disk is full (13)';
    const TEMPORAL_CLI_PATH = program('1.9.0', `echo "${words.replaceAll('"', '\\"')}" >&2; exit 1`);
    await refused(
      'dev --live',
      { ...inFolder(), TEMPORAL_CLI_PATH },
      'It says: error executing statement "…": disk is full',
      'free space',
    );
  });
});

test('dev --live gives Temporal its database in a folder that is private, also one that was open to others', async () => {
  mkdirSync(join(folder, 'data', 'patchbay'), { recursive: true, mode: 0o755 });
  const TEMPORAL_CLI_PATH = program('1.9.0', `echo "$@" > ${join(folder, 'arguments')}; exit 3`);

  await refused('dev --live', { TEMPORAL_CLI_PATH, XDG_DATA_HOME: join(folder, 'data') });

  const database = join(folder, 'data', 'patchbay', 'temporal.db');
  expect(readFileSync(join(folder, 'arguments'), 'utf8')).toContain(`--db-filename ${database}`);
  expect((statSync(dirname(database)).mode & 0o777).toString(8)).toBe('700');
});

test('a user without a home is told the variables that name a place instead', async () => {
  vi.stubEnv('PATH', join(folder, 'no-bin'));
  onTestFinished(() => void vi.unstubAllEnvs());
  const { cacheFolder: _, ...without } = readCliPlaces({});
  await expect(findTemporalCli(() => undefined, without)).rejects.toMatchObject({
    name: 'LocalTemporalError',
    message: expect.stringContaining('HOME is not set') as string,
    action: expect.stringMatching(/XDG_CACHE_HOME.*TEMPORAL_CLI_PATH/) as string,
  });
});
