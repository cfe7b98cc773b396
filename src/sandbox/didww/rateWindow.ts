import type { SandboxClock } from '../plumbing/clock.js';

/** Counts requests within a sliding window of time. */
export class RateWindow {
  #moments: number[] = [];

  constructor(
    private readonly lengthMs: number,
    private readonly clock: SandboxClock,
  ) {}

  /**
   * Counts a request; where the limit is reached, counts nothing and returns the whole seconds until there
   * is room.
   */
  secondsToWait(limit: number | null): number | undefined {
    if (limit === null) return undefined;
    const now = this.clock.now();
    this.#moments = this.#moments.filter((moment) => moment > now - this.lengthMs);
    if (this.#moments.length < limit) {
      this.#moments.push(now);
      return undefined;
    }
    const oldest = this.#moments[0] ?? now;
    return Math.max(1, Math.ceil((oldest + this.lengthMs - now) / 1000));
  }
}
