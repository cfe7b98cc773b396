import { dateIn } from './providerClock.js';

/** Longest wait that is believed; beyond it a header is more likely a fault than a wish. */
const LONGEST_WAIT_MS = 600_000;

/**
 * Reads a `Retry-After` header (RFC 9110, 10.2.3: seconds or an HTTP date) as milliseconds from the answer
 * on, 0 to ten minutes. A date is meant on the clock that the answer's own `Date` shows; this machine's
 * stands in for one that says none. Undefined where there is none to read.
 */
export function retryAfterMs(headers: Readonly<Record<string, string>>): number | undefined {
  const text = headers['retry-after']?.trim() ?? '';
  if (text === '') return undefined;
  const now = dateIn(headers) ?? Date.now();
  const wait = /^\d+(\.\d+)?$/.test(text) ? Number(text) * 1000 : Date.parse(text) - now;
  if (Number.isNaN(wait)) return undefined;
  return Math.ceil(Math.min(Math.max(wait, 0), LONGEST_WAIT_MS));
}
