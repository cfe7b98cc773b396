/**
 * An object of ours that could not be removed, as runs tell it to one another. Does not: the command that
 * removes it (`domain/objects/removal.ts`).
 */
import type { Routing } from './objects.js';
import type { Leftover } from './result.js';

/** What some kinds need besides their id. */
export interface RemovalDetails {
  /** Of a DID: the routing that it is given back; absent or null: none. */
  readonly routing?: Routing;
  /** Of an assistant: the tool that is taken out of its model. */
  readonly toolId?: string;
  /**
   * Of an outbound trunk that stood before: the caller ids that it is given back; it is not removed then.
   */
  readonly callerDidIds?: readonly string[];
  /** Of an inbound trunk: the trunk group that it is in, through which no number's calls come in. */
  readonly groupId?: string;
  /** Of a DID: its routing is somebody's and carries live calls. The command only shows it. */
  readonly isShownOnly?: boolean;
}

/** An object of ours that could not be removed, before its command is known. */
export interface RemainingObject extends Omit<Leftover, 'remove'> {
  readonly details: RemovalDetails;
}
