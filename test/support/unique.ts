import { randomInt } from 'node:crypto';

/** A slug that no other test uses: all files share one Temporal server. */
export const uniqueSlug = (): string => `t${String(randomInt(36 ** 8))}`;

/** Ordinary area codes: others of country code 1 are premium-rate numbers, or other countries'. */
const AREAS = [206, 212, 213, 303, 305, 312, 404, 415, 503, 602, 617, 702, 713, 718, 864] as const;
const NUMBERS_OF_AREA = 8_000_000; // from 200 0000 on

/**
 * So many different numbers that no other test uses: a number's run is locked by its id across the whole
 * server. They are ordinary numbers of the United States.
 */
export function uniqueNumbers(count: number): readonly string[] {
  const area = AREAS[randomInt(AREAS.length)] ?? AREAS[0];
  const first = 10_000_000_000 + area * 10_000_000 + 2_000_000 + randomInt(NUMBERS_OF_AREA - count);
  return Array.from({ length: count }, (_, at) => `+${String(first + at)}`);
}
