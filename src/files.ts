/**
 * Files that a person names: requests, scenarios, keys, configurations. Belongs here: reading them, none
 * without end. Does not: what they mean.
 */
import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { decodedText } from './domain/text/decoded.js';
import { systemFault, whyOf } from './domain/reports/systemFault.js';

/** Thrice what the largest request has. A device or a pipe has no size of its own and may have no end. */
export const MOST_BYTES = 8_000_000;
const AT_ONCE = 64 * 1024;

/** Why a file gives no content, in words that follow its name. */
export interface Unread {
  readonly problem: string;
  /** There is no file at that place. */
  readonly isAbsent?: boolean;
}

/** Pipes that this process was handed open, by a shell (`<(…)`) for one: their other end is there. */
const HANDED_OVER = /^\/(?:dev\/fd|proc\/(?:self|\d+)\/fd)\/\d+$|^\/dev\/stdin$/;

/**
 * Reads a file, a device or a pipe that was handed over, up to 8 MB. A pipe that has a name of its own is
 * not opened, as that waits for a writer without end. Never throws.
 */
export function readBytes(path: string): { readonly bytes: Uint8Array } | Unread {
  try {
    if (!HANDED_OVER.test(path) && statSync(path).isFIFO()) return { problem: NAMED_PIPE };
    return bytesOf(openSync(path, 'r'));
  } catch (error) {
    const isAbsent = ['ENOENT', 'ENOTDIR'].includes(systemFault(error)?.code ?? '');
    return { problem: unreadable(error), isAbsent };
  }
}

const NAMED_PIPE = 'cannot be read: it is a named pipe, into which nobody may ever write';

/** The same as text, in any encoding that `decodedText` reads. */
export function readText(path: string): { readonly text: string } | Unread {
  const file = readBytes(path);
  return 'problem' in file ? file : decodedText(file.bytes);
}

/** Why something gave no content, in words that follow its name. */
export const unreadable = (error: unknown): string => `cannot be read: ${whyOf(error)}`;

/** What is said of content without end, in words that follow its name. */
export const TOO_LARGE = `is larger than ${String(MOST_BYTES / 1_000_000)} MB`;

/** Whether content has more bytes than any file that is meant. */
export const isTooLarge = (bytes: number): boolean => bytes > MOST_BYTES;

function bytesOf(file: number): { readonly bytes: Uint8Array } | Unread {
  try {
    const chunks: Uint8Array[] = [];
    for (let size = 0; !isTooLarge(size);) {
      const chunk = new Uint8Array(AT_ONCE);
      const read = readSync(file, chunk);
      if (read === 0) return { bytes: Buffer.concat(chunks) };
      chunks.push(chunk.subarray(0, read));
      size += read;
    }
    return { problem: TOO_LARGE };
  } finally {
    closeSync(file);
  }
}
