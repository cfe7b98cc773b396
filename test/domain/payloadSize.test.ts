import { expect, test } from 'vitest';
import { cutText, fittingFindings, jsonBytes } from '../../src/domain/reports/payloadSize.js';
import type { Finding } from '../../src/domain/calls/evidence.js';

const number = (at: number): string => `+1864${String(8_300_000 + at)}`;

test.each(['plain words', 'Gespräch mit 東京', 'a "quoted" \\ text', '\u001b[31mred\u0007', '👩‍👩‍👧 ☎ 👩‍👩‍👧', '\ud83d'])(
  'a text is cut to the bytes that it takes within JSON, and no shorter than that: %j',
  (words) => {
    const text = words.repeat(20);
    const whole = jsonBytes(text) - 2;

    expect(cutText(text, whole)).toBe(text);
    for (let most = 3; most < whole; most += 1) {
      const bytes = jsonBytes(cutText(text, most)) - 2;
      expect(bytes).toBeLessThanOrEqual(most);
      expect(bytes).toBeGreaterThan(most - 9);
    }
  },
);

test('a cut text ends in an ellipsis and in a whole character', () => {
  expect(cutText('👩👩👩', 9)).toBe('👩…');
  expect(cutText('no longer', 9)).toBe('no longer');
});

test('of too many findings each number keeps its first, and what concerns all stays', () => {
  const finding = (at: number | undefined): Finding => ({
    side: 'didww',
    affects: ['inbound'],
    verdict: 'failed',
    cause: 'c'.repeat(400),
    action: 'a'.repeat(400),
    ...(at === undefined ? {} : { number: number(at) }),
  });
  const many = [finding(undefined), ...Array.from({ length: 3_000 }, (_, at) => finding(at % 1_000))];

  const kept = fittingFindings(many);

  expect(kept).toHaveLength(1_001);
  expect(fittingFindings(many.slice(0, 3))).toEqual(many.slice(0, 3));
});
