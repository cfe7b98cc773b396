/** Longest wait that is believed; beyond it a header is more likely a fault than a wish. */
const LONGEST_WAIT_MS = 600_000;

/**
 * Reads a `Retry-After` header (RFC 9110, 10.2.3: seconds or an HTTP date) as milliseconds from now, 0 to
 * ten minutes. Undefined where there is none to read.
 */
export function retryAfterMs(header: string | undefined, now: number = Date.now()): number | undefined {
  const text = header?.trim() ?? '';
  if (text === '') return undefined;
  const wait = /^\d+(\.\d+)?$/.test(text) ? Number(text) * 1000 : Date.parse(text) - now;
  if (Number.isNaN(wait)) return undefined;
  return Math.ceil(Math.min(Math.max(wait, 0), LONGEST_WAIT_MS));
}
