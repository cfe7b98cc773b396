/**
 * What travels between workflows and activities: plain inputs and outputs, wire format once a run is open.
 * Belongs here: types alone, and no secret in any of them. Does not: what an activity does with them.
 */
import type { Accounts } from './accounts.js';
import type { Failure } from './failure.js';
import type { CredentialRole } from './marks.js';
import type { Identified } from './originals.js';
import type { Request, Transfer } from './request.js';
import type { Region } from './sip.js';

/** How long faults that may pass are retried. Every activity's last argument. Milliseconds. */
export interface Patience {
  /**
   * An attempt that fails after this much time spent on attempts and pauses fails for good; an undo's asked
   * pauses count as its own.
   */
  readonly forMs: number;
  /** The pause after the first failed attempt; doubled each time, up to 30 s, plus up to a quarter. */
  readonly firstRetryMs: number;
  /** While undoing, refused keys and permissions are retried too: they can be mended. */
  readonly undo?: boolean;
  /** The accounts that the work is for; confirmed before the first of it that a worker does. */
  readonly accounts?: Accounts;
}

/** When and by which run a preflight saw the accounts. */
export interface Seen {
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
export interface MaySpareLook {
  readonly absentAt?: Seen;
}

/** Where a DID's calls go: a trunk or a trunk group of the account, or nowhere. */
export type Routing = { readonly kind: 'trunk' | 'group'; readonly id: string } | null;

/** An object found by its owner mark. */
export interface Marked {
  readonly id: string;
  readonly name: string;
}

/** One number of the request, as preflight found it. */
export interface NumberStanding {
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
  readonly seen: Seen;
  readonly accounts: Accounts;
  /**
   * The connection carries numbers: what is marked stays, whatever happens to this run. Otherwise both
   * sides have shown that nothing with its mark is in use.
   */
  readonly standing: boolean;
  readonly outboundTrunk?: Marked & { readonly callerDidIds: readonly string[] };
  readonly inboundTrunk?: Marked & { readonly remembered: readonly PriorRouting[] };
  readonly outboundCredential?: Marked;
  readonly inboundCredential?: Marked;
  readonly tool?: Marked;
  /** Leftovers of earlier runs; none of a connection that stands. */
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
  readonly numbers: readonly NumberStanding[];
  readonly warnings: readonly string[];
}

/** What an attempt says of those before it, when it succeeds and when it fails. */
export interface Repetition {
  /** An attempt before this one may have made another object, whose answer was lost. */
  readonly repeated?: true;
}

/** An object that stands as wanted. */
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
export interface OutboundTrunkWanted extends MaySpareLook {
  readonly connection: string;
  readonly region: Region;
  readonly sip: Pick<Sip, 'allowedIps' | 'callerIds'>;
  readonly limits: Pick<Request['limits'], 'dailySpendUsd' | 'channels'>;
  /** DIDs allowed as caller ids. */
  readonly callerDidIds: readonly string[];
}

/** The DIDWW inbound trunk. */
export interface InboundTrunkWanted extends MaySpareLook {
  readonly connection: string;
  readonly region: Region;
  readonly sip: Pick<Sip, 'transport' | 'networkProtocol' | 'maxTransfers'>;
  /** The trunk whose digest pair it authenticates with. */
  readonly outboundTrunkId: string;
  /** Host is this credential's own; absent: the region's. */
  readonly ingressCredentialId?: string;
  /** What the numbers that are taken over were routed to; kept in the description. */
  readonly priorRoutings: readonly PriorRouting[];
}

/** What a number was routed to before it was taken over. */
export interface PriorRouting {
  readonly number: string;
  readonly routing: NonNullable<Routing>;
}

/**
 * A Vapi credential. `out` holds the outbound gateway, `in` one gateway per DIDWW address, `both` all of
 * them.
 */
export interface CredentialWanted extends MaySpareLook, Copied {
  readonly connection: string;
  readonly region: Region;
  readonly role: CredentialRole;
  readonly sip: Pick<Sip, 'transport' | 'outboundHost'>;
  /** The trunk whose digest pair it holds. */
  readonly outboundTrunkId: string;
}

/** The Vapi transfer tool. */
export interface TransferToolWanted extends MaySpareLook, Copied {
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

/** One edit of an assistant: our tool id there, or not there, all else untouched. */
export interface AssistantEdit {
  readonly region: Region;
  readonly assistantId: string;
  readonly toolId: string;
  readonly attached: boolean;
}

/** An edit that a run wants made in its turn. */
export interface AssistantEditOrder {
  readonly edit: AssistantEdit;
  /** For the edit, not for the wait. */
  readonly patience: Patience;
  /** By which a repeated order is recognised, and its answer. */
  readonly key: string;
  /** The run that waits for the answer. */
  readonly answerTo: { readonly workflowId: string; readonly runId: string };
}

/** What became of an ordered edit. */
export interface AssistantEdited {
  readonly key: string;
  readonly failure?: Omit<Failure, 'step'>;
}

/** A change to the caller ids of a standing outbound trunk. */
export interface CallerIdChange {
  readonly outboundTrunkId: string;
  readonly didIds: readonly string[];
}

/** A change to the numbers that the description of a standing inbound trunk remembers. */
export interface PriorRoutingChange {
  readonly inboundTrunkId: string;
  readonly routings: readonly PriorRouting[];
  /** What the trunk remembered of the same numbers before; an undo puts it back. */
  readonly before: readonly PriorRouting[];
}

/** One number's import into Vapi. */
export interface ImportWanted extends MaySpareLook {
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
export interface RouteWanted {
  readonly number: string;
  readonly didId: string;
  readonly inboundTrunkId: string;
  readonly previous: Routing;
}

/** Who holds a workflow id that was wanted. */
export interface OpenRun {
  readonly workflowId: string;
  readonly runId?: string;
  readonly connection?: string;
  /** Whose it is, where it is another application's. */
  readonly owner?: string;
}

/** What a schedule verifies. */
export interface ScheduledTarget extends MarkedTarget {
  /** Whether the transfer is tested, which rings a person. */
  readonly transfer: boolean;
}
