/**
 * Settings of what Patchbay runs and keeps on this machine: the Temporal CLI, its cache, the database of
 * `dev --live`.
 */
import { accessSync, constants, statSync } from 'node:fs';
import { userInfo } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';
import { whyOf } from './domain/reports/systemFault.js';
import { checked, type Environment, type Settings } from './settings.js';

/** Where the Temporal CLI may be had from, besides `PATH`. */
export interface CliPlaces {
  /** One that is there already and is taken before all others. */
  readonly given?: string;
  /** Where a downloaded one is kept. Absent for a user without a home. */
  readonly cacheFolder?: string;
  /**
   * Where one that was built here is kept, which no pinned hash proves. Absent for a user without a home.
   */
  readonly builtFolder?: string;
}

/** The places of the Temporal CLI. Throws `ConfigError`. */
export const readCliPlaces = (env: Environment): CliPlaces => checked(env, cliPlaces);

/** The same, for whoever reads more at the same time. */
export function cliPlaces(settings: Settings): CliPlaces {
  const given = settings.get('TEMPORAL_CLI_PATH');
  const program = given === undefined ? undefined : resolve(given);
  const problem = program === undefined ? undefined : problemOfProgram(program);
  if (problem !== undefined) settings.wrong('TEMPORAL_CLI_PATH', `names a program that cannot be run: ${problem}`);
  const cache = folderOf(settings, 'XDG_CACHE_HOME', ['.cache']);
  const data = dataFolderIn(settings);
  return {
    ...(program === undefined ? {} : { given: program }),
    ...(cache === undefined ? {} : { cacheFolder: cache }),
    ...(data === undefined ? {} : { builtFolder: data }),
  };
}

/** What helps where the database of `dev --live` cannot be used. */
export const OTHER_DATABASE =
  'Move the file away to begin with an empty one, or set XDG_DATA_HOME to a folder that this user may write to.';

/** The folder that data of this user is kept in. */
export function dataFolder(settings: Settings): string {
  const folder = dataFolderIn(settings);
  if (folder !== undefined || settings.isWrong(/^(XDG_DATA_HOME|HOME)$/)) return folder ?? '';
  return settings.wrong(
    'XDG_DATA_HOME',
    'is missing: HOME is not set and the system knows no home of this user, so set it to a folder for the database',
  );
}

const dataFolderIn = (settings: Settings): string | undefined =>
  folderOf(settings, 'XDG_DATA_HOME', ['.local', 'share']);

/**
 * `patchbay/` in the folder that a variable of the XDG Base Directory Specification names, or in its default
 * within the user's home.
 */
function folderOf(settings: Settings, name: string, inHome: readonly string[]): string | undefined {
  const named = absolute(settings, name);
  if (named !== undefined) return join(named, 'patchbay');
  if (settings.isWrong(new RegExp(`^${name}$`))) return undefined;
  const home = settings.get('HOME') === undefined ? homeOfUser() : absolute(settings, 'HOME');
  return home === undefined ? undefined : join(home, ...inHome, 'patchbay');
}

function absolute(settings: Settings, name: string): string | undefined {
  const path = settings.get(name);
  if (path === undefined || isAbsolute(path)) return path;
  if (settings.isWrong(new RegExp(`^${name}$`))) return undefined;
  settings.wrong(
    name,
    path.startsWith('~') ? `${NOT_ABSOLUTE}; a shell replaces ~ only outside of quotes` : NOT_ABSOLUTE,
  );
  return undefined;
}

const NOT_ABSOLUTE = 'must be an absolute path, which begins with /';

/** A user id that the system does not know, as in a container, has none. */
function homeOfUser(): string | undefined {
  try {
    return userInfo().homedir || undefined;
  } catch {
    return undefined;
  }
}

function problemOfProgram(path: string): string | undefined {
  try {
    if (statSync(path).isDirectory()) return 'it is a folder';
    accessSync(path, constants.R_OK);
  } catch (error) {
    return whyOf(error);
  }
  try {
    accessSync(path, constants.X_OK);
    return undefined;
  } catch {
    return 'it is not executable (chmod +x)';
  }
}
