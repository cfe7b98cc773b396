import type { Provider } from './providerError.js';

/** What a clock shows, in milliseconds since the epoch: no less than `earliest`, no more than `latest`. */
export interface ClockReading {
  readonly earliest: number;
  readonly latest: number;
}

/**
 * A provider's clock, as the `Date` headers of its answers tell it (RFC 9110, 6.6.1): to one second and the
 * request's round trip, and closer the more answers there were. What happens at the provider is judged by
 * it, never by this machine's wall clock, which may be wrong or be set meanwhile.
 */
export interface ProviderClock {
  readonly provider: Provider;
  /**
   * What it shows now; undefined before the first dated answer, and where this machine slept or its wall
   * clock was set since the last one.
   */
  read(): ClockReading | undefined;
  /** The same; where it is not known, what this machine's wall clock shows. */
  now(): ClockReading;
  /**
   * How far this machine's wall clock is ahead of it at least, in milliseconds; negative: behind; 0 within
   * what is not known; undefined where nothing is.
   */
  aheadMs(): number | undefined;
}

/** When an answer's head was on its way, on this machine's monotonic clock. */
export interface Exchanged {
  readonly sentAt: number;
  readonly answeredAt: number;
}

/** A provider's clock that is yet to be told. */
export interface MeasuredClock extends ProviderClock {
  /** Takes in an answer. One without a date, or that comes from a cache (RFC 9111, 5.1), tells nothing. */
  observe(headers: Readonly<Record<string, string>>, exchanged: Exchanged): void;
}

/** This machine's two clocks, in milliseconds. */
export interface MachineClocks {
  readonly wall: () => number;
  readonly monotonic: () => number;
}

const MACHINE: MachineClocks = { wall: () => Date.now(), monotonic: () => performance.now() };
/** A `Date` is cut to the second. */
const DATE_PRECISION_MS = 1_000;
/** A monotonic clock stands still while the machine sleeps: beyond this the two clocks have parted. */
const CLOCKS_PARTED_MS = 1_000;

/** A clock that knows nothing yet. */
export function createProviderClock(provider: Provider, { wall, monotonic }: MachineClocks = MACHINE): MeasuredClock {
  /**
   * What the provider's clock is ahead of the monotonic one, and the wall clock likewise when that was
   * told.
   */
  let known: { readonly offset: ClockReading; readonly wallOffset: number } | undefined;

  const wallOffset = (): number => wall() - monotonic();
  const offset = (): ClockReading | undefined =>
    known === undefined || Math.abs(wallOffset() - known.wallOffset) > CLOCKS_PARTED_MS ? undefined : known.offset;
  const read = (): ClockReading | undefined => {
    const told = offset();
    const now = monotonic();
    return told && { earliest: now + told.earliest, latest: now + told.latest };
  };

  return {
    provider,
    read,
    now: () => read() ?? { earliest: wall(), latest: wall() },
    aheadMs() {
      const told = read();
      if (told === undefined) return undefined;
      const now = wall();
      return now > told.latest ? now - told.latest : Math.min(now - told.earliest, 0);
    },
    observe(headers, { sentAt, answeredAt }) {
      const date = dateIn(headers);
      if (date === undefined || Number(headers['age'] ?? 0) > 0) return;
      const told = { earliest: date - answeredAt, latest: date + DATE_PRECISION_MS - sentAt };
      known = { offset: narrowed(offset(), told), wallOffset: wallOffset() };
    },
  };
}

/** Both are true; where they cannot be, as a clock was set, the newer one is. */
function narrowed(before: ClockReading | undefined, told: ClockReading): ClockReading {
  if (before === undefined) return told;
  const earliest = Math.max(before.earliest, told.earliest);
  const latest = Math.min(before.latest, told.latest);
  return earliest <= latest ? { earliest, latest } : told;
}

/** The `Date` of an answer in milliseconds since the epoch. */
export function dateIn(headers: Readonly<Record<string, string>>): number | undefined {
  const date = Date.parse(headers['date'] ?? '');
  return Number.isNaN(date) ? undefined : date;
}
