/**
 * Characters that nobody sees: what holds one looks right and is not. They come along with what is copied
 * from web pages, documents and address books.
 */

/**
 * Without a shape of their own: format and control characters, fillers, selectors of variants, and every
 * space but the plain one.
 */
const HIDDEN = /[\p{Cf}\p{Zl}\p{Zp}\u115f\u1160\u3164\p{Variation_Selector}]|(?! )\p{Zs}|[^\P{Cc}\t\n\r]/u;

const NAMES: Readonly<Record<string, string>> = {
  '\u00a0': 'no-break space',
  '\u00ad': 'soft hyphen',
  '\u200b': 'zero-width space',
  '\u200c': 'zero-width non-joiner',
  '\u200d': 'zero-width joiner',
  '\u200e': 'left-to-right mark',
  '\u200f': 'right-to-left mark',
  '\u202a': 'left-to-right embedding',
  '\u202c': 'end of a directional mark',
  '\u202f': 'narrow no-break space',
  '\u2060': 'word joiner',
  '\ufeff': 'byte order mark',
};

/** The most of a text that is repeated to show a place in it. */
const SHOWN = 20;

/**
 * What is wrong with a text that holds a hidden character, in words that follow its name: which it is and
 * where. `isSecret` keeps the text itself out of them. Undefined where there is none.
 */
export function hiddenWords(text: string, isSecret = false): string | undefined {
  const { 0: found, index } = HIDDEN.exec(text) ?? { 0: undefined, index: 0 };
  if (found === undefined) return undefined;
  const name = NAMES[found];
  const character = `${codePoint(found)}${name === undefined ? '' : `, ${name}`}`;
  return `contains an invisible character (${character}) ${placeIn(text, index, isSecret)}`;
}

/** `U+200E`. */
export const codePoint = (character: string): string =>
  `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;

/**
 * Where a character of a text stands: `at its beginning`, `after "+1"`, `as its character 3` where the text
 * is secret.
 */
export function placeIn(text: string, index: number, isSecret = false): string {
  if (index === 0) return 'at its beginning';
  return isSecret
    ? `as its character ${String(index + 1)}`
    : `after "${text.slice(Math.max(0, index - SHOWN), index)}"`;
}
