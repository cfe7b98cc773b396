/**
 * What the operating system says of files, ports and names, in words. Every place that tells a person why
 * something cannot be read, written, started or listened on takes them from here.
 */

/** By `errno` (POSIX, errno.h) and the codes that Node adds for names of hosts. Each follows a colon. */
const WORDS: Readonly<Record<string, string>> = {
  EACCES: 'this user is not allowed to',
  EADDRINUSE: 'the port is taken',
  EADDRNOTAVAIL: 'this machine has no such address',
  EAGAIN: 'the system has no room for more at the moment (ulimit -u, memory)',
  EAI_AGAIN: 'the name cannot be looked up at the moment',
  EBUSY: 'it is in use',
  ECONNREFUSED: 'nothing listens there',
  ECONNRESET: 'the other end hung up',
  EDQUOT: "this user's quota is used up",
  EEXIST: 'something of that name is there already',
  EHOSTUNREACH: 'no network leads there',
  EINVAL: 'that is not possible there',
  EIO: 'the device fails',
  EISDIR: 'it is a folder',
  ELOOP: 'its links lead in a circle',
  EMFILE: 'this process has too many files open (ulimit -n)',
  ENAMETOOLONG: 'its name is too long',
  ENETUNREACH: 'no network leads there',
  ENFILE: 'the system has too many files open',
  ENODEV: 'there is no such device',
  ENOENT: 'there is no such file or folder',
  ENOEXEC: 'it is no program of this machine',
  ENOMEM: 'no memory is left',
  ENOSPC: 'no space is left there',
  ENOTDIR: 'a part of its path is no folder',
  ENOTEMPTY: 'the folder is not empty',
  ENOTFOUND: 'the name is not known',
  ENXIO: 'there is no such device',
  EPERM: 'this user is not allowed to',
  EPIPE: 'the other end is closed',
  EROFS: 'it is on a file system that is read-only',
  ESTALE: 'its file system is gone',
  ETIMEDOUT: 'it does not answer in time',
  ETXTBSY: 'it is in use',
  EXDEV: 'it is on another file system',
  ERR_INVALID_ARG_VALUE: 'its name holds a NUL byte',
};

/** An error of the operating system, as Node throws it. */
export interface SystemFault {
  /** Such as `ENOENT`. */
  readonly code: string;
  /** In words that follow a colon; the code itself where there are none. */
  readonly why: string;
  /** The file, address or name that it is about, where it says so. */
  readonly of?: string;
}

/** What the operating system says in an error; undefined where the error is none of its. */
export function systemFault(error: unknown): SystemFault | undefined {
  if (!(error instanceof Error)) return undefined;
  const { code, info, path, address, port, hostname } = error as Partial<Record<Member, unknown>>;
  // Errors of Node's own put the code into `info` (https://nodejs.org/api/errors.html#class-systemerror).
  const found = memberOf(info, 'code') ?? code;
  if (typeof found !== 'string' || !(found in WORDS || /^E[A-Z0-9_]+$/.test(found))) return undefined;
  if (found.startsWith('ERR_') && !(found in WORDS)) return undefined;
  const where = typeof path === 'string' ? path : typeof address === 'string' ? placeOf(address, port) : hostname;
  return { code: found, why: WORDS[found] ?? found, ...(typeof where === 'string' ? { of: where } : {}) };
}

/** Why, in words that follow a colon; those of the error itself where the system does not say. */
export const whyOf = (error: unknown): string =>
  systemFault(error)?.why ?? (error instanceof Error ? error.message : String(error));

type Member = 'code' | 'info' | 'path' | 'address' | 'port' | 'hostname';

const memberOf = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;

const placeOf = (address: string, port: unknown): string =>
  typeof port === 'number' ? `${address}:${String(port)}` : address;
