/**
 * How often and on which terms a step is tried: what every activity is told besides its input, and what it
 * says of the attempts before. Wire format once a run is open. Belongs here: plain data, and no secret in
 * any of it.
 */
import type { Accounts } from './accounts.js';

/** The patience of a request that names none, and of runs without a request. */
export const DEFAULT_PATIENCE = { step: '5m', rollback: '1h', firstRetry: '1s' } as const;
/** Longest pause between two attempts, unless the first one is longer or a provider asks for more. */
export const LONGEST_PAUSE_MS = 30_000;

/** How long faults that may pass are retried. Every activity's last argument. Milliseconds. */
export interface Patience {
  /**
   * An attempt that fails after this much time spent on attempts and pauses fails for good; an undo's asked
   * pauses count as its own.
   */
  readonly forMs: number;
  /** The pause after the first failed attempt; doubled each time, up to 30 s, plus up to a quarter. */
  readonly firstRetryMs: number;
  /** While undoing, refused keys and permissions are retried too: they can be fixed. */
  readonly undo?: boolean;
  /** The accounts that the work is for; confirmed before the first of it that a worker does. */
  readonly accounts?: Accounts;
}

/**
 * Patience for work on these accounts alone: a worker with keys of others waits, or fails as
 * `authentication`.
 */
export const onAccounts = (patience: Patience, accounts: Accounts): Patience => ({ ...patience, accounts });

/** The same for what is done at DIDWW alone: that Vapi does not answer must not hold it up. */
export function atDidww({ accounts, ...patience }: Patience): Patience {
  return accounts?.didww === undefined ? patience : { ...patience, accounts: { didww: accounts.didww } };
}

/** The same for what is done at Vapi alone. */
export function atVapi({ accounts, ...patience }: Patience): Patience {
  return accounts?.vapi === undefined ? patience : { ...patience, accounts: { vapi: accounts.vapi } };
}

/** When and by which run a preflight saw the accounts. */
export interface ObservedAt {
  readonly runId: string;
  /**
   * No later than the look, in milliseconds since the epoch: on each provider's own clock, which all workers
   * agree on.
   */
  readonly at: { readonly didww: number; readonly vapi: number };
}

/**
 * Leave to create without looking first: the run's preflight saw the object absent. Honoured on attempt 1
 * only, in that very run, within 30 s. Left out when a person resumed the step.
 */
export interface SkipLookup {
  readonly absentAt?: ObservedAt;
}

/** What an attempt says of those before it, when it succeeds and when it fails. */
export interface Repetition {
  /** An attempt before this one may have made another object, whose answer was lost. */
  readonly repeated?: true;
}
