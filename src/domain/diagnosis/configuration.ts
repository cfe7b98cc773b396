/**
 * Both accounts as far as test calls depend on them, and the parts of a finding. Belongs here: types and
 * wording that the comparisons share. Does not: the comparisons (`findings.ts` and its
 * neighbours).
 */
import type { Check, Side } from '../../contract/result.js';
import type { Region } from '../sip/addresses.js';
import type { Finding } from '../calls/evidence.js';

/** A gateway of a Vapi credential (docs/providers/vapi.md, Credentials). */
export interface GatewaySetting {
  readonly ip: string;
  readonly port: number;
  readonly netmask: number;
  readonly inboundEnabled: boolean;
  readonly outboundEnabled: boolean;
  readonly outboundProtocol: string;
}

/**
 * Both accounts as far as test calls depend on them. Of secrets only whether they agree. Absent: not there.
 */
export interface Configuration {
  readonly region: Region;
  readonly transfer?: { readonly destination: string };
  readonly balanceUsd: number;
  readonly outboundTrunk?: {
    readonly id: string;
    readonly status: string;
    readonly thresholdReached: boolean;
    readonly authenticationMethod: string;
    readonly allowedSipIps: readonly string[];
    readonly defaultDstAction: string;
    readonly dstPrefixes: readonly string[];
    readonly mediaEncryptionMode: string;
    readonly capacityLimit: number | null;
    readonly onCliMismatchAction: string;
    readonly allowAnyDidAsCli: boolean;
    readonly didIds: readonly string[];
    readonly techPrefix: string | null;
  };
  readonly inboundTrunk?: {
    readonly id: string;
    readonly type: string;
    readonly host: string | null;
    readonly port: number | null;
    readonly username: string | null;
    readonly transport: string | null;
    readonly networkProtocolPriority: string | null;
    readonly mediaEncryptionMode: string | null;
    readonly codecs: readonly string[];
    readonly enabledSipRegistration: boolean;
    readonly maxTransfers: number;
    readonly capacityLimit: number | null;
    readonly authEnabled: boolean;
    /** Its user and password are the outbound trunk's. */
    readonly hasPairOfOutbound: boolean;
  };
  readonly outboundCredential?: CredentialSetting;
  readonly inboundCredential?: CredentialSetting;
  readonly tool?: {
    readonly id: string;
    readonly destinations: readonly (string | undefined)[];
    readonly sipVerbs: readonly (string | undefined)[];
  };
  readonly assistants: readonly {
    readonly id: string;
    readonly exists: boolean;
    readonly hasTool: boolean;
    readonly danglingToolIds: readonly string[];
    /** Its server takes over the call, which blocks transfers (docs/providers/vapi.md, Transfers). */
    readonly handsOverCallControl: boolean;
  }[];
  readonly numbers: readonly NumberSetting[];
}

/** A Vapi credential; the password is never readable. */
export interface CredentialSetting {
  readonly id: string;
  readonly gateways: readonly GatewaySetting[];
  readonly hasUserOfOutbound: boolean;
}

/** A number on both sides. */
export interface NumberSetting {
  readonly number: string;
  /** Wanted. Absent where it is bound to none and nobody says to which it should be. */
  readonly assistantId?: string;
  readonly did?: {
    readonly id: string;
    readonly blocked: boolean;
    readonly awaitingRegistration: boolean;
    readonly terminated: boolean;
    readonly isExpired: boolean;
    readonly isRoutedToUs: boolean;
    /** It is routed to a trunk group that holds our trunk; absent: not known to be. */
    readonly isThroughGroup?: boolean;
    /** `trunk <id>` or `group <id>`; absent: nowhere. */
    readonly routedTo?: string;
    readonly features: readonly string[];
    /** Calls that it can take at once; null: billed by the minute, or from a shared group. */
    readonly channels: number | null;
    readonly capacityLimit: number | null;
  };
  readonly phoneNumber?: { readonly id: string; readonly status?: string; readonly assistantId?: string };
}

/** What a person does where an object of the connection is gone. */
export const ANEW = 'Set the connection up again: patchbay offboard, then patchbay onboard.';

/** One attribute that is not as calls need it. */
export interface Difference {
  /** Whose attribute it is, with its id. */
  readonly of: string;
  /** As the provider's API calls it. */
  readonly attribute: string;
  readonly found: string;
  readonly desired: string;
}

/**
 * The finding that an attribute differs: named with the value found and the one wanted, and set back where
 * it stands.
 */
export function differing(
  at: 'didww' | 'vapi',
  affects: readonly Check[],
  { of, attribute, found, desired }: Difference,
  number?: string,
): Finding {
  const where = at === 'didww' ? 'DIDWW' : 'Vapi';
  return finding(
    at,
    affects,
    `${attribute} of ${of} is ${found}, not ${desired}`,
    `Set ${attribute} of ${of} to ${desired} at ${where}, then retry.`,
    number,
  );
}

/** A finding that fails the checks which it affects. */
export function finding(
  side: Side,
  affects: readonly Check[],
  cause: string,
  action: string,
  number?: string,
): Finding {
  return { side, affects, verdict: 'failed', cause, action, ...(number === undefined ? {} : { number }) };
}

/** The finding where the condition holds, else none. */
export const findingIf = (isSo: boolean, found: Finding): readonly Finding[] => (isSo ? [found] : []);
