import type { ServerName } from './serverName.js';

/** One request that a sandbox server received. Bodies and headers are not kept: they hold secrets. */
export interface LoggedRequest {
  readonly server: ServerName;
  readonly method: string;
  /** Below the server's base address, without the query. */
  readonly path: string;
  readonly query: string;
  /** Changes something: every method but GET and HEAD, except where a server knows better. */
  readonly write: boolean;
  /** Milliseconds since the epoch, with fractions. */
  readonly startedAt: number;
  /** What kind of injected fault met it, if any. */
  fault?: string;
  /** Undefined while it is under way and where the answer was lost. */
  status?: number;
  /** When its answer was given, or its connection broke; undefined while it is under way. */
  endedAt?: number;
}

const KEPT = 100_000; // a sandbox may run for days
const FORGOTTEN_AT_ONCE = 10_000;

/** The latest requests that reached the sandbox, of all its servers, in order of arrival. */
export class RequestLog {
  readonly #entries: LoggedRequest[] = [];

  add(entry: LoggedRequest): LoggedRequest {
    if (this.#entries.length >= KEPT) this.#entries.splice(0, FORGOTTEN_AT_ONCE);
    this.#entries.push(entry);
    return entry;
  }

  all(): readonly LoggedRequest[] {
    return this.#entries;
  }

  /** Requests whose `METHOD path` matches, for example `/^POST \/voice_in_trunks$/`. */
  matching(pattern: RegExp): readonly LoggedRequest[] {
    return this.#entries.filter(({ method, path }) => pattern.test(`${method} ${path}`));
  }

  clear(): void {
    this.#entries.length = 0;
  }
}

/**
 * How many requests followed one another at least: the longest chain in which each began after the one
 * before had ended. Requests that ran side by side count as one round.
 */
export function countRounds(requests: readonly LoggedRequest[]): number {
  const finished = requests.flatMap(({ startedAt, endedAt }) =>
    endedAt === undefined ? [] : [{ startedAt, endedAt }],
  );
  finished.sort((a, b) => a.endedAt - b.endedAt);
  let rounds = 0;
  let lastEnd = -Infinity;
  for (const { startedAt, endedAt } of finished) {
    if (startedAt < lastEnd) continue;
    rounds += 1;
    lastEnd = endedAt;
  }
  return rounds;
}
