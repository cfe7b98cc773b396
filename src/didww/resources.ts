import type { SipTransport } from '../domain/sip/sip.js';

/**
 * A number's routing: the one inbound trunk, or the one group of them, that its calls go to
 * (docs/providers/didww.md, DIDs and routing).
 */
export interface Routing {
  readonly kind: 'trunk' | 'group';
  readonly id: string;
}

/** A number of the account (docs/providers/didww.md, DIDs and routing; Capacity and balance). */
export interface Did {
  readonly id: string;
  /** `+E.164`; DIDWW itself writes digits only. */
  readonly number: string;
  readonly description?: string;
  /** True while it cannot receive traffic, for whatever reason. */
  readonly blocked: boolean;
  readonly awaitingRegistration: boolean;
  readonly terminated: boolean;
  /** End of the paid period, ISO 8601. There is no flag for expired. */
  readonly expiresAt?: string;
  /** How often it is renewed yet; 0: not any more; absent: for ever. */
  readonly billingCyclesLeft?: number;
  /** The number's own cap on simultaneous calls; absent: none. */
  readonly capacityLimit?: number;
  readonly channelsIncluded: number;
  /** Channels of a capacity pool given to this number. */
  readonly channelsDedicated: number;
  /** The shared capacity group that the number draws channels from, where it is in one. */
  readonly sharedCapacity?: {
    readonly id: string;
    readonly name?: string;
    readonly sharedChannels?: number;
    readonly meteredChannels?: number;
  };
  /** What the number can do: `voice_in`, `voice_out`, `t38`, `sms_in`, … */
  readonly features: readonly string[];
  /** True where minutes are billed; channels may then be 0. */
  readonly isMetered: boolean;
  /** Where its calls go now; null: nowhere. */
  readonly routing: Routing | null;
}

/** GET /balance, in USD as decimal strings. `total` is what can be spent. */
export interface Balance {
  readonly balance: string;
  readonly credit: string;
  readonly total: string;
}

/** An outbound trunk as DIDWW returns it (docs/providers/didww.md, Outbound trunks). */
export interface OutboundTrunk {
  readonly id: string;
  readonly name: string;
  readonly reference: string | null;
  /** `active` or `blocked`. */
  readonly status: string;
  /** Simultaneous calls; null: no limit. */
  readonly capacityLimit: number | null;
  /** Spend limit over 24 hours, USD, decimal string. */
  readonly thresholdAmount: string;
  readonly thresholdReached: boolean;
  /** USD, decimal string. Its period is not agreed on by the sources: for display only. */
  readonly spentAmount?: string;
  readonly allowAnyDidAsCli: boolean;
  readonly onCliMismatchAction: string;
  readonly defaultDstAction: string;
  readonly dstPrefixes: readonly string[];
  readonly mediaEncryptionMode: string;
  /** `credentials_and_ip`, `ip_only` or `twilio`. */
  readonly authenticationMethod: string;
  /** As read: a bare address comes back with `/32`. */
  readonly allowedSipIps: readonly string[];
  readonly techPrefix: string | null;
  /** The generated SIP credentials. A secret: they never leave an activity. */
  readonly username?: string;
  /** The generated SIP credentials. A secret: they never leave an activity. */
  readonly password?: string;
  /** The numbers allowed as caller ids; only where DIDWW included them (every read does). */
  readonly didIds?: readonly string[];
  readonly createdAt?: string;
}

/** What can be written of an outbound trunk. `authentication_method` is always `credentials_and_ip`. */
export interface OutboundTrunkInput {
  /** Unique among the account's outbound trunks; no comma. */
  readonly name: string;
  /** At most 100 characters, not unique. */
  readonly reference: string | null;
  readonly onCliMismatchAction: 'reject_call' | 'send_original_cli';
  /** While true, `didIds` cannot be written, and what was linked is unlinked. */
  readonly allowAnyDidAsCli: boolean;
  readonly capacityLimit: number | null;
  readonly thresholdAmount: string;
  /** 1 to 15 addresses or CIDR blocks. */
  readonly allowedSipIps: readonly string[];
  readonly status?: 'active' | 'blocked';
  readonly techPrefix?: string | null;
  readonly defaultDstAction?: 'allow_all' | 'reject_all';
  readonly dstPrefixes?: readonly string[];
  readonly mediaEncryptionMode?: 'disabled' | 'srtp_sdes' | 'srtp_dtls' | 'zrtp';
  /** Replaces the whole set. */
  readonly didIds?: readonly string[];
}

/**
 * What is given is changed, what is absent stays. `allowedSipIps` replaces the whole authentication method:
 * compare the SIP credentials afterwards.
 */
export type OutboundTrunkPatch = Partial<OutboundTrunkInput>;

/** The SIP side of an inbound trunk (docs/providers/didww.md, Inbound trunks). */
export interface SipConfiguration {
  /** `sip_configurations`; of another type, the rest is empty. */
  readonly type: string;
  readonly host: string | null;
  readonly port: number | null;
  /** User part of the request URI; `{DID}` stands for the called number without `+`. */
  readonly username: string | null;
  /** `udp`, `tcp` or `tls`. */
  readonly transport: string | null;
  readonly networkProtocolPriority: string | null;
  readonly resolveRuri: boolean;
  /** In order of preference. */
  readonly codecs: readonly string[];
  readonly authEnabled: boolean;
  /** A secret, like the password. */
  readonly authUser: string | null;
  readonly authPassword: string | null;
  /** REFERs accepted; 0: refused. */
  readonly maxTransfers: number;
  readonly max30xRedirects: number;
  readonly mediaEncryptionMode: string | null;
  readonly enabledSipRegistration: boolean;
}

/** An inbound trunk as DIDWW returns it (docs/providers/didww.md, Inbound trunks). */
export interface InboundTrunk {
  readonly id: string;
  readonly name: string;
  readonly reference: string | null;
  readonly description: string | null;
  readonly capacityLimit: number | null;
  /** Seconds; null: the platform's default. */
  readonly ringingTimeout: number | null;
  readonly cliFormat: string | null;
  readonly cliPrefix: string | null;
  readonly configuration: SipConfiguration;
  /** The group that it belongs to; null: to none; absent: the answer to a write, which does not say. */
  readonly group?: TrunkGroup | null;
  readonly createdAt?: string;
}

/**
 * A trunk group that an inbound trunk belongs to: calls of numbers that are routed to the group come in over
 * its trunks (docs/providers/didww.md, Inbound trunks).
 */
export interface TrunkGroup {
  readonly id: string;
  readonly name: string;
}

/** Codecs that can be written in every API version (docs/providers/didww.md, Inbound trunks). */
export type Codec =
  | 'telephone_event'
  | 'g723'
  | 'g729'
  | 'pcmu'
  | 'pcma'
  | 'speex'
  | 'gsm'
  | 'g726_32'
  | 'g721'
  | 'g726_24'
  | 'g726_40'
  | 'g726_16'
  | 'l16';

/**
 * What can be written of a SIP configuration; members that are absent keep DIDWW's default or their value.
 */
export interface SipConfigurationInput {
  readonly host: string;
  readonly port: number | null;
  readonly username: string;
  readonly transport: SipTransport;
  readonly networkProtocolPriority: 'force_ipv4' | 'force_ipv6' | 'any' | 'prefer_ipv4' | 'prefer_ipv6';
  readonly resolveRuri: boolean;
  /** At least one, in order of preference. */
  readonly codecs: readonly Codec[];
  readonly authEnabled: boolean;
  /** Both required while `authEnabled`, both null while not. */
  readonly authUser: string | null;
  readonly authPassword: string | null;
  /** 0 to 8. */
  readonly maxTransfers: number;
  /** 0 to 8. */
  readonly max30xRedirects?: number;
  readonly mediaEncryptionMode?: 'disabled' | 'srtp_sdes' | 'srtp_dtls' | 'zrtp';
}

/** What can be written of an inbound trunk. */
export interface InboundTrunkInput {
  /** Unique across inbound trunks and groups together; no comma. */
  readonly name: string;
  readonly reference: string | null;
  readonly description?: string | null;
  readonly capacityLimit?: number | null;
  readonly ringingTimeout?: number | null;
  readonly cliFormat?: 'raw' | 'e164' | 'local' | null;
  readonly cliPrefix?: string | null;
  readonly configuration: SipConfigurationInput;
}

/**
 * What is given is changed, what is absent stays; so too within `configuration`, which DIDWW merges member
 * by member.
 */
export type InboundTrunkPatch = Partial<Omit<InboundTrunkInput, 'configuration'>> & {
  readonly configuration?: Partial<SipConfigurationInput>;
};

/** At most one of the two; neither: all trunks. */
export interface TrunkFilter {
  /** Our own label on the trunk, `external_reference_id`, exact. */
  readonly reference?: string;
  /** Exact. */
  readonly name?: string;
}

/** Call records asked for (docs/providers/didww.md, Exports (call records)). */
export interface CallRecordExport {
  readonly id: string;
  /** `cdr_in` or `cdr_out`. */
  readonly type: string;
  /** `pending`, `processing` or `completed`; a failed state is not documented. */
  readonly status: string;
  /** Where the file is, once completed. Not made of the export's id. */
  readonly url?: string;
  readonly reference: string | null;
  readonly createdAt?: string;
}

/** `from` inclusive, `to` exclusive, whole seconds, not in the future. */
export interface CallRecordExportInput {
  readonly type: 'cdr_in' | 'cdr_out';
  readonly from: Date;
  readonly to: Date;
  /** With or without `+`; `cdr_in` only. */
  readonly didNumber?: string;
  /** `cdr_out` only. */
  readonly outboundTrunkId?: string;
  /** At most 100 characters. */
  readonly reference: string;
}

/**
 * One row of call records, whatever the columns of its file are called. What a row leaves empty is empty
 * here, or 0.
 */
export interface CallRecord {
  /** Start of the call in milliseconds since the epoch, to the second; 0 where it cannot be read. */
  readonly startedAt: number;
  /** The numbers that the row shows as caller, digits alone. */
  readonly callers: readonly string[];
  /** The number that was called, digits alone. */
  readonly called: string;
  /** Duration of the conversation. */
  readonly seconds: number;
  /** From 1: calls that were rerouted have a row for each. */
  readonly attempt: number;
  readonly disconnectCode: string;
  readonly disconnectReason: string;
  /** Where an inbound call was sent. */
  readonly target: string;
  readonly callId: string;
}
