/**
 * Both accounts as preflight found them: what an onboarding builds on. Wire format once a run is open.
 * Belongs here: types alone, and no secret in any of them.
 */
import type { Accounts } from './accounts.js';
import type { ObservedAt } from './attempts.js';
import { type Identified, type CredentialRole } from './marks.js';
import type { Marked, PreviousRouting, Routing } from './objects.js';

/** One number of the request, as preflight found it. */
export interface NumberStatus {
  readonly number: string;
  readonly label?: string;
  readonly assistantId: string;
  readonly didId: string;
  /** The routing that stood before this run. */
  readonly routing: Routing;
  /** Our import of it, where it has one. */
  readonly phoneNumberId?: string;
  /** Imported by us with the wanted label and assistant, and routed to our trunk: nothing to do. */
  readonly kept: boolean;
}

/** Both accounts as preflight found them, as far as this request is concerned. */
export interface Inventory {
  readonly seen: ObservedAt;
  readonly accounts: Accounts;
  /**
   * The connection carries numbers: what is marked stays, whatever happens to this run. Otherwise both
   * sides have shown that nothing with its mark is in use.
   */
  readonly standing: boolean;
  readonly outboundTrunk?: Marked & { readonly callerDidIds: readonly string[] };
  readonly inboundTrunk?: Marked & { readonly previousRoutings: readonly PreviousRouting[] };
  readonly outboundCredential?: Marked;
  readonly inboundCredential?: Marked;
  readonly tool?: Marked;
  /** Leftovers of earlier runs; none of an existing connection. */
  readonly unused: UnusedObjects;
  /** Ids of objects with our mark that are somebody's: copies, and tools that assistants of theirs list. */
  readonly copies: readonly string[];
  /**
   * Those of them that an earlier run made and that somebody has come to use. Absent in what an earlier
   * release found.
   */
  readonly inUse?: readonly string[];
  /** Each assistant of the numbers to be attached, once. */
  readonly assistants: readonly { readonly id: string; readonly hasTool: boolean }[];
  readonly numbers: readonly NumberStatus[];
  readonly warnings: readonly string[];
}

/** Objects with a connection's mark that nobody used when preflight looked: an earlier run left them. */
export interface UnusedObjects {
  readonly outboundTrunks: readonly string[];
  readonly inboundTrunks: readonly string[];
  readonly credentials: readonly (Identified & { readonly role: CredentialRole })[];
  readonly tools: readonly UnusedTool[];
}

/** A tool that no assistant lists but those on which an earlier run has left it. */
export interface UnusedTool extends Identified {
  readonly assistants: readonly string[];
}
