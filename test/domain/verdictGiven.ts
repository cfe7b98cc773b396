/** Evidence of test calls for tests of the judges: a healthy call, and every way to spoil it. */
import type { CheckResult } from '../../src/contract/result.js';
import type { CallEvidence, CallFacts, LegFacts, Placement, TransferFacts } from '../../src/domain/calls/evidence.js';
import type { PlannedCall } from '../../src/domain/calls/plan.js';
import { judgeCall } from '../../src/domain/verdict/judgeCall.js';

export const A = '+18648301001';
export const B = '+18648301002';

/** A's call to B, which proves both directions. */
export const ringCall: PlannedCall = {
  purpose: 'line',
  from: { number: A, phoneNumberId: 'phone-a' },
  to: { number: B, phoneNumberId: 'phone-b', assistantId: 'assistant-1' },
  checks: [
    { check: 'outbound', number: A },
    { check: 'inbound', number: B },
  ],
};
/** A's call to somebody who is none of the connection's. */
export const outboundCall: PlannedCall = { ...ringCall, checks: [{ check: 'outbound', number: A }] };
/** A's call to itself. */
export const selfCall: PlannedCall = {
  ...ringCall,
  to: { ...ringCall.to, number: A },
  checks: [
    { check: 'outbound', number: A },
    { check: 'inbound', number: A },
  ],
};
export const transferCall: PlannedCall = {
  ...ringCall,
  purpose: 'transfer',
  checks: [{ check: 'transfer', number: B }],
};

export const placed: Placement & { placed: true } = {
  placed: true,
  callId: 'call-1',
  at: 0,
  remainingSlots: 5,
  waitsForSlot: false,
};

/** The caller's leg of a healthy call. */
export const outbound = (members: Partial<LegFacts> = {}): LegFacts => ({
  callId: 'call-1',
  status: 'ended',
  endedReason: 'assistant-said-end-call-phrase',
  answered: true,
  botSpoke: true,
  userSpoke: true,
  seconds: 9,
  ...members,
});
/** The called leg of a healthy call. */
export const inbound = (members: Partial<LegFacts> = {}): LegFacts => ({
  ...outbound(),
  callId: 'call-2',
  endedReason: 'customer-ended-call',
  assistantId: 'assistant-1',
  caller: A,
  ...members,
});
/** A caller's leg that was never answered. */
export const refusedWith = (endedReason: string): LegFacts =>
  outbound({ endedReason, answered: false, botSpoke: false, userSpoke: false, seconds: 0 });

export const transfer = (members: Partial<TransferFacts> = {}): TransferFacts => ({
  toolFired: true,
  forced: false,
  begun: true,
  status: 'connected',
  personSpoke: true,
  ...members,
});

/** Both legs of a healthy call, but for what is given. */
export const facts = (members: Partial<CallFacts> = {}): CallFacts => ({
  outbound: outbound(),
  inbound: inbound(),
  ...members,
});

/** The evidence of a healthy call from A to B, but for what is given. */
export const evidence = (members: Partial<CallEvidence> = {}): CallEvidence => ({
  call: ringCall,
  name: 'pb-acme-12345678-1',
  placement: placed,
  facts: facts(),
  ...members,
});

/** The result of one check. */
export function judged(check: CheckResult['check'], given: Partial<CallEvidence>): CheckResult {
  const found = judgeCall(evidence(given)).results.find((result) => result.check === check);
  if (found === undefined) throw new Error(`the call does not prove ${check}`);
  return found;
}

/** `failed network`: verdict and guilty side of one check. */
export const inShort = (check: CheckResult['check'], given: Partial<CallEvidence>): string => {
  const { verdict, diagnosis } = judged(check, given);
  return diagnosis === undefined ? verdict : `${verdict} ${diagnosis.side}`;
};
