import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { type Document, parseDocument, type ScalarTag, type Tags } from 'yaml';
import { UsageError } from './usageError.js';

/**
 * What a request file holds, not yet judged; `-` reads standard input. YAML, of which JSON is a part. Throws `UsageError` where it cannot be
 * read or is neither.
 */
export async function readRequestFile(file: string, stdin: NodeJS.ReadableStream): Promise<unknown> {
  const name = file === '-' ? 'Standard input' : file;
  const content = file === '-' ? await text(stdin) : await read(file);
  const document = parseDocument(content, { prettyErrors: true, customTags: withPlainNumbers });
  const [error] = document.errors;
  if (error !== undefined) throw unreadable(name, error);
  const value = valueOf(name, document);
  if (value === null || value === undefined) {
    throw new UsageError(`${name} is empty.`, 'README.md shows a first request.');
  }
  return value;
}

/** Resolves aliases: one may name an anchor that is not there, and many may multiply without end. */
function valueOf(name: string, document: Document): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch (error) {
    throw unreadable(name, error);
  }
}

function unreadable(name: string, error: unknown): UsageError {
  const [line = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
  return new UsageError(`${name} is neither YAML nor JSON: ${line}`, 'Correct it and run the same command again.');
}

/** `number: +18648301018` without quotes is a phone number to whoever writes it, and an integer to YAML: the sign decides for the former. */
const withPlainNumbers = (tags: Tags): Tags => [PHONE_NUMBER, ...tags];

const PHONE_NUMBER: ScalarTag = {
  tag: 'tag:yaml.org,2002:str',
  default: true,
  test: /^\+[0-9]+$/,
  resolve: (text) => text,
};

async function read(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    const why = { ENOENT: 'there is no such file', EACCES: 'reading it is not allowed', EISDIR: 'it is a folder' }[
      code
    ];
    throw new UsageError(
      `${file} cannot be read: ${why ?? code}.`,
      'Give the path of a request, or - for standard input.',
    );
  }
}
