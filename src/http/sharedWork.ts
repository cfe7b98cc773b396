import type { CallOptions } from './exchange.js';
import { onAbort } from './onAbort.js';

/** One piece of work that every caller waits for who comes while it is under way. */
export interface SharedWork<T> {
  /**
   * Begins the work, or joins the one under way. The caller's own signal ends its waiting, with the
   * signal's reason; the work itself is ended only once nobody waits for it any more. A failure reaches all
   * who wait and is not remembered.
   */
  join(options?: CallOptions): Promise<T>;
}

interface UnderWay<T> {
  readonly outcome: Promise<T>;
  readonly ending: AbortController;
  waiting: number;
}

/** Work that is done once at a time, however many ask for it. */
export function createSharedWork<T>(work: (options: CallOptions) => Promise<T>): SharedWork<T> {
  let current: UnderWay<T> | undefined;

  const begin = (): UnderWay<T> => {
    const ending = new AbortController();
    const outcome = work({ signal: ending.signal }).finally(() => {
      if (current === begun) current = undefined;
    });
    outcome.catch(() => undefined); // whoever still waits is told; where nobody does, nobody has to be
    const begun: UnderWay<T> = { outcome, ending, waiting: 0 };
    return begun;
  };

  return {
    async join({ signal } = {}) {
      signal?.throwIfAborted();
      const joined = (current ??= begin());
      joined.waiting += 1;
      try {
        return await unlessAborted(joined.outcome, signal);
      } finally {
        joined.waiting -= 1;
        if (joined.waiting === 0) {
          joined.ending.abort();
          if (current === joined) current = undefined;
        }
      }
    },
  };
}

/**
 * The same, for work whose outcome must not be older than the asking: nobody joins what is under way
 * already. Whoever asks meanwhile waits for it to end, and all of them share the next.
 */
export function createFreshWork<T>(work: (options: CallOptions) => Promise<T>): SharedWork<T> {
  let underWay: Promise<unknown> = Promise.resolve();
  let next: SharedWork<T> | undefined;

  const after = (before: Promise<unknown>): SharedWork<T> => {
    const waiting = createSharedWork<T>(async (options) => {
      await before;
      options.signal?.throwIfAborted(); // nobody waits any more
      if (next === waiting) next = undefined;
      const outcome = work(options);
      underWay = outcome.catch(() => undefined); // told to whoever waits
      return outcome;
    });
    return waiting;
  };

  return {
    join: (options) => (next ??= after(underWay)).join(options),
  };
}

async function unlessAborted<T>(outcome: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return outcome;
  let stopListening = (): void => undefined;
  const aborted = new Promise<never>((_, reject) => {
    stopListening = onAbort(signal, () => {
      reject(signal.reason as Error);
    });
  });
  return Promise.race([outcome, aborted]).finally(stopListening);
}
