import { randomInt } from 'node:crypto';

/** A slug that no other test uses: all files share one Temporal server. */
export const uniqueSlug = (): string => `t${String(randomInt(36 ** 8))}`;

/**
 * So many different numbers that no other test uses: a number's run is locked by its id across the whole
 * server.
 */
export function uniqueNumbers(count: number): readonly string[] {
  const first = 1_864_000_0000 + randomInt(900_000_000 - count);
  return Array.from({ length: count }, (_, at) => `+${String(first + at)}`);
}
