import type { CallFacts, Placement } from '../../domain/calls/evidence.js';
import type { JudgedCall } from '../../domain/verdict/judgeCall.js';
import type { Region } from '../../domain/sip/addresses.js';
import type { PlannedCall } from '../../domain/calls/plan.js';
import type { CallLimits } from '../../domain/calls/times.js';
import type { DesiredTransfer } from './reading.js';

/** A call to be followed. */
export interface FollowedCall {
  readonly region: Region;
  readonly call: PlannedCall;
  /** By which it is found at Vapi. */
  readonly name: string;
  /** What Vapi said when it took the call in: an inbound leg older than that belongs to an earlier call. */
  readonly placement: Placement & { readonly placed: true };
  readonly limits: CallLimits;
  /** Of a call that is to be transferred. */
  readonly transfer?: DesiredTransfer & { readonly uri?: string };
}

/** A call that was followed to its end: what was seen of it, and what that says. */
export interface FollowedToTheEnd {
  readonly facts: CallFacts;
  readonly judged: JudgedCall;
}
