/**
 * What is known of a test call: plain facts that travel from activities to the judges.
 * Belongs here: types alone; no words that anybody spoke, no control URL, no secret.
 * Does not: where the facts come from (`activities`) and what they mean (`domain/verdict/judgeCall.ts`).
 */
import type { Check, Diagnosis, Side } from '../../contract/result.js';
import type { PlannedCall } from './plan.js';

/** One leg at Vapi (docs/providers/vapi.md, Call object). */
export interface LegFacts {
  readonly callId: string;
  /** As Vapi sent it: `queued`, `ringing`, `in-progress`, `forwarding`, `ended`, … */
  readonly status: string;
  readonly endedReason?: string;
  /** It has a start time, which a leg that never connected has not. */
  readonly answered: boolean;
  readonly assistantId?: string;
  /** The leg's own assistant said something. */
  readonly botSpoke: boolean;
  /** The leg's own assistant heard something. */
  readonly userSpoke: boolean;
  readonly createdAt?: string;
  /** When it was answered. */
  readonly startedAt?: string;
  readonly endedAt?: string;
  readonly seconds: number;
  /** As Vapi reports it so far. */
  readonly costUsd?: number;
  /** The other party's number as shown. */
  readonly caller?: string;
  /** Address that delivered an inbound leg. */
  readonly carrierAddress?: string;
  /** Credential by which it was accepted. */
  readonly carrierName?: string;
  /** The carrier's Call-ID, to be quoted to its support. */
  readonly carrierCallId?: string;
}

/**
 * How far a transfer came, seen from the inbound leg that began it and from the caller who stayed
 * (docs/providers/vapi.md, Transfers).
 */
export interface TransferFacts {
  /**
   * The assistant called a tool of the wanted name, or began a transfer to the wanted destination, by
   * itself.
   */
  readonly toolFired: boolean;
  /** The control URL began it. */
  readonly forced: boolean;
  /** Why the control URL did not. */
  readonly forceRefused?: string;
  /** Vapi says that it began a transfer to the wanted destination. */
  readonly begun: boolean;
  /** Where else it went. */
  readonly wentTo?: string;
  /** `artifact.transfers[].status` of the wanted destination. */
  readonly status?: string;
  /** The caller heard words after the assistant had left. */
  readonly personSpoke: boolean;
  /** Those words are a machine's: a voicemail answered. */
  readonly machineSpoke?: boolean;
}

/** Everything seen of a call that was placed. */
export interface CallFacts {
  /** Absent where Vapi never showed it. */
  readonly outbound?: LegFacts;
  readonly inbound?: LegFacts;
  readonly transfer?: TransferFacts;
  /**
   * What one leg heard is what the other said, as far as transcripts can tell: they are two ends of one
   * call.
   */
  readonly sharedWords?: boolean;
  /** Why Patchbay hung up. */
  readonly hungUp?: 'too-long' | 'no-slot' | 'window-over';
}

/** What POST /call said. */
export type Placement =
  | {
      readonly placed: true;
      readonly callId: string;
      /** When Vapi had answered, in milliseconds since the epoch on Vapi's clock. */
      readonly at: number;
      /** When it took it in, in Vapi's own words. */
      readonly createdAt?: string;
      /** Free slots left; known only from the answer to POST /call. */
      readonly remainingSlots?: number;
      /** All slots of the organisation, free or not; known from the same answer. */
      readonly slots?: number;
      /** Vapi lets it wait for a slot. */
      readonly waitsForSlot: boolean;
    }
  | { readonly placed: false; readonly why: 'refused' | 'no-slot' | 'billing'; readonly message: string };

/** One call record of DIDWW (docs/providers/didww.md, Exports (call records)). */
export interface RecordFacts {
  /** Digits without `+`. */
  readonly number: string;
  readonly seconds: number;
  readonly code: string;
  readonly reason: string;
  /** Where DIDWW sent an inbound call; empty where it sent it nowhere. */
  readonly target: string;
  /** DIDWW's own id of the call, to be quoted to its support. */
  readonly recordId: string;
}

/** One thing in either account that is not as the connection needs it. */
export interface Finding {
  readonly side: Side;
  /** The checks that it can break. */
  readonly affects: readonly Check[];
  /** Where it concerns one number alone. */
  readonly number?: string;
  /** `inconclusive`: money, which is nobody's wrong setting. */
  readonly verdict: 'failed' | 'inconclusive';
  readonly cause: string;
  readonly action: string;
}

/**
 * The findings that a call can be judged by: those of all numbers, and of its own. Of a thousand numbers each
 * may have one, and each call's evidence travels.
 */
export const findingsFor = ({ to, checks }: PlannedCall, findings: readonly Finding[]): readonly Finding[] =>
  findings.filter(
    ({ number }) => number === undefined || number === to.number || checks.some((planned) => planned.number === number),
  );

/** All that a call is judged by. */
export interface CallEvidence {
  readonly call: PlannedCall;
  /** By which the call is found at Vapi. */
  readonly name: string;
  readonly placement: Placement;
  /** Absent where the call was not placed, or could not be followed. */
  readonly facts?: CallFacts;
  /** Why a call that was placed could not be followed. */
  readonly trouble?: Diagnosis;
  /** DIDWW's record of the test call leaving through our trunk. */
  readonly outboundRecord?: RecordFacts;
  /** DIDWW's record of the test call arriving at the number. */
  readonly inboundRecord?: RecordFacts;
  /** DIDWW's record of the leg to the transfer's destination. */
  readonly transferRecord?: RecordFacts;
  /** Legs that DIDWW's records were searched for in vain, which by itself says nothing: they come late. */
  readonly unrecorded?: readonly Check[];
  /** What an inspection of both accounts found; absent: nobody looked, or it could not be read. */
  readonly findings?: readonly Finding[];
}
