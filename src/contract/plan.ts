/**
 * A plan: what would be done to both accounts so that a connection is as its request asks. The shape is a
 * public contract. Belongs here: plain types. Does not: comparing
 * (`activities/preflight/plannedChanges.ts`).
 */
import type { Region } from '../domain/sip/addresses.js';
import type { Problem } from './failure.js';
import type { ObjectKind, ObjectProvider } from './result.js';

/**
 * What calls notice of a change: `live-calls`, calls may fail while it is made; `new-calls`, later calls go
 * another way or sound different.
 */
export type Effect = 'none' | 'new-calls' | 'live-calls';

/** One attribute that changes; null: none. Of a secret it says no more than that it differs. */
export interface AttributeChange {
  readonly attribute: string;
  readonly from: string | null;
  readonly to: string | null;
}

/** One object that would be made, changed or removed. */
export interface PlannedChange {
  readonly action: 'create' | 'change' | 'remove';
  readonly provider: ObjectProvider;
  readonly kind: ObjectKind;
  /** Absent where it is to be made. */
  readonly id?: string;
  /** Of a number its E.164 form. */
  readonly name: string;
  readonly attributes?: readonly AttributeChange[];
  readonly effect: Effect;
}

/** A telephone that test calls would ring besides the connection's own numbers. */
export interface Ring {
  readonly number: string;
  readonly why: string;
}

/** What would be done, what is in the way of it, and whom it would ring. Writes nothing. */
export interface Plan {
  readonly connection: string;
  readonly changes: readonly PlannedChange[];
  /** Why nothing of it would be done; empty: nothing is in the way. */
  readonly problems: readonly Problem[];
  readonly warnings: readonly string[];
  readonly rings: readonly Ring[];
}

/**
 * The input of `planConnection`: a request, or a connection whose last request counts. `prune`: numbers that
 * the request does not list are to be detached.
 */
export type PlanInput = ({ readonly request: unknown } | { readonly connection: string; readonly region: Region }) & {
  readonly prune?: boolean;
};
