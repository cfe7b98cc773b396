import { access, chmod, constants, mkdir, open, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { systemFault, whyOf } from '../domain/reports/systemFault.js';
import { OTHER_DATABASE } from '../localConfig.js';
import { UsageError } from './usageError.js';

/**
 * The database file of `dev --live` in this folder, which the user alone may enter: it holds numbers,
 * labels and ids of real accounts. The file itself is kept private by whoever starts the server on it.
 * Throws `UsageError` where the folder cannot be made so, or what is there is no database.
 */
export async function liveDatabase(folder: string): Promise<string> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await chmod(folder, 0o700); // one of an earlier version, or of another program
  } catch (error) {
    throw new UsageError(
      `The folder ${folder}, which is to hold Temporal's database, cannot be made private to you: ${whyOf(error)}.`,
      'Make it yours, or set XDG_DATA_HOME to a folder that is.',
    );
  }
  const file = join(folder, 'temporal.db');
  const problem = await problemOf(file);
  if (problem !== undefined) throw new UsageError(`${file} is not Temporal's database: ${problem}.`, OTHER_DATABASE);
  return file;
}

/** Every database of SQLite begins with it (https://www.sqlite.org/fileformat.html, section 1.3). */
const SQLITE = 'SQLite format 3\0';

/** What the server would say in words that help nobody. No file yet is fine, and so is an empty one. */
async function problemOf(file: string): Promise<string | undefined> {
  try {
    const found = await stat(file);
    if (!found.isFile()) return found.isDirectory() ? 'it is a folder' : 'it is no file';
    await access(file, constants.R_OK | constants.W_OK);
    return found.size === 0 || (await beginning(file)) === SQLITE ? undefined : 'it is damaged, or another file';
  } catch (error) {
    return systemFault(error)?.code === 'ENOENT' ? undefined : whyOf(error);
  }
}

async function beginning(file: string): Promise<string> {
  const handle = await open(file);
  try {
    const { buffer } = await handle.read(Buffer.alloc(SQLITE.length), 0, SQLITE.length, 0);
    return buffer.toString('latin1');
  } finally {
    await handle.close();
  }
}
