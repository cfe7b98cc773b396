/**
 * What a preflight has read of both accounts. Belongs here: types alone. Does not: reading (`readFacts.ts`),
 * what it means (`judgement.ts`).
 */
import type { ObjectProvider } from '../../contract/result.js';
import type { Balance, Did, InboundTrunk, OutboundTrunk } from '../../didww/index.js';
import type { ProviderError } from '../../http/index.js';
import type { EarlierRuns } from '../../runHistory/recalled.js';
import type { Assistant, Credential, PhoneNumber, Tool } from '../../vapi/index.js';
import type { StepError } from '../engine/failures.js';

/**
 * Both accounts as far as this request is concerned. A member that could not be read is undefined, and
 * among the failures.
 */
export interface Facts {
  readonly balance: Balance | undefined;
  readonly dids: readonly Did[] | undefined;
  /** Those with our reference. */
  readonly outboundTrunks: readonly OutboundTrunk[] | undefined;
  /** Those with our reference. */
  readonly inboundTrunks: readonly InboundTrunk[] | undefined;
  /** The DIDs whose calls reach an inbound trunk with our reference, directly or through its group. */
  readonly routed: readonly Did[] | undefined;
  /**
   * Trunks without our reference that numbers of the request are routed to, where the request would take
   * these over.
   */
  readonly takenFrom: readonly InboundTrunk[];
  /** Those with the name that ours has, whoever made them. */
  readonly namesakes: { readonly outbound: readonly OutboundTrunk[]; readonly inbound: readonly InboundTrunk[] };
  readonly credentials: readonly Credential[] | undefined;
  readonly phoneNumbers: readonly PhoneNumber[] | undefined;
  readonly tools: readonly Tool[] | undefined;
  /** Those of the request that could be read, by id. */
  readonly assistants: ReadonlyMap<string, Assistant>;
  /**
   * All of the organisation, where it matters who lists a tool with our mark; undefined where it does not,
   * and where Patchbay cannot understand the list.
   */
  readonly everyAssistant: readonly Assistant[] | undefined;
  /** What earlier runs tell of the connection. */
  readonly earlier: EarlierRuns;
  /** Why Temporal could not be asked for them. */
  readonly earlierUnread: StepError | undefined;
  /** Of that, what is there and no list shows. */
  readonly unlisted: readonly Unlisted[];
  /** Said where these are not the accounts in which earlier runs left something of the connection. */
  readonly otherAccounts: StepError | undefined;
  readonly failures: readonly ReadFailure[];
}

/** A read that failed. */
export interface ReadFailure {
  readonly error: ProviderError;
  readonly of: 'outbound-trunks' | 'assistant' | 'other';
  readonly assistantId?: string;
}

/** An object that is there and that no list shows. */
export interface Unlisted {
  readonly provider: ObjectProvider;
  /** As people are told of it: `outbound trunk <id>`. */
  readonly title: string;
}
