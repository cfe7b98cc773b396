/**
 * The verdict on the direction into a number. Belongs here: weighing both legs, DIDWW's record and the
 * findings of an inspection against each other. Does not: the way out (`outbound.ts`), what an ended
 * reason or a record says by itself (`domain/diagnosis/endJudgement.ts`, `domain/diagnosis/callRecord.ts`).
 */
import { AGAIN, failed, inconclusive, type Judgement, noSlot, proven, unreadable } from '../diagnosis/judgements.js';
import { endJudgement, isPlainEnd } from '../diagnosis/endJudgement.js';
import { inboundRecordJudgement } from '../diagnosis/callRecord.js';
import { readEndedReason } from '../diagnosis/endedReason.js';
import type { CallEvidence, CallFacts, LegFacts } from '../calls/evidence.js';
import { isSelfCall } from '../calls/plan.js';
import {
  endedByAssistant,
  endedByUs,
  findingFor,
  hasNoSecondSlot,
  isDeaf,
  isVague,
  noAudio,
  oneWay,
} from './evidence.js';

const ASSISTANT = "Check the assistant's first message, voice and model at Vapi, then retry.";

/** What a call that was placed says about the direction into the number. */
export function judgeInbound(evidence: CallEvidence, facts: CallFacts): Judgement {
  const { inbound } = facts;
  if (inbound === undefined) return absent(evidence, facts);
  const reason = inbound.endedReason;
  if (reason === undefined) return unreadable('The inbound call did not end, or Vapi did not say how');
  if (readEndedReason(reason).group === 'account') return endOfCalled(inbound, reason);
  if (!isPlainEnd(reason) && !isDeaf(reason) && !endedByUs(facts, reason)) {
    return findingFor(evidence, 'inbound') ?? endOfCalled(inbound, reason);
  }
  if (!inbound.answered) return rangOnly(evidence, reason);
  const desired = evidence.call.to.assistantId;
  if (desired !== undefined && inbound.assistantId !== desired) return otherAssistant(inbound, desired);
  return strangersCall(evidence, facts, inbound) ?? words(facts, inbound, reason);
}

/**
 * A carrier need not carry a number's call to itself; with both configurations as wanted, that proves
 * nothing.
 */
export function selfCall(reason: string, answered = false): Judgement {
  const what = answered ? 'was answered, but not at Vapi' : `did not arrive${reason === '' ? '' : ` (${reason})`}`;
  // 503 stands for a carrier's capacity, too (docs/providers/vapi.md, Ended reasons).
  const channels = reason.includes('-503-')
    ? ' Look as well whether all channels (capacity_limit) of the outbound trunk at DIDWW are in use.'
    : '';
  return inconclusive(
    'carrier',
    `The number's call to itself ${what}, although nothing wrong was found in either account; not every carrier delivers such calls`,
    `Set verification.callFrom to another number of the Vapi organisation, then run the verification again.${channels}`,
  );
}

/** No inbound leg at Vapi. A refused INVITE leaves none (docs/providers/vapi.md, Ended reasons). */
function absent(evidence: CallEvidence, { outbound, hungUp }: CallFacts): Judgement {
  if (outbound === undefined) return unreadable('Vapi did not show the test call');
  if (hungUp === 'no-slot' || hasNoSecondSlot(evidence)) return noSlot();
  const reason = outbound.endedReason ?? '';
  if (readEndedReason(reason).group === 'account') return endJudgement(reason, 'caller');
  const recorded = evidence.inboundRecord === undefined ? undefined : inboundRecordJudgement(evidence.inboundRecord);
  const found = findingFor(evidence, 'inbound');
  if (found !== undefined) return withRecord(found, recorded);
  if (recorded !== undefined) return recorded;
  if (neverLeft(evidence, outbound, reason)) return notReached(evidence, reason);
  if (isSelfCall(evidence.call)) return selfCall(reason, outbound.answered);
  return outbound.answered ? answeredElsewhere() : neverArrived(reason);
}

const answeredElsewhere = (): Judgement =>
  failed(
    'didww',
    'The test call was answered, but not at Vapi: somebody else takes the calls of this number',
    'Call the number by telephone and hear who answers; look at its routing and forwarding at DIDWW.',
  );

function neverArrived(reason: string): Judgement {
  if (reason === 'customer-busy') return endJudgement(reason, 'caller');
  const cause = `The test call never arrived at Vapi (the caller's side ended with ${reason === '' ? 'no reason' : reason})`;
  const byItself = endJudgement(reason, 'caller');
  if (isVague(reason) && byItself.verdict !== 'proven')
    return inconclusive('carrier', cause, byItself.diagnosis.action);
  const action = 'Look at the call log of the number at DIDWW for the SIP answer of Vapi, then check what it names.';
  return failed('didww', cause, action);
}

/** What an inspection found, with the SIP answer that it explains. */
function withRecord(found: Judgement, recorded: Judgement | undefined): Judgement {
  if (found.verdict === 'proven' || recorded === undefined || recorded.verdict === 'proven') return found;
  return {
    ...found,
    diagnosis: { ...found.diagnosis, cause: `${found.diagnosis.cause}. ${recorded.diagnosis.cause}` },
  };
}

/** What keeps our caller's calls from getting out, where it is one of the connection. */
const findingOfCaller = (evidence: CallEvidence): Judgement | undefined =>
  evidence.call.from.isOutside === true ? undefined : findingFor(evidence, 'outbound');

function neverLeft(evidence: CallEvidence, outbound: LegFacts, reason: string): boolean {
  if (outbound.answered || reason === '' || isPlainEnd(reason)) return false;
  if (findingOfCaller(evidence) !== undefined) return true;
  return endJudgement(reason, 'caller').verdict === 'failed';
}

/** The side that kept the call from getting out keeps the way in from being proven. */
function notReached(evidence: CallEvidence, reason: string): Judgement {
  const guilty = findingOfCaller(evidence) ?? endJudgement(reason, 'caller');
  if (guilty.verdict === 'proven') return unreadable(reason);
  const { side, cause, action } = guilty.diagnosis;
  return inconclusive(
    side,
    `The test call did not get out, so nothing could arrive: ${cause}`,
    `Fix the outbound side first: ${action} Or set verification.callFrom.`,
  );
}

function rangOnly(evidence: CallEvidence, reason: string): Judgement {
  if (hasNoSecondSlot(evidence)) return noSlot();
  return failed(
    'vapi',
    `The call arrived at Vapi and nobody answered it (${reason})`,
    'Report the call id to Vapi support.',
  );
}

function otherAssistant(inbound: LegFacts, desired: string): Judgement {
  const who = inbound.assistantId === undefined ? 'no saved assistant' : `assistant ${inbound.assistantId}`;
  const action = `Bind the number to the assistant ${desired} at Vapi (assistantId), or name the other one in the request; then retry.`;
  return failed('vapi', `The call was answered by ${who}, not by ${desired}`, action);
}

/**
 * A leg that carries the words of a test call and another caller's number may be ours, as carriers change
 * numbers, or somebody else's test. What both transcripts have in common tells.
 */
export function strangersCall({ call }: CallEvidence, facts: CallFacts, { caller }: LegFacts): Judgement | undefined {
  if (digits(caller) === digits(call.from.number) || facts.sharedWords === true) return undefined;
  return inconclusive(
    'carrier',
    `A call with the words of a test call arrived from ${caller ?? 'a withheld number'}, not from ${call.from.number}, and its words do not tell whether it is the one that was placed`,
    AGAIN,
  );
}

function words(facts: CallFacts, inbound: LegFacts, reason: string): Judgement {
  const { outbound } = facts;
  const callerSpoke = outbound?.botSpoke === true;
  const heardBoth = inbound.botSpoke && inbound.userSpoke;
  if (heardBoth && callerSpoke && outbound.answered && outbound.userSpoke) return proven;
  const lost = oneWay(facts);
  if (lost !== undefined) return lost;
  // Somebody was heard who is not our caller, as far as its own leg shows: echo, or another's call.
  if (heardBoth)
    return unreadable("The assistant and a caller were heard, but our caller's own leg does not show its words");
  if (!inbound.botSpoke && inbound.userSpoke) {
    return failed('assistant', 'The assistant answered, heard the caller and said nothing', ASSISTANT);
  }
  if (inbound.botSpoke && endedByAssistant(inbound)) {
    const cause = `The assistant hung up before the caller could be heard (${reason})`;
    return inconclusive(
      'assistant',
      cause,
      "Look at the assistant's first message and endCallPhrases at Vapi: let it wait for an answer, or call the number yourself.",
    );
  }
  if (callerSpoke) return noAudio();
  if (!inbound.botSpoke) return failed('assistant', 'The assistant answered and said nothing', ASSISTANT);
  return inconclusive('vapi', 'The assistant spoke, but the test caller did not', AGAIN);
}

function endOfCalled(inbound: LegFacts, reason: string): Judgement {
  return withLeg(endJudgement(reason, 'called'), inbound);
}

function withLeg(judgement: Judgement, { callId }: LegFacts): Judgement {
  if (judgement.verdict === 'proven') return judgement;
  const { diagnosis } = judgement;
  return { ...judgement, diagnosis: { ...diagnosis, cause: `${diagnosis.cause}, inbound call ${callId}` } };
}

const digits = (number: string | undefined): string => (number ?? '').replace(/\D/g, '');
