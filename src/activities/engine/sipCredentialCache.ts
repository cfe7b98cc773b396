/**
 * The SIP credentials that DIDWW generates for an outbound trunk. A secret: they never leave the worker's
 * memory for Temporal.
 */
export interface SipCredentials {
  readonly username: string;
  readonly password: string;
}

/** Trunks whose SIP credentials are kept at the most; the oldest is dropped first. */
const MOST_KEPT = 1_000;

/**
 * SIP credentials by outbound trunk id, in this worker's memory alone, so that the steps after the trunk
 * need not read them again. Another worker, or a later attempt, reads them from DIDWW instead.
 */
export class SipCredentialCache {
  private readonly byTrunk = new Map<string, SipCredentials>();

  /** Keeps those of a trunk that was just created or read. */
  remember(trunkId: string, sipCredentials: SipCredentials): void {
    this.byTrunk.delete(trunkId);
    this.byTrunk.set(trunkId, sipCredentials);
    for (const oldest of this.byTrunk.keys()) {
      if (this.byTrunk.size <= MOST_KEPT) break;
      this.byTrunk.delete(oldest);
    }
  }

  /** Those of this trunk, where this worker has seen it. */
  of(trunkId: string): SipCredentials | undefined {
    return this.byTrunk.get(trunkId);
  }

  /** Forgets those of a trunk that is gone. */
  forget(trunkId: string): void {
    this.byTrunk.delete(trunkId);
  }
}
