const UNIT_MS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 } as const;

/**
 * The form of every duration in a request: a whole number and its unit, such as `100ms`, `30s`, `5m`, `1h`.
 * Ten digits hold the longest in milliseconds.
 */
export const DURATION_PATTERN = /^([1-9][0-9]{0,9})(ms|s|m|h)$/;

/** Thirty days: nobody waits longer, and Temporal's own timers end somewhere. */
export const LONGEST_DURATION_MS = 30 * 24 * UNIT_MS.h;

/** Milliseconds of a duration that fits `DURATION_PATTERN`. Throws `RangeError` for any other text. */
export function durationMs(text: string): number {
  const match = DURATION_PATTERN.exec(text);
  if (match === null) throw new RangeError(`"${text}" is not a duration such as 100ms, 30s, 5m or 1h`);
  return Number(match[1]) * UNIT_MS[match[2] as keyof typeof UNIT_MS];
}

/** The shortest text of a whole duration: `24h`, `90m`. */
export function durationText(ms: number): string {
  const unit = (['h', 'm', 's'] as const).find((one) => ms >= UNIT_MS[one] && ms % UNIT_MS[one] === 0) ?? 'ms';
  return `${String(ms / UNIT_MS[unit])}${unit}`;
}
