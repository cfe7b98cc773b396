/**
 * Texts of an input as a person wrote them: what stands around a value without meaning anything, and what
 * is odd about one that was refused.
 */
import { codePoint, hiddenWords, placeIn } from './hiddenCharacters.js';

/** What people write in their own words: kept as it is. */
const FREE_TEXTS: ReadonlySet<string> = new Set(['label', 'message', 'toolDescription', 'when']);
/** No input goes deeper. */
const DEEPEST = 6;

/**
 * The same input, with spaces and line ends around names, numbers and ids gone. Changes nothing that is
 * free text.
 */
export function trimmedInput(input: unknown, depth = 0): unknown {
  if (typeof input === 'string') return input.trim();
  if (typeof input !== 'object' || input === null || depth > DEEPEST) return input;
  if (Array.isArray(input)) return input.map((item) => trimmedInput(item, depth + 1));
  if (Object.getPrototypeOf(input) !== Object.prototype) return input;
  return Object.fromEntries(
    Object.entries(input).map(([name, value]) => [name, FREE_TEXTS.has(name) ? value : trimmedInput(value, depth + 1)]),
  );
}

/**
 * Why a text that looks right is wrong, in words that follow its name: a character that nobody sees. It
 * takes the place of whatever else could be said. Undefined for anything else.
 */
export const unseenIn = (input: unknown): string | undefined =>
  typeof input === 'string' ? hiddenWords(input) : undefined;

/**
 * What else of a text is odd, in a clause: quotes, spaces, letters and signs that only look like those of
 * ASCII.
 */
export function oddIn(input: unknown): string | undefined {
  if (typeof input !== 'string') return undefined;
  const { 0: found, index } = /["'\s]|[^\x20-\x7e]/u.exec(input) ?? { 0: undefined, index: 0 };
  if (found === undefined) return undefined;
  return `it contains ${nameOf(found)} ${placeIn(input, index)}`;
}

function nameOf(character: string): string {
  if (character === '"' || character === "'") return `a quotation mark (${character})`;
  if (character === ' ') return 'a space';
  if (/\s/.test(character)) return 'a line end or a tab';
  return `"${character}" (${codePoint(character)})`;
}
