/**
 * What travels through Temporal has to fit 2 MB, of a thousand numbers too. Belongs here: how large a value
 * is, cutting a text, findings that fit. Does not: what a Result may lose (`resultSize.ts`).
 */
import type { Finding } from '../calls/evidence.js';

/** Bytes that findings may have. */
const MOST_FINDINGS_BYTES = 1_000_000;

/** What a value takes as a payload: JSON in UTF-8. */
export const jsonBytes = (value: unknown): number => new TextEncoder().encode(JSON.stringify(value)).length;

/**
 * A text that takes at most so many bytes within JSON, quotes aside; what is cut ends in an ellipsis, and
 * no character is halved.
 */
export function cutText(text: string, most: number): string {
  if (text.length * MOST_BYTES_OF_A_UNIT <= most) return text;
  let bytes = 0;
  let end = 0;
  let at = 0;
  for (const character of text) {
    bytes += bytesWithinJson(character);
    at += character.length;
    if (bytes <= most - ELLIPSIS_BYTES) end = at;
    if (bytes > most) return `${text.slice(0, end)}…`;
  }
  return text;
}

const ELLIPSIS_BYTES = 3;
/** A control character is written as `\u0007`. */
const MOST_BYTES_OF_A_UNIT = 6;

function bytesWithinJson(character: string): number {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x20 || (code >= 0xd800 && code < 0xe000)) return MOST_BYTES_OF_A_UNIT;
  if (character === '"' || character === '\\') return 2;
  if (code < 0x80) return 1;
  if (code < 0x800) return 2;
  return code < 0x10000 ? 3 : 4;
}

/** The findings as far as they fit: of each number the most telling one, where all are too many. */
export function fittingFindings(findings: readonly Finding[]): readonly Finding[] {
  if (jsonBytes(findings) <= MOST_FINDINGS_BYTES) return findings;
  const seen = new Set<string>();
  return findings.filter(({ number }) => {
    if (number === undefined) return true;
    const isFirst = !seen.has(number);
    seen.add(number);
    return isFirst;
  });
}
