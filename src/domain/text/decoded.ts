/**
 * Bytes of a file, a pipe or a setting that a person wrote, read as text. Every reader of such bytes uses
 * it: none puts replacement characters where it does not know what was meant.
 */

/** The text, or why there is none, in words that follow the name of the file. */
export type Decoded = { readonly text: string } | { readonly problem: string };

/**
 * UTF-8, with or without a byte order mark, or UTF-16 that its mark announces (as PowerShell's `>` writes
 * it). The mark is no part of the text. Never throws.
 */
export function decodedText(bytes: Uint8Array): Decoded {
  if (startsWith(bytes, 0xff, 0xfe, 0, 0) || startsWith(bytes, 0, 0, 0xfe, 0xff))
    return { problem: unreadAs('UTF-32') };
  if (startsWith(bytes, 0xff, 0xfe)) return decodedAs('utf-16le', bytes);
  if (startsWith(bytes, 0xfe, 0xff)) return decodedAs('utf-16be', bytes);
  if (bytes.length > 1 && bytes.includes(0)) {
    const isUtf16 = bytes[0] === 0 || bytes[1] === 0;
    return { problem: isUtf16 ? unreadAs('UTF-16 without a byte order mark') : 'is not text: it holds a NUL byte' };
  }
  const text = decoded('utf-8', bytes);
  return text === undefined ? { problem: notUtf8(lineOutside(bytes)) } : { text };
}

/**
 * Why a setting has no text that can be trusted: Node reads the environment as UTF-8 and replaces what is
 * not.
 */
export const isReplaced = (text: string): boolean => text.includes('\ufffd');

const startsWith = (bytes: Uint8Array, ...mark: readonly number[]): boolean =>
  mark.every((byte, at) => bytes[at] === byte);

function decodedAs(encoding: 'utf-16le' | 'utf-16be', bytes: Uint8Array): Decoded {
  const text = decoded(encoding, bytes);
  return text === undefined ? { problem: `begins like ${encoding.toUpperCase()} and is not: ${SAVE}` } : { text };
}

function decoded(encoding: string, bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

const SAVE = 'save it as UTF-8';

const unreadAs = (encoding: string): string => `is ${encoding}, which is not read: ${SAVE}`;

const notUtf8 = (line: number): string =>
  `is not UTF-8 at line ${String(line)}, perhaps Latin-1 or Windows-1252: ${SAVE}, or convert it by ` +
  'iconv -f WINDOWS-1252 -t UTF-8';

/**
 * The first line that is not UTF-8, counted from 1. No character of UTF-8 but the line feed has its byte.
 */
function lineOutside(bytes: Uint8Array): number {
  for (let from = 0, line = 1; from <= bytes.length; line += 1) {
    const end = bytes.indexOf(0x0a, from);
    const to = end === -1 ? bytes.length : end;
    if (decoded('utf-8', bytes.subarray(from, to)) === undefined) return line;
    from = to + 1;
  }
  return 1;
}
