/**
 * The verdict on the direction out of a number. Belongs here: weighing the caller's leg, what became of the
 * call at the called number, and the findings of an inspection. Does not: the way in (`inbound.ts`),
 * what an ended reason says by itself (`domain/diagnosis/endJudgement.ts`).
 */
import { AGAIN, inconclusive, type Judgement, noSlot, proven, unreadable } from '../diagnosis/judgements.js';
import { endJudgement, isPlainEnd, mayComeFromFarEnd } from '../diagnosis/endJudgement.js';
import { readEndedReason } from '../diagnosis/endedReason.js';
import type { CallEvidence, CallFacts, LegFacts, RecordFacts } from '../calls/evidence.js';
import { expectsInbound, isSelfCall } from '../calls/plan.js';
import { findingFor, isDeaf, isLineEnd, isVague, oneWay } from './evidence.js';
import { judgeInbound, selfCall } from './inbound.js';

/** What a call that was placed says about the direction out of the number. */
export function judgeOutbound(evidence: CallEvidence, facts: CallFacts): Judgement {
  const { outbound, hungUp } = facts;
  if (outbound === undefined) return unreadable('Vapi did not show the test call');
  if (hungUp === 'no-slot') return noSlot();
  const reason = outbound.endedReason;
  if (reason === undefined) return unreadable('The test call did not end, or Vapi did not say how');
  if (outbound.answered && isUnanswered(evidence.outboundRecord)) return contradiction(evidence.outboundRecord);
  const isOver = isPlainEnd(reason) || hungUp !== undefined;
  if (outbound.answered && outbound.userSpoke && outbound.botSpoke && isOver) return oneWay(facts) ?? proven;
  if (outbound.answered && (isOver || isDeaf(reason))) return oneWay(facts) ?? quiet(evidence, facts, outbound);
  if (isPlainEnd(reason)) return byFarEnd(evidence, facts, `The far end did not take the call (${reason})`);
  return unanswered(evidence, facts, reason);
}

/** Our own record of the leg knows no answer. */
const isUnanswered = (record: RecordFacts | undefined): record is RecordFacts =>
  record !== undefined && record.code !== '200' && record.seconds === 0;

const contradiction = ({ code }: RecordFacts): Judgement =>
  inconclusive(
    'carrier',
    `Vapi says that the call was answered, and DIDWW's record of it says ${code} after 0 s`,
    AGAIN,
  );

/** What keeps the called number from taking calls, where it is one of the connection. */
const findingOfCalled = (evidence: CallEvidence): Judgement | undefined =>
  evidence.call.to.isOutside === true ? undefined : findingFor(evidence, 'inbound');

/** Answered, and no conversation came of it. */
const quiet = (evidence: CallEvidence, facts: CallFacts, { userSpoke }: LegFacts): Judgement =>
  byFarEnd(
    evidence,
    facts,
    userSpoke ? 'The far end ended the call before the caller could speak' : 'The far end answered and said nothing',
  );

/**
 * The call left; what the far end made of it proves nothing. Where the far end is a number of the
 * connection, what is wrong there is what to fix.
 */
function byFarEnd(evidence: CallEvidence, facts: CallFacts, why: string): Judgement {
  const theirs = expectsInbound(evidence.call) ? judgeInbound(evidence, facts) : findingOfCalled(evidence);
  if (theirs === undefined || theirs.verdict === 'proven') return inconclusive('carrier', why, AGAIN);
  const { side, cause, action } = theirs.diagnosis;
  return inconclusive(side, `${why}. The called number: ${cause}`, action);
}

/**
 * The caller's leg got no answer. Some reasons may be the far end's, passed on by the carrier: then they
 * say nothing about the way out.
 */
function unanswered(evidence: CallEvidence, facts: CallFacts, reason: string): Judgement {
  const own = findingFor(evidence, 'outbound');
  if (own !== undefined && isLineEnd(reason)) return own;
  const byItself = endJudgement(reason, 'caller');
  if (byItself.verdict === 'proven') return unreadable(reason);
  const isOfCustomer = readEndedReason(reason).group === 'customer-side' && byItself.verdict === 'inconclusive';
  if (isOfCustomer) return byFarEnd(evidence, facts, byItself.diagnosis.cause);
  if (!mayComeFromFarEnd(reason)) return byItself;
  const reached = facts.inbound !== undefined || evidence.inboundRecord !== undefined;
  if (reached)
    return byFarEnd(evidence, facts, `The call left and reached the called number, which did not take it (${reason})`);
  if (findingOfCalled(evidence) !== undefined)
    return byFarEnd(evidence, facts, `The called number does not take calls (${reason})`);
  return isSelfCall(evidence.call) && isVague(reason) ? selfCall(reason) : byItself;
}
