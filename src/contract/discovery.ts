/**
 * What is looked for of an existing connection, and what is found: inputs and outputs of activities, wire
 * format as all of `src/contract`. Does not: which object is ours (`activities/discovery/ownership.ts`).
 */
import type { Accounts, VapiOrganisationMark } from './accounts.js';
import type { Copied, Marked, MarkedTarget, Routing } from './objects.js';
import { type CredentialRole, type Identified } from './marks.js';

/** Ids of objects that are known to be there. */
export interface ListedObjects {
  readonly outboundTrunks: readonly string[];
  readonly inboundTrunks: readonly string[];
  readonly credentials: readonly string[];
  readonly tools: readonly string[];
  readonly phoneNumbers: readonly string[];
  /** DIDs that were routed to the connection. */
  readonly dids?: readonly string[];
  /** Assistants that were given the tool. */
  readonly assistants?: readonly string[];
}

/** What Temporal still tells of a connection that runs have worked on. */
export interface Recalled {
  /**
   * Of the newest run that left anything; absent where Temporal knows of none, or of none that got so far.
   */
  readonly accounts?: Accounts;
  /** A run has taken the connection away whole, and none has left anything since. */
  readonly wasRemoved?: true;
  /** Ids of objects that its runs made or left since it was last taken away. Some may be gone. */
  readonly known: ListedObjects;
  /** Ids of objects with its marks that its runs told as somebody's copies. */
  readonly copies: readonly string[];
}

/** What to look for of a connection: what carries its marks, and these ids. */
export interface DiscoveryTarget extends MarkedTarget, Copied {
  readonly known?: ListedObjects;
  /**
   * The `youngestAt` of an earlier look by a run that makes nothing: what carries a mark at Vapi and is
   * younger is somebody's copy.
   */
  readonly copiesSince?: string;
  /** Assistants are not listed: those of the connection are read by id, as far as they can be. */
  readonly withoutAssistantList?: boolean;
}

/** An object with our mark or reference that is somebody's copy. */
export interface Copy {
  readonly id: string;
  /** What people are told of it. */
  readonly told: string;
}

/** Whose numbers are looked for at DIDWW, and of which Vapi organisation the connection is. */
export interface RoutedTarget extends DiscoveryTarget {
  readonly organisation?: VapiOrganisationMark;
}

/** A number whose calls go to the connection, and what it goes back to. */
export interface RoutedNumber {
  readonly number: string;
  readonly didId: string;
  readonly inboundTrunkId: string;
  /** Of the trunk group that they come in through; absent: it is routed to the trunk itself. */
  readonly groupId?: string;
  /** From the description of our inbound trunk. */
  readonly previous: Routing;
}

/**
 * Whether both accounts show the connection: `both` with one number at least in common or the same SIP
 * credentials, `disagree` without, one side alone, or `neither`.
 */
export type Evidence = 'both' | 'disagree' | 'didww' | 'vapi' | 'neither';

/**
 * Everything of a connection that can be found without its request, for `offboardConnection` and for the
 * last look of a rollback.
 */
export interface DiscoveredObjects {
  readonly evidence: Evidence;
  /** As far as what was found tells them. */
  readonly accounts: Accounts;
  readonly copies: readonly Copy[];
  /** What could not be read, in words for people; only of a look without the list of assistants. */
  readonly unread: readonly string[];
  /** When the youngest of its tools and credentials was made; absent where there is none. */
  readonly youngestAt?: string;
  readonly outboundTrunks: readonly Marked[];
  /** `groupId`: of the trunk group that somebody put it into, if no number's calls come in through that. */
  readonly inboundTrunks: readonly (Marked & { readonly groupId?: string })[];
  readonly credentials: readonly (Marked & Identified & { readonly role: CredentialRole })[];
  readonly tools: readonly (Marked & Identified)[];
  /** Assistants whose model lists one of the tools. */
  readonly assistants: readonly { readonly id: string; readonly toolId: string }[];
  /** Imports bound to our credentials, and DIDs whose calls reach our trunks, through a group as well. */
  readonly numbers: readonly {
    readonly number: string;
    readonly phoneNumberId?: string;
    readonly credentialId?: string;
    /** Who answers its import. */
    readonly assistantId?: string;
    readonly didId?: string;
    readonly inboundTrunkId?: string;
    /** As of a `RoutedNumber`. */
    readonly groupId?: string;
    /** From the description of our inbound trunk. */
    readonly previous: Routing;
  }[];
}
