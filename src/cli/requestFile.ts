import { decodedText, type Decoded } from '../domain/text/decoded.js';
import { readYaml } from '../domain/text/yaml.js';
import { isTooLarge, readText, TOO_LARGE, unreadable } from '../files.js';
import { UsageError } from './usageError.js';

/**
 * What a request file holds, not yet judged; `-` reads standard input. YAML, of which JSON is a part.
 * Throws `UsageError` where it cannot be read or is neither.
 */
export async function readRequestFile(file: string, stdin: NodeJS.ReadableStream): Promise<unknown> {
  const name = file === '-' ? 'Standard input' : file;
  const content = file === '-' ? await readInput(stdin) : readText(file);
  const found = 'problem' in content ? content : readYaml(content.text);
  if ('problem' in found) {
    throw new UsageError(`${name} ${found.problem}.`, 'Correct it and run the same command again.');
  }
  if (found.value === null || found.value === undefined) {
    throw new UsageError(`${name} is empty.`, 'README.md shows a first request.');
  }
  return found.value;
}

/** Standard input to its end. */
async function readInput(stdin: NodeJS.ReadableStream): Promise<Decoded> {
  try {
    const chunks: Uint8Array[] = [];
    let size = 0;
    for await (const chunk of stdin) {
      chunks.push(Buffer.from(chunk));
      size += chunk.length;
      if (isTooLarge(size)) return { problem: TOO_LARGE };
    }
    return decodedText(Buffer.concat(chunks));
  } catch (error) {
    return { problem: unreadable(error) };
  }
}
