/** Settings as people write them into environments and files. */
import { hiddenWords, placeIn } from './hiddenCharacters.js';

/**
 * Without spaces and line ends around it, and without the quotes that Docker leaves where an environment
 * file has them.
 */
export const trimmed = (text: string): string => /^(["'])([^]*)\1$/.exec(text.trim())?.[2]?.trim() ?? text.trim();

/**
 * What is wrong with a provider's key, without a character of it; undefined where nothing is. A key goes
 * into a header: anything but visible ASCII would fail there, far from here.
 */
export function keyProblem(key: string): string | undefined {
  if (key === '') return 'it is empty';
  const at = key.search(/[^\x21-\x7e]/);
  if (at === -1) return undefined;
  const hidden = hiddenWords(key, true);
  if (hidden !== undefined) return `what it holds ${hidden}`;
  const what = /\s/.test(key.charAt(at)) ? 'a space or a line end' : 'a character beyond ASCII';
  return `it has ${what} in it, ${placeIn(key, at, true)}`;
}
