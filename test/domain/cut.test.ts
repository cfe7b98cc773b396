import { expect, test } from 'vitest';
import { shorten } from '../../src/domain/text/cut.js';

test.each([
  ['a text that fits', 'abc', 3, 'abc'],
  ['a longer text', 'abcd', 3, 'ab…'],
  ['a character of two units that just fits', 'a📵cd', 4, 'a📵…'],
  ['a character of two units that would be halved', 'a📵cd', 3, 'a…'],
  ['nothing but such a character', '📵📵', 2, '…'],
])('%s is cut between characters', (_, text, longest, cut) => {
  expect(shorten(text, longest)).toBe(cut);
});
