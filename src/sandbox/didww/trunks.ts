export type CliMismatchAction = 'reject_call' | 'send_original_cli' | 'replace_cli' | 'randomize_cli';
export type MediaEncryptionMode = 'disabled' | 'srtp_sdes' | 'srtp_dtls' | 'zrtp';
export type NetworkProtocolPriority = 'force_ipv4' | 'force_ipv6' | 'any' | 'prefer_ipv4' | 'prefer_ipv6';

/** How an outbound trunk knows its caller (docs/providers/didww.md, Outbound trunks). */
export type AuthenticationMethod =
  | {
      readonly type: 'credentials_and_ip';
      /** CIDR; a bare address is kept with its `/32` or `/128`. */
      readonly allowedSipIps: readonly string[];
      readonly techPrefix: string | null;
      readonly username: string;
      readonly password: string;
    }
  | { readonly type: 'twilio'; readonly twilioAccountSid: string }
  | { readonly type: 'ip_only'; readonly allowedSipIps: readonly string[]; readonly techPrefix: string | null };

/** A `voice_out_trunks` resource (docs/providers/didww.md, Outbound trunks). */
export interface OutboundTrunk {
  readonly id: string;
  name: string;
  externalReferenceId: string | null;
  /** `blocked` is the customer's own stop switch. */
  status: 'active' | 'blocked';
  onCliMismatchAction: CliMismatchAction;
  /** Simultaneous calls; null: unlimited. */
  capacityLimit: number | null;
  /** USD within 24 hours, as DIDWW writes money. */
  thresholdAmount: string;
  thresholdReached: boolean;
  allowAnyDidAsCli: boolean;
  defaultDstAction: 'allow_all' | 'reject_all';
  /** Digits without `+`; the default action is inverted for them. */
  dstPrefixes: readonly string[];
  mediaEncryptionMode: MediaEncryptionMode;
  allowedRtpIps: readonly string[] | null;
  forceSymmetricRtp: boolean;
  rtpPing: boolean;
  rtpTimeout: number;
  callbackUrl: string | null;
  emergencyEnableAll: boolean;
  authenticationMethod: AuthenticationMethod;
  readonly createdAt: string;
  /** The numbers allowed as caller id; empty while `allowAnyDidAsCli`. */
  didIds: readonly string[];
  emergencyDidIds: readonly string[];
  defaultDidId: string | null;
  /** USD counted against `thresholdAmount`; shown as `meta.spent_amount`. */
  spentUsd: number;
}

/** A SIP configuration of an inbound trunk (docs/providers/didww.md, Inbound trunks). */
export interface SipConfiguration {
  readonly type: 'sip_configurations';
  readonly host: string | null;
  readonly port: number | null;
  /** User part of the request URI; `{DID}` becomes the called number without `+`. */
  readonly username: string | null;
  /** 1 UDP, 2 TCP, 3 TLS. */
  readonly transportProtocolId: number;
  readonly networkProtocolPriority: NetworkProtocolPriority;
  readonly resolveRuri: boolean;
  /** 6 telephone-event, 8 G729, 9 PCMU, 10 PCMA, … in order of preference. */
  readonly codecIds: readonly number[];
  readonly rxDtmfFormatId: number;
  readonly txDtmfFormatId: number;
  readonly authEnabled: boolean;
  readonly authUser: string | null;
  readonly authPassword: string | null;
  readonly authFromUser: string | null;
  readonly authFromDomain: string | null;
  readonly enabledSipRegistration: boolean;
  readonly incomingAuthUsername: string | null;
  readonly incomingAuthPassword: string | null;
  readonly useDidInRuri: boolean;
  readonly sstEnabled: boolean;
  readonly sstMinTimer: number | null;
  readonly sstMaxTimer: number | null;
  readonly sstSessionExpires: number | null;
  readonly sstRefreshMethodId: number;
  readonly sstAccept501: boolean;
  readonly sipTimerB: number;
  /** Milliseconds, never above `sipTimerB`; null: none. */
  readonly dnsSrvFailoverTimer: number | null;
  readonly rtpPing: boolean | null;
  readonly rtpTimeout: number;
  readonly forceSymmetricRtp: boolean | null;
  readonly symmetricRtpIgnoreRtcp: boolean | null;
  readonly allowedRtpIps: readonly string[] | null;
  readonly mediaEncryptionMode: MediaEncryptionMode;
  readonly stirShakenMode: 'disabled' | 'original' | 'pai' | 'original_pai' | 'verstat';
  readonly diversionRelayPolicy: 'none' | 'as_is' | 'sip' | 'tel';
  readonly diversionInjectMode: 'none' | 'did_number';
  readonly cnamLookup: boolean;
  /** REFERs accepted; 0 refuses every transfer. */
  readonly maxTransfers: number;
  readonly max30xRedirects: number;
  readonly reroutingDisconnectCodeIds: readonly number[] | null;
}

export interface PstnConfiguration {
  readonly type: 'pstn_configurations';
  /** Digits. */
  readonly dst: string;
}

export type InboundConfiguration = SipConfiguration | PstnConfiguration;

/** A `voice_in_trunks` resource (docs/providers/didww.md, Inbound trunks). */
export interface InboundTrunk {
  readonly id: string;
  name: string;
  description: string | null;
  externalReferenceId: string | null;
  priority: number;
  weight: number;
  capacityLimit: number | null;
  /** Seconds. */
  ringingTimeout: number | null;
  cliFormat: 'raw' | 'e164' | 'local';
  cliPrefix: string | null;
  configuration: InboundConfiguration;
  readonly createdAt: string;
  popId: string | null;
  groupId: string | null;
}

/** A `voice_in_trunk_groups` resource; its members are the trunks with its id. */
export interface InboundGroup {
  readonly id: string;
  name: string;
  externalReferenceId: string | null;
  capacityLimit: number | null;
  readonly createdAt: string;
}

/** A point of presence; null on a trunk means Auto. */
export interface Pop {
  readonly id: string;
  readonly name: string;
}
