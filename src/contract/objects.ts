/**
 * What steps and their compensations are told of the objects that they make, change and remove. Wire format
 * once a run is open. Belongs here: types alone, and no secret in any of them.
 */
import type { Region } from '../domain/sip/addresses.js';
import type { SkipLookup, Repetition } from './attempts.js';
import { type Identified, type CredentialRole } from './marks.js';
import type { Request, Transfer } from './request.js';

/** Where a DID's calls go: a trunk or a trunk group of the account, or nowhere. */
export type Routing = { readonly kind: 'trunk' | 'group'; readonly id: string } | null;

/** An object found by its owner mark. */
export interface Marked {
  readonly id: string;
  readonly name: string;
}

/** An object that exists as desired. */
export interface Ensured extends Repetition, Identified {
  readonly name: string;
}

/** What an undo did. Nothing there is success. */
export interface Undone {
  /**
   * What a person should know: somebody else's later change that was kept, a previous routing that exists
   * no more.
   */
  readonly warnings: readonly string[];
  /** Ids of objects with our mark that were left as somebody's copies. */
  readonly copies?: readonly string[];
}

type Sip = Request['sip'];

/** What is looked for by a mark that people can copy. */
export interface Copied {
  /** Ids of objects with our mark that are known to be somebody's: neither used nor removed. */
  readonly copies?: readonly string[];
}

/** The DIDWW outbound trunk. */
export interface DesiredOutboundTrunk extends SkipLookup {
  readonly connection: string;
  readonly region: Region;
  readonly sip: Pick<Sip, 'allowedIps' | 'callerIds'>;
  readonly limits: Pick<Request['limits'], 'dailySpendUsd' | 'channels'>;
  /** DIDs allowed as caller ids. */
  readonly callerDidIds: readonly string[];
}

/** The DIDWW inbound trunk. */
export interface DesiredInboundTrunk extends SkipLookup {
  readonly connection: string;
  readonly region: Region;
  readonly sip: Pick<Sip, 'transport' | 'networkProtocol' | 'maxTransfers'>;
  /** The trunk whose SIP credentials it authenticates with. */
  readonly outboundTrunkId: string;
  /** Host is this credential's own; absent: the region's. */
  readonly ingressCredentialId?: string;
  /** What the numbers that are taken over were routed to; kept in the description. */
  readonly previousRoutings: readonly PreviousRouting[];
  /** Numbers that were routed nowhere: what the trunk remembers of them is out of date. */
  readonly unrouted: readonly string[];
}

/** What a number was routed to before it was taken over. */
export interface PreviousRouting {
  readonly number: string;
  readonly routing: NonNullable<Routing>;
}

/**
 * A Vapi credential. `out` holds the outbound gateway, `in` one gateway per DIDWW address, `both` all of
 * them.
 */
export interface DesiredCredential extends SkipLookup, Copied {
  readonly connection: string;
  readonly region: Region;
  readonly role: CredentialRole;
  readonly sip: Pick<Sip, 'transport' | 'outboundHost'>;
  /** The trunk whose SIP credentials it holds. */
  readonly outboundTrunkId: string;
}

/** The Vapi transfer tool. */
export interface DesiredTransferTool extends SkipLookup, Copied {
  readonly connection: string;
  readonly region: Region;
  readonly transfer: Transfer;
  readonly outboundHost: Sip['outboundHost'];
  /** Assistants to which this run or an earlier one gives it: whoever else lists a tool has it in use. */
  readonly assistants?: readonly string[];
}

/** An object of a connection, found by its mark for its removal. */
export interface MarkedTarget {
  readonly connection: string;
  readonly region: Region;
}

/** What of one kind of object a run may remove. Whatever is in use stays. */
export interface RemovalTarget extends MarkedTarget, Copied {
  /** Ids that this run received, or that it was told to remove. */
  readonly made: readonly string[];
  /** Ids of leftovers that preflight had proven unused. */
  readonly unused: readonly string[];
  /**
   * Also what carries the mark: preflight had proven that nothing with it was in use, so it is this run's,
   * from a create whose answer was lost.
   */
  readonly marked: boolean;
}

/** Which objects of one kind a run may remove. */
export type Removable = Omit<RemovalTarget, keyof MarkedTarget>;

/** A change to the caller ids of an existing outbound trunk. */
export interface CallerIdChange {
  readonly outboundTrunkId: string;
  readonly didIds: readonly string[];
}

/** A change to the numbers that the description of an existing inbound trunk remembers. */
export interface PreviousRoutingChange {
  readonly inboundTrunkId: string;
  readonly routings: readonly PreviousRouting[];
  /**
   * What it remembers of numbers that somebody has routed nowhere since; struck out, and put back by an
   * undo.
   */
  readonly outdated: readonly PreviousRouting[];
  /** What the trunk remembered of the same numbers before; an undo puts it back. */
  readonly before: readonly PreviousRouting[];
}

/** One number's import into Vapi. */
export interface DesiredImport extends SkipLookup {
  readonly region: Region;
  readonly number: string;
  readonly label?: string;
  readonly assistantId: string;
  readonly credentialId: string;
}

/**
 * An import to be taken away: those with the ids that are known, and where an answer was lost, what is
 * bound to our credential.
 */
export interface ImportTarget extends Pick<RemovalTarget, 'region' | 'made' | 'marked'> {
  readonly number: string;
  readonly credentialId: string;
}

/** One number's cut-over, and what it restores to. */
export interface RouteChange {
  readonly number: string;
  readonly didId: string;
  readonly inboundTrunkId: string;
  readonly previous: Routing;
}
