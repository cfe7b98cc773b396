/**
 * Destinations that cost many times an ordinary call: premium-rate and satellite numbers.
 * Belongs here: telling them from the number alone. Does not: who may be rung (`requestRules.ts`), the
 * table of national ranges (`premiumRanges.ts`).
 */
import { PREMIUM_RANGES } from './premiumRanges.js';

/**
 * Codes of no country (ITU-T E.164, list of assigned codes): each whole, as their tariffs have no ordinary
 * part.
 */
const INTERNATIONAL: Readonly<Record<string, string>> = {
  870: 'a satellite number (Inmarsat, +870)',
  878: 'a number of the international code for personal telecommunications (+878)',
  881: 'a satellite number (+881)',
  882: 'a number of the international networks, some of them satellite (+882)',
  883: 'a number of the international networks, some of them satellite (+883)',
  979: 'an international premium-rate number (+979)',
};

/**
 * What makes a destination expensive, in words that follow "is"; undefined for every other number, and for
 * one that is not certainly one of these: only a number of the right length is in a premium-rate range.
 *
 * @param number E.164, with its plus sign.
 */
export function expensiveAs(number: string): string | undefined {
  const digits = number.replace(/^\+/, '');
  const international = INTERNATIONAL[digits.slice(0, 3)];
  if (international !== undefined) return international;
  const code = CODE_LENGTHS.map((length) => digits.slice(0, length)).find(
    (start) => PREMIUM_RANGES[start] !== undefined,
  );
  if (code === undefined) return undefined;
  const range = new RegExp(`^(?:${PREMIUM_RANGES[code] ?? ''})$`);
  return range.test(digits.slice(code.length)) ? `a premium-rate number of the calling code +${code}` : undefined;
}

/** Calling codes have one to three digits, and none begins with another (ITU-T E.164). */
const CODE_LENGTHS = [1, 2, 3];
