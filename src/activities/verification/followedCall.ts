import type { Region } from '../../domain/sip/addresses.js';
import type { PlannedCall } from '../../domain/calls/plan.js';
import type { CallLimits } from '../../domain/calls/times.js';
import type { WantedTransfer } from './reading.js';

/** A call to be followed. */
export interface FollowedCall {
  readonly region: Region;
  readonly call: PlannedCall;
  readonly callId: string;
  readonly limits: CallLimits;
  /** When it was placed, in milliseconds since the epoch on Vapi's clock. */
  readonly placedAt: number;
  /** The same in Vapi's own words: an older inbound leg belongs to an earlier call. */
  readonly createdAt?: string;
  /** Of a call that is to be transferred. */
  readonly transfer?: WantedTransfer & { readonly uri?: string };
}
