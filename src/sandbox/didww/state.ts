/**
 * What a DIDWW account holds, as plain data: attributes of docs/providers/didww.md in camelCase,
 * relationships as ids. The HTTP behaviour lives beside it; the phone network reads this state to decide
 * calls and leaves call records here. Nothing here knows of HTTP, of Vapi or of Patchbay.
 */
import { randomUUID } from 'node:crypto';

import { type SandboxClock, aheadOf, systemClock } from '../plumbing/clock.js';
import { Table, type Row } from '../plumbing/table.js';
import { AccessTokens } from './accessTokens.js';
import type { CallRecords } from './callRecords.js';
import type { Did, DidGroup, Country, CapacityPool, SharedCapacityGroup } from './numbers.js';
import { type DidwwListKind, newDidwwSwitches } from './switches.js';
import type { InboundGroup, InboundTrunk, OutboundTrunk, Pop } from './trunks.js';
import type { DidwwVersion } from './versions.js';

export type { CallRecords, CdrIn, CdrOut } from './callRecords.js';
export type { AccessTokens, IssuedToken, TokenScope } from './accessTokens.js';
export type { DidwwListKind, DidwwSwitches } from './switches.js';
export type { DidwwVersion } from './versions.js';
export type { CapacityPool, Country, Did, DidFeature, DidGroup, SharedCapacityGroup } from './numbers.js';
export type {
  AuthenticationMethod,
  CliMismatchAction,
  InboundConfiguration,
  InboundGroup,
  InboundTrunk,
  MediaEncryptionMode,
  NetworkProtocolPriority,
  OutboundTrunk,
  Pop,
  PstnConfiguration,
  SipConfiguration,
} from './trunks.js';

/** Calls, and since 2026-11-19 messages, each in both directions. */
export type ExportType = 'cdr_in' | 'cdr_out' | 'sms_in' | 'sms_out';

/**
 * A call-record export (docs/providers/didww.md, Exports (call records)). Status and url follow from
 * `createdAt` and the switches.
 */
export interface Export {
  readonly id: string;
  /** Names the file in `url`; deliberately not the id. */
  readonly fileId: string;
  readonly exportType: ExportType;
  readonly filters: Readonly<Record<string, string>>;
  readonly callbackUrl: string | null;
  readonly callbackMethod: 'get' | 'post' | null;
  externalReferenceId: string | null;
  readonly createdAt: string;
  /** The version that created it, which its file's columns follow. */
  readonly createdIn: DidwwVersion;
}

/**
 * `balance` and `credit` in USD; what can be spent is their sum (docs/providers/didww.md, Capacity and
 * balance).
 */
export interface Balance {
  balance: number;
  credit: number;
}

/** One DIDWW account. Mutable on purpose: it is the simulated database. */
export class DidwwAccount {
  readonly outboundTrunks = this.#table<OutboundTrunk>('outboundTrunks');
  readonly inboundTrunks = this.#table<InboundTrunk>('inboundTrunks');
  readonly groups = this.#table<InboundGroup>('groups');
  readonly dids = this.#table<Did>('dids');
  readonly didGroups = new Map<string, DidGroup>();
  readonly countries = new Map<string, Country>();
  readonly capacityPools = new Map<string, CapacityPool>();
  readonly sharedCapacityGroups = new Map<string, SharedCapacityGroup>();
  readonly pops = new Map<string, Pop>();
  readonly exports = this.#table<Export>('exports');
  readonly callRecords: CallRecords = { inbound: [], outbound: [] };
  /** The tokens that its key was exchanged for. */
  readonly tokens: AccessTokens;
  /**
   * Every user name and password that an outbound trunk ever had, gone trunks included, and the text of
   * every token: for tests that search for them.
   */
  readonly issuedSecrets: string[] = [];
  readonly balance: Balance = { balance: 50, credit: 10 };
  readonly switches = newDidwwSwitches();
  readonly clock: SandboxClock;

  constructor(
    /** The key that the account's API accepts. Mutable, so that a test can revoke it. */
    public apiKey: string,
    clock: SandboxClock = systemClock,
  ) {
    this.clock = aheadOf(clock, () => this.switches.clockAheadMs);
    this.tokens = new AccessTokens(this.clock, (text) => this.issuedSecrets.push(text));
  }

  newId(): string {
    return randomUUID();
  }

  /** The present moment as DIDWW writes it: ISO 8601 with milliseconds and Z. */
  timestamp(): string {
    return new Date(this.clock.now()).toISOString();
  }

  /** The DID of a number written with or without `+`. */
  didByNumber(number: string): Did | undefined {
    const digits = number.replace(/^\+/, '');
    return [...this.dids.values()].find((did) => did.number === digits);
  }

  /**
   * The DID's group, which says what the number is good for. Throws where the sandbox's own content is
   * inconsistent.
   */
  didGroupOf(did: Did): DidGroup {
    const group = this.didGroups.get(did.didGroupId);
    if (group === undefined)
      throw new Error(`Sandbox: DID ${did.number} refers to an unknown group ${did.didGroupId}.`);
    return group;
  }

  /** The outbound trunk whose generated digest user this is; trunks without credentials match nothing. */
  outboundTrunkByUsername(username: string): OutboundTrunk | undefined {
    return [...this.outboundTrunks.values()].find(
      ({ authenticationMethod: method }) => method.type === 'credentials_and_ip' && method.username === username,
    );
  }
  #table<T extends Row>(kind: DidwwListKind): Table<T> {
    return new Table<T>({ now: () => this.clock.now(), lagMs: () => this.switches.listLagMs[kind] });
  }
}
