import { readFile, rm, writeFile } from 'node:fs/promises';
import { systemFault, whyOf } from '../domain/systemFault.js';
import { UsageError } from './usageError.js';

/** Says who has a database, from its lock file. */
interface Holder {
  readonly pid: number;
  /** Where its Temporal answers; absent until it does. */
  readonly address?: string;
}

/** A database that this process alone uses until it gives it back. */
export interface DatabaseLock {
  /** Tells whoever wants the database, too, where its Temporal is. */
  readonly servedAt: (address: string) => Promise<void>;
  readonly release: () => Promise<void>;
}

/**
 * Takes a database for this process, by a file beside it: two servers on one database lose runs. The lock
 * of a process that is gone does not count. Throws `UsageError` where another process has it, with the
 * place of its Temporal, and where the lock cannot be written.
 */
export async function lockDatabase(dbFilename: string): Promise<DatabaseLock> {
  const file = `${dbFilename}.lock`;
  const write = (holder: Holder, flag: 'w' | 'wx'): Promise<void> =>
    writeFile(file, JSON.stringify(holder), { flag, mode: 0o600 });
  for (let isFirstTry = true; ; isFirstTry = false) {
    try {
      await write({ pid: process.pid }, 'wx');
      held.add(file);
      break;
    } catch (error) {
      if (systemFault(error)?.code !== 'EEXIST') throw unlockable(file, error);
      const holder = await holderIn(file);
      const isHeld = holder !== undefined && (holder.pid === process.pid ? held.has(file) : isAlive(holder.pid));
      if (!isFirstTry || isHeld) throw taken(dbFilename, holder);
      await rm(file, { force: true }).catch((refusal: unknown) => {
        throw unlockable(file, refusal);
      });
    }
  }
  return {
    servedAt: (address) =>
      write({ pid: process.pid, address }, 'w').catch((error: unknown) => {
        throw unlockable(file, error);
      }),
    release: () => {
      held.delete(file);
      return rm(file, { force: true });
    },
  };
}

/**
 * What this process has. A lock with its own number that is not here is an earlier one's: a container
 * counts from 1 again.
 */
const held = new Set<string>();

async function holderIn(file: string): Promise<Holder | undefined> {
  const text = await readFile(file, 'utf8').catch(() => '');
  const [, pid] = /"pid":(\d+)/.exec(text) ?? [];
  const [, address] = /"address":"([^"]+)"/.exec(text) ?? [];
  return pid === undefined ? undefined : { pid: Number(pid), ...(address === undefined ? {} : { address }) };
}

/** A process of another user counts: it may only not be signalled. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

function unlockable(file: string, error: unknown): UsageError {
  return new UsageError(
    `${file}, which keeps a second server off the database, cannot be written: ${whyOf(error)}.`,
    'Mend that, or set XDG_DATA_HOME to a folder that this user may write to.',
  );
}

function taken(dbFilename: string, holder: Holder | undefined): UsageError {
  const where = holder?.address === undefined ? '' : ` Its Temporal is at ${holder.address}.`;
  const who = holder === undefined ? 'another process' : `the process ${String(holder.pid)}`;
  const use = holder?.address === undefined ? '' : `Use it: export TEMPORAL_ADDRESS=${holder.address}. `;
  return new UsageError(
    `patchbay dev --live runs already: ${who} has the database ${dbFilename}.${where}`,
    `${use}For a second one beside it, set XDG_DATA_HOME to another folder.`,
  );
}
