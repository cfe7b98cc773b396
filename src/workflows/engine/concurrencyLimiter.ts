/**
 * Numbers, or assistants, at work at once; the same many are undone at once, their routings, and objects
 * that are read once more.
 */
export const MOST_AT_ONCE = 50;

/** Lets at most so many pieces of work run at once; the others wait their turn in order. */
export class ConcurrencyLimiter {
  private readonly queue: (() => void)[] = [];
  private free: number;

  constructor(width: number) {
    this.free = width;
  }

  /** Runs `work` when there is room. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.free > 0) this.free -= 1;
    else await new Promise<void>((turn) => this.queue.push(turn));
    try {
      return await work();
    } finally {
      const next = this.queue.shift();
      if (next === undefined) this.free += 1;
      else next();
    }
  }
}
