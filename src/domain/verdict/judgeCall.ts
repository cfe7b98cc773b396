/**
 * From evidence to verdicts: what a test call says about each check that it was to prove, and what should
 * be done next. Belongs here: the way from a call to its results. Does not: the single judges
 * (`outbound.ts`, `transfer.ts`).
 */
import { type Judgement, noSlot, tooFewSlots, unreadable } from '../diagnosis/judgements.js';
import { isPassingFault, placementJudgement } from '../diagnosis/endJudgement.js';
import type { Check, CheckResult, Evidence } from '../../contract/result.js';
import type { CallEvidence, CallFacts, LegFacts } from '../calls/evidence.js';
import { lacksSlots } from '../calls/plan.js';
import { readEndedReason } from '../diagnosis/endedReason.js';
import { checkResult } from './checkResult.js';
import { findingFor } from './evidence.js';
import { judgeInbound } from './inbound.js';
import { judgeOutbound } from './outbound.js';
import { judgeTransfer } from './transfer.js';

/** All that a verification decides by once a call is over. */
export interface JudgedCall {
  /** One for each check of the call. Never `proven` without the evidence that the check asks for. */
  readonly results: readonly CheckResult[];
  /**
   * One more call may show what this one could not for a fault that passes. Never where a person may have
   * been rung.
   */
  readonly isWorthRepeating: boolean;
  /** Vapi ended a leg of it because the organisation had no slot left. */
  readonly endedForWantOfSlots: boolean;
  /** Looking at both accounts' configuration can tell more. */
  readonly isWorthInspecting: boolean;
  /** DIDWW may have records of it. */
  readonly mayBeOnRecord: boolean;
  /** A verdict hangs on what these records say. */
  readonly needsRecords: boolean;
}

/** What a test call says. */
export function judgeCall(evidence: CallEvidence): JudgedCall {
  const results = evidence.call.checks.map((planned) =>
    checkResult(planned, judge(planned.check, evidence), evidenceOf(planned.check, evidence)),
  );
  return {
    results,
    isWorthRepeating: isWorthRepeating(evidence, results),
    endedForWantOfSlots: endedForWantOfSlots(evidence),
    isWorthInspecting: areWorthInspecting(results),
    mayBeOnRecord: mayBeOnRecord(evidence),
    needsRecords: results.some(
      ({ check, verdict }) =>
        verdict !== 'proven' && isForRecordsToSay(evidence, check) && findingFor(evidence, check) === undefined,
    ),
  };
}

/** Whether looking at both accounts' configuration can tell more about these results. */
const areWorthInspecting = (results: readonly CheckResult[]): boolean =>
  results.some(
    ({ verdict, evidence, diagnosis }) =>
      verdict === 'failed' ||
      evidence['forced'] === true ||
      (verdict === 'inconclusive' && diagnosis?.side !== 'billing'),
  );

function isWorthRepeating(evidence: CallEvidence, results: readonly CheckResult[]): boolean {
  const { outbound, inbound, transfer } = evidence.facts ?? {};
  const hasRung = transfer !== undefined && (transfer.begun || transfer.toolFired || transfer.forced);
  if (hasRung || results.every(({ verdict }) => verdict === 'proven')) return false;
  return [outbound, inbound].some((leg) => isPassingFault(leg?.endedReason));
}

const endedForWantOfSlots = ({ facts }: CallEvidence): boolean =>
  [facts?.outbound, facts?.inbound].some((leg) => leg?.endedReason?.endsWith('concurrency-limit-reached') === true);

/** A transfer whose status Vapi does not tell, and an inbound leg that Vapi does not show. */
function isForRecordsToSay({ facts }: CallEvidence, check: Check): boolean {
  if (check === 'transfer') return facts?.transfer !== undefined && facts.transfer.status !== 'connected';
  return check === 'inbound' && facts !== undefined && facts.inbound === undefined;
}

/**
 * A caller's leg that Vapi itself never let start, or whose user DIDWW does not know, has left no record
 * anywhere.
 */
function mayBeOnRecord({ placement, facts }: CallEvidence): boolean {
  const reason = facts?.outbound?.endedReason;
  if (!placement.placed || reason === undefined) return false;
  const { group } = readEndedReason(reason);
  return ['sip-connection', 'customer-side', 'success', 'administrative'].includes(group) && !reason.includes('-407-');
}

function judge(check: Check, evidence: CallEvidence): Judgement {
  const { placement, facts, call } = evidence;
  if (!placement.placed) {
    const judged = placementJudgement(placement);
    // Without the call nothing is known of the called side; that it was refused is the calling side's
    // failure.
    const isTheirs =
      placement.why === 'refused' && check !== 'outbound' && call.checks.some((one) => one.check === 'outbound');
    return isTheirs && judged.verdict !== 'proven' ? { ...judged, verdict: 'inconclusive' } : judged;
  }
  if (facts === undefined) {
    if (evidence.trouble !== undefined) return { verdict: 'inconclusive', diagnosis: evidence.trouble };
    if (lacksSlots(call, placement.slots)) return tooFewSlots(placement.slots);
    return (placement.remainingSlots ?? 1) < 1 ? noSlot() : unreadable('The test call could not be followed');
  }
  switch (check) {
    case 'outbound':
      return judgeOutbound(evidence, facts);
    case 'inbound':
      return judgeInbound(evidence, facts);
    case 'transfer':
      return judgeTransfer(evidence, facts);
    default:
      return check satisfies never;
  }
}

/** Facts and ids, flat, to be quoted to a provider's support. */
function evidenceOf(check: Check, evidence: CallEvidence): Evidence {
  const { call, name, placement, facts } = evidence;
  return defined({
    from: call.from.number,
    to: call.to.number,
    call: placement.placed ? name : undefined,
    callId: placement.placed ? placement.callId : undefined,
    placedAt: placement.placed ? new Date(placement.at).toISOString() : undefined,
    freeSlots: placement.placed ? placement.remainingSlots : undefined,
    hungUp: facts?.hungUp,
    ...legEvidence(facts, check),
    ...(check === 'transfer' ? transferEvidence(facts) : {}),
    ...recordEvidence(check, evidence),
  });
}

/** DIDWW's record of the leg that the check is about. */
function recordEvidence(
  check: Check,
  { outboundRecord, inboundRecord, transferRecord, unrecorded }: CallEvidence,
): Record<string, string | number | undefined> {
  const record = { outbound: outboundRecord, inbound: inboundRecord, transfer: transferRecord }[check];
  if (record === undefined) {
    return unrecorded?.includes(check) === true ? { didwwRecord: 'none within the window' } : {};
  }
  return {
    didwwCode: record.code,
    didwwReason: record.reason,
    ...(check === 'inbound' ? { didwwTarget: record.target } : {}),
    didwwCallId: record.recordId,
    didwwSeconds: record.seconds,
  };
}

function legEvidence(
  facts: CallFacts | undefined,
  check: Check,
): Record<string, string | number | boolean | undefined> {
  const outbound = facts?.outbound;
  const caller = {
    endedReason: outbound?.endedReason,
    answered: outbound?.answered,
    heard: outbound === undefined ? undefined : heard(outbound),
    seconds: outbound?.seconds,
    costUsd: outbound?.costUsd,
  };
  const inbound = facts?.inbound;
  if (check === 'outbound' || inbound === undefined) return caller;
  return {
    ...caller,
    inboundCallId: inbound.callId,
    inboundEndedReason: inbound.endedReason,
    inboundHeard: heard(inbound),
    inboundSeconds: inbound.seconds,
    inboundCostUsd: inbound.costUsd,
    assistantId: inbound.assistantId,
    callerShown: inbound.caller,
    carrierAddress: inbound.carrierAddress,
    credential: inbound.carrierName,
    carrierCallId: inbound.carrierCallId,
  };
}

function transferEvidence(facts: CallFacts | undefined): Record<string, string | number | boolean | undefined> {
  const transfer = facts?.transfer;
  if (transfer === undefined) return {};
  return {
    toolFired: transfer.toolFired,
    forced: transfer.forced,
    transferStatus: transfer.status,
    // Only the words of the person tell that both directions carry sound after the transfer.
    audio: transfer.personSpoke ? 'both ways' : 'unproven',
  };
}

/** Which words stand in a leg's transcript: its assistant's own, the other party's. */
function heard({ botSpoke, userSpoke }: LegFacts): string {
  if (botSpoke && userSpoke) return 'both sides';
  if (botSpoke) return 'own side only';
  return userSpoke ? 'other side only' : 'nobody';
}

const defined = (members: Record<string, string | number | boolean | undefined>): Evidence =>
  Object.fromEntries(
    Object.entries(members).filter((entry): entry is [string, string | number | boolean] => entry[1] !== undefined),
  );
