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
export const oddIn = (input: unknown): string | undefined =>
  typeof input === 'string' ? oddCharacter(input, /["'\s]|[^\x20-\x7e]/u) : undefined;

/** Why a text is no telephone number, in a clause: `+1202555O123`, `+1-202-555-0123`. */
export function oddInNumber(input: unknown): string | undefined {
  if (typeof input !== 'string' || input === '') return undefined;
  const character = oddCharacter(input, /(?!^\+)[^0-9]/u);
  if (character !== undefined) return character;
  if (!input.startsWith('+')) return 'it lacks the + and perhaps the country code';
  if (input.startsWith('+0')) return 'it begins with 0, as no country code does';
  return `it has ${String(input.length - 1)}`;
}

function oddCharacter(text: string, odd: RegExp): string | undefined {
  const { 0: found, index } = odd.exec(text) ?? { 0: undefined, index: 0 };
  return found === undefined ? undefined : `it contains ${nameOf(found)} ${placeIn(text, index)}`;
}

function nameOf(character: string): string {
  if (character === '"' || character === "'") return `a quotation mark (${character})`;
  if (character === ' ') return 'a space';
  if (/\s/.test(character)) return 'a line end or a tab';
  if (/[a-z]/i.test(character)) return `the letter ${character}`;
  return /[\x20-\x7e]/.test(character) ? `"${character}"` : `"${character}" (${codePoint(character)})`;
}
