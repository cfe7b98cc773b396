import { randomBytes } from 'node:crypto';

/** A UUIDv7: Vapi's call ids look like those, so that they sort by time (docs/providers/vapi.md, Lists). */
export function timeOrderedId(now: number): string {
  const time = now.toString(16).padStart(12, '0');
  const random = randomBytes(10);
  random[0] = 0x70 | ((random[0] ?? 0) & 0x0f);
  random[2] = 0x80 | ((random[2] ?? 0) & 0x3f);
  const hex = `${time}${random.toString('hex')}`;
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-');
}
