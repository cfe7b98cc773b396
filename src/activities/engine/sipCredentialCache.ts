/**
 * The digest pair that DIDWW generates for an outbound trunk. A secret: it never leaves the worker's memory
 * for Temporal.
 */
export interface SipCredentials {
  readonly username: string;
  readonly password: string;
}

/** Pairs kept at the most; the oldest is dropped first. */
const MOST_PAIRS = 1_000;

/**
 * Digest pairs by outbound trunk id, in this worker's memory alone, so that the steps after the trunk need
 * not read it again. Another worker, or a later attempt, reads the pair from DIDWW instead.
 */
export class SipCredentialCache {
  private readonly pairs = new Map<string, SipCredentials>();

  /** Keeps the pair of a trunk that was just created or read. */
  remember(trunkId: string, pair: SipCredentials): void {
    this.pairs.delete(trunkId);
    this.pairs.set(trunkId, pair);
    for (const oldest of this.pairs.keys()) {
      if (this.pairs.size <= MOST_PAIRS) break;
      this.pairs.delete(oldest);
    }
  }

  /** The pair of this trunk, where this worker has seen it. */
  of(trunkId: string): SipCredentials | undefined {
    return this.pairs.get(trunkId);
  }

  /** Forgets the pair of a trunk that is gone. */
  forget(trunkId: string): void {
    this.pairs.delete(trunkId);
  }
}
