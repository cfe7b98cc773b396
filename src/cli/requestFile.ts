import { readFile } from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';
import { decodedText } from '../domain/decodedText.js';
import { readYaml } from '../domain/yamlText.js';
import { UsageError } from './usageError.js';

/**
 * What a request file holds, not yet judged; `-` reads standard input. YAML, of which JSON is a part.
 * Throws `UsageError` where it cannot be read or is neither.
 */
export async function readRequestFile(file: string, stdin: NodeJS.ReadableStream): Promise<unknown> {
  const name = file === '-' ? 'Standard input' : file;
  const content = decodedText(file === '-' ? await buffer(stdin) : await read(file));
  const found = 'problem' in content ? content : readYaml(content.text);
  if ('problem' in found) {
    throw new UsageError(`${name} ${found.problem}.`, 'Correct it and run the same command again.');
  }
  if (found.value === null || found.value === undefined) {
    throw new UsageError(`${name} is empty.`, 'README.md shows a first request.');
  }
  return found.value;
}

/** Why the file system gives no content. */
const UNREADABLE: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  ENOTDIR: 'there is no such file',
  EACCES: 'reading it is not allowed',
  EPERM: 'reading it is not allowed',
  EISDIR: 'it is a folder',
  ELOOP: 'its links lead in a circle',
  ENAMETOOLONG: 'its name is too long',
  ERR_INVALID_ARG_VALUE: 'its name holds a NUL byte',
};

async function read(file: string): Promise<Uint8Array> {
  try {
    return await readFile(file);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    throw new UsageError(
      `${file} cannot be read: ${UNREADABLE[code] ?? code}.`,
      'Give the path of a request, or - for standard input.',
    );
  }
}
