/**
 * Whether the worker's clock and the providers' agree. Nothing is decided by the worker's
 * (`ProviderClock`), but its log and the dates of certificates go by it. Belongs here: what a person is
 * told. Does not: measuring.
 */
import { hostname } from 'node:os';
import { providerName } from '../../domain/reports/advice.js';
import { clockDistance, CLOCKS_AGREE_WITHIN_MS } from '../../domain/text/clock.js';
import type { ProviderClock } from '../../http/index.js';

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
  const off = known.filter(({ aheadMs }) => Math.abs(aheadMs) > CLOCKS_AGREE_WITHIN_MS);
  const [first, ...others] = off;
  if (first === undefined) return [];
  const worker = `that of the worker on ${machine}`;
  if (off.length < known.length) {
    const right = known.filter((clock) => !off.includes(clock)).map(({ name }) => name);
    return [
      `${first.name} clock is ${clockDistance(-first.aheadMs)} ${[...right, worker].join(' and ')}. ` +
        `Patchbay went by it for what happens there. Where a gateway answers for it, look at the gateway's clock.`,
    ];
  }
  const alike = others.filter(({ aheadMs }) => Math.abs(aheadMs - first.aheadMs) <= CLOCKS_AGREE_WITHIN_MS);
  const names = [first, ...alike].map(({ name }) => name).join(' and ');
  return [
    `The clock of the worker on ${machine} is ${clockDistance(first.aheadMs)} ${names}. ` +
      'Patchbay went by theirs; have that machine set its clock (NTP), as its log and its trust in certificates go by it.',
  ];
}
