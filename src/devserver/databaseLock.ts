/**
 * The lock that keeps a second server off a database: two on one lose runs. The kernel holds it for the
 * processes of the server (`serverProcess.ts`), however they end, so none is ever left behind. The file
 * beside the database stays there; all that it holds is who has the lock.
 */
import { constants } from 'node:fs';
import { type FileHandle, open, readFile, writeFile } from 'node:fs/promises';
import { systemFault, whyOf } from '../domain/reports/systemFault.js';
import { LocalTemporalError } from './localTemporalError.js';

/** The lock file of a database, open for a server's processes to lock and inherit. */
export interface LockFile {
  readonly path: string;
  readonly fd: number;
  /** To be called once the processes run: they have it open themselves. */
  readonly close: () => Promise<void>;
}

/** Opens the lock file of a database. Throws `LocalTemporalError` where it cannot be written. */
export async function openLockFile(dbFilename: string): Promise<LockFile> {
  const path = `${dbFilename}.lock`;
  let file: FileHandle;
  try {
    file = await open(path, constants.O_CREAT | constants.O_RDWR | constants.O_NONBLOCK, 0o600);
  } catch (error) {
    throw unwritable(path, error);
  }
  return { path, fd: file.fd, close: () => file.close() };
}

/** Tells whoever wants the database, too, where the server of this process answers. */
export async function noteAddress({ path }: Pick<LockFile, 'path'>, address: string): Promise<void> {
  try {
    await writeFile(path, JSON.stringify({ pid: process.pid, address }));
  } catch (error) {
    throw unwritable(path, error);
  }
}

/** Who has a database, as its lock file says. */
export interface Holder {
  /** The process that started the server. */
  readonly pid: number;
  /** Absent until the server answers. */
  readonly address?: string;
}

/** Who has a lock that is held; nobody while the server of a process that is gone ends. */
export async function livingHolder({ path }: Pick<LockFile, 'path'>): Promise<Holder | undefined> {
  const holder = await holderIn(path);
  return holder !== undefined && isAlive(holder.pid) ? holder : undefined;
}

/** Another server has the database. */
export function databaseTaken(dbFilename: string, holder?: Holder): LocalTemporalError {
  const where = holder?.address === undefined ? '' : ` Its Temporal is at ${holder.address}.`;
  const who = holder === undefined ? 'another process' : `the process ${String(holder.pid)}`;
  const use = holder?.address === undefined ? '' : `Use it: export TEMPORAL_ADDRESS=${holder.address}. `;
  return new LocalTemporalError(
    `patchbay dev --live runs already: ${who} has the database ${dbFilename}.${where}`,
    `${use}For a second one beside it, set XDG_DATA_HOME to another folder.`,
  );
}

/** Nothing where it cannot be read or is just being written. */
async function holderIn(path: string): Promise<Holder | undefined> {
  const text = await readFile(path, 'utf8').catch(() => '');
  const [, pid] = /"pid":(\d+)[,}]/.exec(text) ?? [];
  const [, address] = /"address":"([^"]+)"/.exec(text) ?? [];
  return pid === undefined ? undefined : { pid: Number(pid), ...(address === undefined ? {} : { address }) };
}

/** A process of another user counts: it may only not be signalled. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return systemFault(error)?.code === 'EPERM';
  }
}

const unwritable = (path: string, error: unknown): LocalTemporalError =>
  new LocalTemporalError(
    `${path}, which keeps a second server off the database, cannot be written: ${whyOf(error)}.`,
    'Fix that, or set XDG_DATA_HOME to a folder that this user may write to.',
    { cause: error },
  );
