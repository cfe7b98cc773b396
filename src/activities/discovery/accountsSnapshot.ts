/** What is known of both accounts before it is told which objects are a connection's. */
import type { Identified } from '../../contract/marks.js';
import type { Did, InboundTrunk, OutboundTrunk } from '../../didww/index.js';
import type { Assistant, Credential, PhoneNumber, Tool } from '../../vapi/index.js';

/** Both accounts as far as a connection is concerned. */
export interface AccountsSnapshot {
  /** Those with our reference. */
  readonly outboundTrunks: readonly OutboundTrunk[];
  /** Those with our reference. */
  readonly inboundTrunks: readonly InboundTrunk[];
  /** DIDs whose calls reach one of these inbound trunks, directly or through its group. */
  readonly routed: readonly Did[];
  readonly credentials: readonly Credential[];
  readonly phoneNumbers: readonly PhoneNumber[];
  readonly tools: readonly Tool[];
  /** Assistants of which it was read what they list; absent: none. */
  readonly assistants?: readonly Assistant[];
}

/** What earlier runs and looks tell of objects. */
export interface History {
  /** Ids of objects that runs of the connection made. */
  readonly known: ReadonlySet<string>;
  /** Whether an earlier look told it as somebody's copy. */
  readonly isCopy: (object: Identified) => boolean;
}
