import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { access, chmod, constants, lstat, mkdir, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { systemFault, whyOf } from '../domain/reports/systemFault.js';
import { type CliPlaces, readCliPlaces } from '../localConfig.js';
import { LocalTemporalError } from './localTemporalError.js';
import { type Source, sourcesOn, TEMPORAL_CLI_VERSION } from './temporalCliSources.js';

const ABANDONED_AFTER_MS = 60 * 60_000; // a fetch never takes an hour; what is older was interrupted

/**
 * The path of a Temporal CLI of version 1.8.2 or newer: `TEMPORAL_CLI_PATH`, else `temporal` on `PATH`,
 * else one that is kept, else fetched once from the first source that answers. A download is kept in
 * `patchbay/` of the cache (`XDG_CACHE_HOME`, by default `~/.cache`), a build in that of this user's data
 * (`XDG_DATA_HOME`, by default `~/.local/share`). `say` gets plain lines about a fetch, and nothing where
 * none is needed. Throws `LocalTemporalError`, which says what to install or to set where no source works,
 * a folder cannot be used, or `TEMPORAL_CLI_PATH` names something else; and `ConfigError`.
 */
export async function findTemporalCli(
  say: (line: string) => void,
  { given, cacheFolder, builtFolder = cacheFolder }: CliPlaces = readCliPlaces(process.env),
  sources: readonly Source[] = sourcesOn(`${process.platform}-${process.arch}`),
): Promise<string> {
  if (given !== undefined) return usable(given);
  const installed = await onPath();
  if (installed !== undefined) return installed;
  if (cacheFolder === undefined || builtFolder === undefined) throw NO_HOME;
  const stores = { cache: cacheFolder, built: builtFolder };
  return (await kept(stores, sources)) ?? (await fetchOnce(say, stores, sources));
}

/** Where programs are kept. */
interface Stores {
  /** What a pinned hash proves. */
  readonly cache: string;
  /** What nothing proves but that nobody else than this user can have put it there. */
  readonly built: string;
}

const isPinned = ({ sha256: pin }: Source): boolean => pin !== undefined;

const unusable = (folder: string, setting: string, error: unknown): LocalTemporalError =>
  new LocalTemporalError(
    `The folder ${folder}, which is to hold the Temporal CLI, cannot be used: ${whyOf(error)}.`,
    `Set ${setting} to a folder that this user may write to, or ${INSTALL}.`,
  );

const INSTALL = 'TEMPORAL_CLI_PATH to a Temporal CLI that is there already';

const NO_HOME = new LocalTemporalError(
  'There is no folder to keep the Temporal CLI in: HOME is not set, and the system knows no home of this user.',
  `Set XDG_CACHE_HOME to a folder that this user may write to, or ${INSTALL}.`,
);

async function usable(path: string): Promise<string> {
  const version = await versionOf(path);
  if (isNewEnough(version)) return path;
  throw new LocalTemporalError(
    version === undefined
      ? `TEMPORAL_CLI_PATH is ${path}, which is not a Temporal CLI that runs here.`
      : `TEMPORAL_CLI_PATH is ${path}, which is version ${version.join('.')} of the Temporal CLI.`,
    `Set it to version ${TEMPORAL_CLI_VERSION} or newer, or unset it: Patchbay then finds or fetches the Temporal CLI by itself.`,
  );
}

async function onPath(): Promise<string | undefined> {
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    const path = join(folder, 'temporal');
    const executable = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (executable) return isNewEnough(await versionOf(path)) ? path : undefined;
  }
  return undefined;
}

type Version = readonly [number, number, number];

async function versionOf(path: string): Promise<Version | undefined> {
  const { stdout } = await promisify(execFile)(path, ['--version'], { timeout: 10_000 }).catch(() => ({ stdout: '' }));
  return parseVersion(/^temporal version (\S+)/.exec(stdout)?.[1]);
}

function parseVersion(text: string | undefined): Version | undefined {
  const match = /^v?(\d+)\.(\d+)\.(\d+)/.exec(text ?? '');
  return match ? [Number(match[1]), Number(match[2]), Number(match[3])] : undefined;
}

function isNewEnough(version: Version | undefined): boolean {
  const wanted = parseVersion(TEMPORAL_CLI_VERSION);
  if (!version || !wanted) return false;
  const [major, minor, patch] = version.map((part, index) => part - (wanted[index] ?? 0));
  return (major || minor || patch || 0) >= 0;
}

const KEPT_NAME = new RegExp(`^temporal-${TEMPORAL_CLI_VERSION.replaceAll('.', '\\.')}-(built-)?([0-9a-f]{64})$`);

/** Under its own SHA-256. What was built here says so: no pin can be known for it. */
const keptName = (digest: string, origin: 'download' | 'build'): string =>
  `temporal-${TEMPORAL_CLI_VERSION}-${origin === 'build' ? 'built-' : ''}${digest}`;

/** A program that was fetched before: one with a pinned hash, else one that was built here. */
async function kept(stores: Stores, sources: readonly Source[]): Promise<string | undefined> {
  const pins = sources.flatMap(({ sha256: pin }) => pin ?? []);
  const cached = await cachedIn(stores.cache, pins).catch((error: unknown) => {
    throw unusable(stores.cache, 'XDG_CACHE_HOME', error);
  });
  if (cached !== undefined || sources.every(isPinned)) return cached;
  return builtIn(stores.built).catch((error: unknown) => {
    throw unusable(stores.built, 'XDG_DATA_HOME', error);
  });
}

/**
 * A file that is pinned. Any other one of ours in the cache is damaged or was put there by somebody else,
 * and its own name proves nothing: it is removed.
 */
async function cachedIn(folder: string, pins: readonly string[]): Promise<string | undefined> {
  for (const name of await readdir(folder).catch(() => [])) {
    if (!KEPT_NAME.test(name)) continue;
    const path = join(folder, name);
    const digest = await sha256(path);
    if (pins.includes(digest) && keptName(digest, 'download') === name) return path;
    await rm(path, { force: true });
  }
  return undefined;
}

/**
 * A build of ours, whole. No hash is known for it, so it proves itself by its place: a folder and a file
 * that nobody but this user can write, and no cache, which a CI may fill from elsewhere.
 */
async function builtIn(folder: string): Promise<string | undefined> {
  if (!(await isOursAlone(folder))) return undefined;
  for (const name of await readdir(folder).catch(() => [])) {
    const path = join(folder, name);
    if (KEPT_NAME.exec(name)?.[1] === undefined || !(await isOursAlone(path))) continue;
    if (keptName(await sha256(path), 'build') === name) return path;
    await rm(path, { force: true });
  }
  return undefined;
}

const OTHERS_MAY_WRITE = 0o022;

/** Whether this is itself, not by a link, a file or folder that this user alone may write. */
async function isOursAlone(path: string): Promise<boolean> {
  const found = await lstat(path).catch(() => undefined);
  if (found === undefined || found.isSymbolicLink()) return false;
  return found.uid === process.getuid?.() && (found.mode & OTHERS_MAY_WRITE) === 0;
}

async function sha256(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

async function fetchOnce(say: (line: string) => void, stores: Stores, sources: readonly Source[]): Promise<string> {
  say(`The Temporal CLI ${TEMPORAL_CLI_VERSION} is not on this machine yet. It is fetched once.`);
  const failures: string[] = [];
  for (const source of sources) {
    const [folder, setting] = isPinned(source) ? [stores.cache, 'XDG_CACHE_HOME'] : [stores.built, 'XDG_DATA_HOME'];
    await prepare(folder, source).catch((error: unknown) => {
      throw unusable(folder, setting, error);
    });
    say(`  ${source.name}, into ${folder}: ${source.usually} ...`);
    try {
      const path = await fetchFrom(source, folder);
      say('  The Temporal CLI is ready.');
      return path;
    } catch (error) {
      if (isOfFolder(error, folder)) throw unusable(folder, setting, error); // no other source would find more room
      const failure = `${source.name}: ${error instanceof Error ? error.message : String(error)}`;
      failures.push(`  ${failure}`);
      say(`  ${failure}`);
    }
  }
  throw new LocalTemporalError(
    `The Temporal CLI ${TEMPORAL_CLI_VERSION} could not be fetched from any source.\n${failures.join('\n')}`,
    `Install the Temporal CLI ${TEMPORAL_CLI_VERSION} or newer (https://docs.temporal.io/cli) so that "temporal" is on ` +
      'PATH, or set TEMPORAL_CLI_PATH to it; then run the same command again.',
  );
}

async function prepare(folder: string, source: Source): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  if (!isPinned(source)) await chmod(folder, 0o700); // one of an earlier version, or of another program
  await removeAbandoned(folder);
}

/** Whether it is the folder that fails, not the source. */
function isOfFolder(error: unknown, folder: string): boolean {
  const { code = '', of = '' } = systemFault(error) ?? {};
  return of.startsWith(folder) || ['EDQUOT', 'ENOSPC', 'EROFS'].includes(code);
}

/**
 * Works in a folder of its own and moves the finished file into place in one step, so two fetches at once
 * do no harm.
 */
async function fetchFrom(source: Source, folder: string): Promise<string> {
  const work = await mkdtemp(join(folder, '.fetching-'));
  try {
    const file = await source.fetch(work);
    const digest = await sha256(file);
    if (source.sha256 !== undefined && digest !== source.sha256) {
      throw new Error(`refused, its SHA-256 is ${digest} instead of ${source.sha256}`);
    }
    await chmod(file, 0o700);
    if (!isNewEnough(await versionOf(file))) throw new Error(`refused, it is not version ${TEMPORAL_CLI_VERSION}`);
    const path = join(folder, keptName(digest, isPinned(source) ? 'download' : 'build'));
    await rename(file, path);
    return path;
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function removeAbandoned(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (!name.startsWith('.fetching-')) continue;
    const path = join(folder, name);
    const age = await stat(path).then(
      ({ mtimeMs }) => Date.now() - mtimeMs,
      () => 0,
    );
    if (age > ABANDONED_AFTER_MS) await rm(path, { recursive: true, force: true });
  }
}
