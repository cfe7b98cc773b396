import { chmod, mkdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { UsageError } from './usageError.js';

/**
 * The database file of `dev --live`, in a folder that the user alone may enter: it holds numbers, labels and
 * ids of real accounts. The file itself is kept private by whoever starts the server on it. Throws
 * `UsageError` where the folder cannot be made so.
 */
export async function liveDatabase(env: NodeJS.ProcessEnv): Promise<string> {
  const folder = join(env['XDG_DATA_HOME'] || join(homeOf(), '.local', 'share'), 'patchbay');
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await chmod(folder, 0o700); // one of an earlier version, or of another program
  } catch (error) {
    const why = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw new UsageError(
      `The folder ${folder}, which is to hold Temporal's database, cannot be made private to you: ${why}.`,
      'Make it yours, or set XDG_DATA_HOME to a folder that is.',
    );
  }
  return join(folder, 'temporal.db');
}

/** A user id that the system does not know, as in a container, has no home where HOME does not name one. */
function homeOf(): string {
  try {
    return homedir();
  } catch {
    throw new UsageError(
      "There is no home folder for Temporal's database: HOME is not set, and the system does not know this user.",
      'Set XDG_DATA_HOME to a folder that this user may write to.',
    );
  }
}
