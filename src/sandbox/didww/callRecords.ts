/**
 * When exports begin to show a row, in milliseconds since the epoch; the network sets call end +
 * `switches.cdrDelayMs`.
 */
interface Visible {
  readonly visibleAt: number;
}

/**
 * One `cdr_in` row, columns as in docs/providers/didww.md, Exports (call records). Dates are milliseconds;
 * null is an empty cell.
 */
export interface CdrIn extends Visible {
  readonly start: number;
  readonly connect: number | null;
  readonly end: number | null;
  readonly status: 'Completed' | 'Failed';
  /** Caller, digits without `+`. */
  readonly source: string;
  /** The same as it was delivered, with the trunk's prefix; empty where no trunk was tried. */
  readonly sourceOut: string;
  readonly sourceName: string;
  /** Name and ISO code of the caller's country; empty where it is not known. */
  readonly sourceCountry: string;
  readonly sourceCountryIso: string;
  readonly sourceNetwork: string;
  /** Called DID, digits without `+`. */
  readonly destinationDid: string;
  readonly durationSeconds: number;
  readonly attempt: number;
  readonly disconnectCode: number;
  readonly response: string;
  readonly disconnectInitiator: 'Origination' | 'Destination';
  /** Trunks stand in call records by name, not by id. */
  readonly inboundTrunkName: string;
  /** For example `sip:+18648301018@sip.vapi.ai`. */
  readonly destination: string;
  readonly groupName: string;
  readonly capacityGroupName: string;
  readonly tollFreeUsd: number;
  readonly pstnUsd: number;
  readonly meteredUsd: number;
  readonly cnamInUsd: number;
  readonly totalUsd: number;
  readonly callId: string;
}

/** One `cdr_out` row, columns as in docs/providers/didww.md, Exports (call records). */
export interface CdrOut extends Visible {
  readonly start: number;
  readonly connect: number | null;
  readonly end: number | null;
  readonly status: 'Completed' | 'Failed';
  /** Caller as the trunk sent it, digits without `+`. */
  readonly source: string;
  /** Caller id shown to the destination, digits without `+`; empty where the call was refused before. */
  readonly cli: string;
  /** Called number, digits without `+`. */
  readonly destinationNumber: string;
  readonly callDurationSeconds: number;
  readonly billingDurationSeconds: number;
  readonly disconnectCode: number;
  readonly disconnectReason: string;
  readonly outboundTrunkName: string;
  /** Not a column: what the `voice_out_trunk.id` filter compares. */
  readonly outboundTrunkId: string;
  readonly destinationCountry: string;
  readonly network: string;
  readonly callType: string;
  readonly rateUsd: number | null;
  readonly chargedUsd: number;
  readonly pChargeInfo: string;
  readonly callId: string;
}

export interface CallRecords {
  readonly inbound: CdrIn[];
  readonly outbound: CdrOut[];
}
