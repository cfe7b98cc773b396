/**
 * Whether the worker's clock and the providers' agree. Nothing is decided by the worker's (`ProviderClock`), but
 * its log and the dates of certificates go by it. Belongs here: what a person is told. Does not: measuring.
 */
import { hostname } from 'node:os';
import { providerName } from '../domain/advice.js';
import type { ProviderClock } from '../http/index.js';

/** Clocks that differ by no more are taken to agree. */
const AGREE_WITHIN_MS = 5_000;

/** A clock that is known, and how far this machine's is ahead of it, in milliseconds. */
interface Compared {
  readonly name: string;
  readonly aheadMs: number;
}

/** One warning for the clock that is wrong, where one is: this machine's, where nobody agrees with it. */
export function clockWarnings(clocks: readonly ProviderClock[], machine: string = hostname()): readonly string[] {
  const known = clocks.flatMap((clock): readonly Compared[] => {
    const aheadMs = clock.aheadMs();
    return aheadMs === undefined ? [] : [{ name: `${providerName(clock.provider)}'s`, aheadMs }];
  });
  const off = known.filter(({ aheadMs }) => Math.abs(aheadMs) > AGREE_WITHIN_MS);
  const [first, ...others] = off;
  if (first === undefined) return [];
  const worker = `that of the worker on ${machine}`;
  if (off.length < known.length) {
    const right = known.filter((clock) => !off.includes(clock)).map(({ name }) => name);
    return [
      `${first.name} clock is ${apart(-first.aheadMs)} ${[...right, worker].join(' and ')}. ` +
        `Patchbay went by it for what happens there. Where a gateway answers for it, look at the gateway's clock.`,
    ];
  }
  const alike = others.filter(({ aheadMs }) => Math.abs(aheadMs - first.aheadMs) <= AGREE_WITHIN_MS);
  const names = [first, ...alike].map(({ name }) => name).join(' and ');
  return [
    `The clock of the worker on ${machine} is ${apart(first.aheadMs)} ${names}. ` +
      'Patchbay went by theirs; have that machine set its clock (NTP), as its log and its trust in certificates go by it.',
  ];
}

const apart = (aheadMs: number): string => `${lasting(Math.abs(aheadMs))} ${aheadMs > 0 ? 'ahead of' : 'behind'}`;

/** In the largest unit of which there are two. */
function lasting(ms: number): string {
  const seconds = Math.round(ms / 1_000);
  const [unit, size] =
    seconds >= 7_200 ? (['h', 3_600] as const) : seconds >= 115 ? (['min', 60] as const) : (['s', 1] as const);
  return `${String(Math.round(seconds / size))} ${unit}`;
}
