/** JSON that is carried through unread and unchanged, unknown members included. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** An assistant as far as Patchbay looks into it (docs/providers/vapi.md, Assistants). */
export interface Assistant {
  readonly id: string;
  /** Of its organisation. */
  readonly orgId?: string;
  readonly name?: string;
  /**
   * As Vapi sent it, to be sent back whole: a PATCH replaces the model entirely. Empty where the assistant
   * has none.
   */
  readonly model: JsonObject;
  /** Absent where the organisation does not use versions, or nothing was ever published. */
  readonly latestVersion?: string;
  /** The credentials that the assistant restricts itself to, where it does. */
  readonly credentialIds?: readonly string[];
  readonly serverMessages?: readonly string[];
  /** Spoken word for word where it speaks first, which is Vapi's default. */
  readonly firstMessage?: string;
  readonly firstMessageMode?: string;
  /** It hangs up once it has said one of these, in whatever case. */
  readonly endCallPhrases?: readonly string[];
  /** From the first audio; Vapi's default is 600. */
  readonly maxDurationSeconds?: number;
  /**
   * Whether its calls can be steered from outside, and whether that takes a key; Vapi's default: yes, none.
   */
  readonly monitorPlan?: { readonly controlEnabled?: boolean; readonly controlAuthenticationEnabled?: boolean };
  readonly updatedAt?: string;
}

/**
 * A phone number of any provider; `byo-phone-number` are those on a SIP trunk credential
 * (docs/providers/vapi.md, Phone numbers).
 */
export interface PhoneNumber {
  readonly id: string;
  readonly provider?: string;
  /** As stored: `+E.164`, or digits where the E.164 check is off. Absent for SIP numbers. */
  readonly number?: string;
  readonly name?: string;
  readonly credentialId?: string;
  readonly assistantId?: string;
  readonly squadId?: string;
  readonly workflowId?: string;
  /** `active`, `activating` or `blocked`. */
  readonly status?: string;
  readonly createdAt?: string;
}

/** What an import is made of. */
export interface PhoneNumberInput {
  readonly number: string;
  /** At most 40 characters. */
  readonly name?: string;
  readonly credentialId: string;
  readonly assistantId?: string;
  /** Vapi's default is true. */
  readonly numberE164CheckEnabled?: boolean;
}

/** What is given is changed; `assistantId: null` leaves nobody to answer. */
export interface PhoneNumberPatch {
  readonly name?: string;
  readonly assistantId?: string | null;
}

/**
 * One gateway of a SIP trunk credential (docs/providers/vapi.md, Credentials). Reads have Vapi's defaults
 * filled in.
 */
export interface Gateway {
  /** Host name only where `inboundEnabled` is false; else IPv4. */
  readonly ip: string;
  readonly port: number;
  /** 24 to 32. */
  readonly netmask: number;
  readonly inboundEnabled: boolean;
  readonly outboundEnabled: boolean;
  /** `udp`, `tcp`, `tls` or `tls/srtp`. */
  readonly outboundProtocol: string;
  readonly optionsPingEnabled: boolean;
}

/**
 * What is absent takes Vapi's default: port 5060, netmask 32, both directions, `udp`. Say the directions.
 */
export interface GatewayInput {
  readonly ip: string;
  readonly port?: number;
  readonly netmask?: number;
  readonly inboundEnabled: boolean;
  readonly outboundEnabled: boolean;
  readonly outboundProtocol?: 'udp' | 'tcp' | 'tls' | 'tls/srtp';
  readonly optionsPingEnabled?: boolean;
}

/** A `byo-sip-trunk` credential. Vapi never returns the password. */
export interface Credential {
  readonly id: string;
  /** Of its organisation. */
  readonly orgId?: string;
  readonly provider: string;
  readonly name?: string;
  readonly gateways: readonly Gateway[];
  readonly outboundLeadingPlusEnabled: boolean;
  readonly authUsername?: string;
  readonly createdAt?: string;
}

/** User name and password of SIP digest authentication. A secret: never leaves an activity. */
export interface DigestPair {
  readonly username: string;
  readonly password: string;
}

/** What a credential is made of. */
export interface CredentialInput {
  /** 1 to 40 characters, not unique. */
  readonly name: string;
  readonly gateways: readonly GatewayInput[];
  readonly outboundLeadingPlusEnabled?: boolean;
  /** Sent whole, password included. */
  readonly auth?: DigestPair;
}

/** What is given replaces what was; `gateways` and `auth` whole. */
export type CredentialPatch = Partial<CredentialInput>;

/** How a transfer is carried out, e.g. `blind-transfer` by `refer`. */
export interface TransferPlan {
  readonly mode: string;
  readonly sipVerb?: string;
}

/** Where a transfer goes. `sipUri` for `type: 'sip'`, `number` for `type: 'number'`. */
export interface TransferDestination {
  readonly type: string;
  readonly sipUri?: string;
  readonly number?: string;
  /** What the caller hears; absent too where it is a message object rather than text. */
  readonly message?: string;
  /** What the model chooses by. */
  readonly description?: string;
  readonly transferPlan?: TransferPlan;
}

/** A tool of any type (docs/providers/vapi.md, Tools). */
export interface Tool {
  readonly id: string;
  readonly type?: string;
  /** `function.name`: what the model calls it by. Not unique. */
  readonly functionName?: string;
  readonly functionDescription?: string;
  /** Empty where the tool is no transfer, or asks a server for its destination. */
  readonly destinations: readonly TransferDestination[];
  readonly latestVersion?: string;
  readonly createdAt?: string;
}

/** A SIP destination as it is written; `type: sip` is added. */
export interface SipTransferDestination {
  /** `sip:+E164@host`. */
  readonly sipUri: string;
  readonly message?: string;
  readonly description?: string;
  readonly transferPlan: {
    readonly mode: 'blind-transfer' | 'blind-transfer-add-summary-to-sip-header';
    readonly sipVerb?: 'refer' | 'bye' | 'dial';
  };
}

/** What a transfer tool is made of. */
export interface TransferToolInput {
  /** Not in Vapi's schema of today, though its own docs send it; should Vapi refuse it, leave it out. */
  readonly function?: { readonly name: string; readonly description?: string };
  readonly destinations: readonly SipTransferDestination[];
}

/**
 * What is given replaces what was, `destinations` whole. Takes effect at once in every assistant that has
 * the tool.
 */
export type TransferToolPatch = Partial<TransferToolInput>;
