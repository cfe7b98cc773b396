import { deferred } from './deferred.js';
import { type FaultMatch, matcher } from './faultMatch.js';
import type { ServerName } from './serverName.js';

export type { FaultMatch } from './faultMatch.js';

/**
 * Whether the request is carried out before the fault shows: `after` is the case that makes retries
 * dangerous.
 */
export type Effect = 'before' | 'after';

/** Which of the matching requests a fault meets. */
export interface FaultScope {
  /** Default: every server. */
  readonly server?: ServerName | undefined;
  /** How many requests it meets; default: all. */
  readonly times?: number | undefined;
  /** How many matching requests pass unharmed first; default 0. */
  readonly after?: number | undefined;
  /** Default `before`, except for a lost answer. */
  readonly effect?: Effect | undefined;
}

/** An answer in place of the server's own. Without a body the provider's usual error document is sent. */
export interface AnswerFault extends FaultScope {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/** What happens to one request. */
export type Fault = { readonly effect: Effect } & (
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly body?: unknown;
      readonly headers?: Readonly<Record<string, string>>;
    }
  | { readonly kind: 'rate-limit'; readonly headers: Readonly<Record<string, string>> }
  | { readonly kind: 'lost' }
  | { readonly kind: 'hang' }
  | { readonly kind: 'garbage'; readonly shape: 'html' | 'truncated' }
  | { readonly kind: 'empty-list' }
  | { readonly kind: 'hold'; readonly hold: (closed: Promise<void>) => Promise<void> }
);

/** A fault on the board, to be looked at or taken away. */
export interface PlacedFault {
  readonly id: number;
  readonly match: string;
  readonly kind: Fault['kind'];
  readonly server: ServerName | 'all';
  /** How many requests it has met. */
  readonly hits: () => number;
  readonly remove: () => void;
}

/** A request held up on purpose: the moment at which a test cancels, kills or looks. */
export interface Gate extends PlacedFault {
  /** Settles when the first matching request stands at the gate. */
  readonly arrived: Promise<void>;
  /** Lets the waiting requests and all later ones pass. */
  readonly release: () => void;
}

interface Entry extends PlacedFault {
  readonly matches: (method: string, path: string) => boolean;
  readonly fault: Fault;
  readonly release: () => void;
  skip: number;
  left: number;
  met: number;
}

/**
 * The faults that the sandbox's servers inject. The oldest matching one that is not used up meets a
 * request; at most one does.
 */
export class FaultBoard {
  readonly #entries: Entry[] = [];
  #lastId = 0;

  /**
   * Answers with a status of the test's choosing. `effect: 'after'`: the request takes effect all the same.
   */
  fail(match: FaultMatch, { status, body, headers, ...scope }: AnswerFault): PlacedFault {
    const effect = scope.effect ?? 'before';
    return this.#place(match, scope, {
      kind: 'answer',
      effect,
      status,
      ...(body === undefined ? {} : { body }),
      ...(headers === undefined ? {} : { headers }),
    });
  }

  /**
   * The request takes effect and the connection breaks before its answer (`effect: 'before'`: it breaks at
   * once).
   */
  loseAnswer(match: FaultMatch, scope: FaultScope = {}): PlacedFault {
    return this.#place(match, scope, { kind: 'lost', effect: scope.effect ?? 'after' });
  }

  /** No answer until the client gives up. */
  hang(match: FaultMatch, scope: FaultScope = {}): PlacedFault {
    return this.#place(match, scope, { kind: 'hang', effect: scope.effect ?? 'before' });
  }

  /** 200 with a body that is no JSON: a proxy's HTML page, or JSON that breaks off. */
  garbage(
    match: FaultMatch,
    scope: FaultScope & { readonly shape?: 'html' | 'truncated' | undefined } = {},
  ): PlacedFault {
    return this.#place(match, scope, {
      kind: 'garbage',
      effect: scope.effect ?? 'before',
      shape: scope.shape ?? 'html',
    });
  }

  /**
   * A list comes back empty, in the provider's usual envelope: `GET /voice_in_trunks`, `GET /tool`. Any
   * other request that matches is answered as usual.
   */
  emptyList(match: FaultMatch, scope: Omit<FaultScope, 'effect'> = {}): PlacedFault {
    return this.#place(match, scope, { kind: 'empty-list', effect: 'before' });
  }

  /** 429 with the provider's own body; `Retry-After` only where seconds are given. */
  rateLimit(
    match: FaultMatch,
    scope: FaultScope & { readonly retryAfterSeconds?: number | undefined } = {},
  ): PlacedFault {
    const headers: Record<string, string> =
      scope.retryAfterSeconds === undefined ? {} : { 'retry-after': String(scope.retryAfterSeconds) };
    return this.#place(match, scope, { kind: 'rate-limit', effect: scope.effect ?? 'before', headers });
  }

  /**
   * Holds matching requests until released; `effect: 'after'` holds the answer of a request that has taken
   * effect.
   */
  hold(match: FaultMatch, scope: FaultScope = {}): Gate {
    const arrived = deferred();
    const released = deferred();
    const hold = async (closed: Promise<void>): Promise<void> => {
      arrived.resolve();
      await Promise.race([released.promise, closed]);
    };
    const placed = this.#place(
      match,
      scope,
      { kind: 'hold', effect: scope.effect ?? 'before', hold },
      released.resolve,
    );
    return { ...placed, arrived: arrived.promise, release: placed.remove };
  }

  /** The fault that meets this request, counted as met. `path` is below the server's base address. */
  take(server: ServerName, method: string, path: string): Fault | undefined {
    for (const entry of this.#entries) {
      if (entry.left === 0 || (entry.server !== 'all' && entry.server !== server)) continue;
      if (!entry.matches(method, path)) continue;
      if (entry.skip > 0) {
        entry.skip -= 1;
        continue;
      }
      entry.left -= 1;
      entry.met += 1;
      return entry.fault;
    }
    return undefined;
  }

  all(): readonly PlacedFault[] {
    return this.#entries;
  }

  /** Takes every fault away and lets held requests pass. */
  clear(): void {
    for (const { release } of this.#entries.splice(0)) release();
  }

  #place(match: FaultMatch, scope: FaultScope, fault: Fault, release: () => void = () => undefined): PlacedFault {
    const id = ++this.#lastId;
    const entry: Entry = {
      id,
      match: String(match),
      kind: fault.kind,
      server: scope.server ?? 'all',
      matches: matcher(match),
      fault,
      release,
      skip: scope.after ?? 0,
      left: scope.times ?? Infinity,
      met: 0,
      hits: () => entry.met,
      remove: () => {
        const index = this.#entries.indexOf(entry);
        if (index >= 0) this.#entries.splice(index, 1);
        release();
      },
    };
    this.#entries.push(entry);
    return entry;
  }
}
