/**
 * The verdicts on both directions of a line call. Belongs here: weighing both legs, DIDWW's record and the findings of an inspection against each
 * other. Does not: what an ended reason or a code says by itself (`diagnosis.ts`).
 */
import {
  endJudgement,
  failed,
  inboundRecordJudgement,
  inconclusive,
  isPlainEnd,
  type Judgement,
  mayComeFromFarEnd,
  noSlot,
  proven,
  unreadable,
} from './diagnosis.js';
import { readEndedReason } from './endedReason.js';
import type { Check, Diagnosis } from './result.js';
import type { CallEvidence, CallFacts, Finding, LegFacts } from './testCallFacts.js';
import { isSelfCall } from './testCallPlan.js';

const AUDIO =
  'Check that RTP passes between Vapi and DIDWW in both directions, and the codecs of the trunks, then retry.';
const SILENT = inconclusive('carrier', 'The far end answered and said nothing', 'Run the verification again.');

/** What a call that was placed says about the direction out of the number. */
export function judgeOutbound(evidence: CallEvidence, facts: CallFacts): Judgement {
  const { outbound, hungUp } = facts;
  if (outbound === undefined) return unreadable('Vapi did not show the test call');
  if (hungUp === 'no-slot') return noSlot();
  const reason = outbound.endedReason;
  if (reason === undefined) return unreadable('The test call did not end, or Vapi did not say how');
  const heard = outbound.answered && outbound.userSpoke && outbound.botSpoke;
  if (heard && (isPlainEnd(reason) || hungUp !== undefined)) return oneWay(facts) ?? proven;
  if (outbound.answered && (isPlainEnd(reason) || isDeaf(reason) || hungUp !== undefined))
    return oneWay(facts) ?? SILENT;
  if (isPlainEnd(reason))
    return inconclusive('carrier', `The far end did not take the call (${reason})`, 'Run the verification again.');
  return unanswered(evidence, facts, reason);
}

/** What a call that was placed says about the direction into the number. */
export function judgeInbound(evidence: CallEvidence, facts: CallFacts): Judgement {
  const { inbound } = facts;
  if (inbound === undefined) return absent(evidence, facts);
  const reason = inbound.endedReason;
  if (reason === undefined) return unreadable('The inbound call did not end, or Vapi did not say how');
  if (readEndedReason(reason).group === 'account') return endOfCalled(inbound, reason);
  if (!isPlainEnd(reason) && !isDeaf(reason) && !isOurs(facts, reason)) {
    return findingFor(evidence, 'inbound') ?? endOfCalled(inbound, reason);
  }
  if (!inbound.answered) return rangOnly(evidence, reason);
  const wanted = evidence.call.to.assistantId;
  if (wanted !== undefined && inbound.assistantId !== wanted) return otherAssistant(inbound, wanted);
  return words(facts, inbound, reason);
}

/** The finding that explains a check that was not proven, if an inspection found one. */
export function findingFor({ findings, call }: CallEvidence, check: Check): Judgement | undefined {
  const planned = call.checks.find((one) => one.check === check)?.number ?? call.to.number;
  const found = relevant(findings, check, planned);
  const first = found.find(({ verdict }) => verdict === 'failed') ?? found[0];
  if (first === undefined) return undefined;
  const { side, cause, action, verdict } = first;
  return { verdict, diagnosis: { side, cause, action } };
}

const relevant = (findings: readonly Finding[] | undefined, check: Check, number: string): readonly Finding[] =>
  (findings ?? []).filter((finding) => finding.affects.includes(check) && (finding.number ?? number) === number);

/** Both sides spoke, yet one did not hear the other. */
function oneWay({ outbound, inbound }: CallFacts): Judgement | undefined {
  if (outbound === undefined || inbound?.answered !== true) return undefined;
  if (inbound.botSpoke && !outbound.userSpoke) {
    return failed('network', 'One-way audio: the assistant spoke and the caller heard nothing', AUDIO);
  }
  if (outbound.botSpoke && !inbound.userSpoke && !endedByAssistant(inbound)) {
    return failed('network', 'One-way audio: the caller spoke and the assistant heard nothing', AUDIO);
  }
  return undefined;
}

/** The caller's leg got no answer. Some reasons may be the far end's, passed on by the carrier: then they say nothing about the way out. */
function unanswered(evidence: CallEvidence, { inbound }: CallFacts, reason: string): Judgement {
  const own = findingFor(evidence, 'outbound');
  if (own !== undefined && isLineEnd(reason)) return own;
  const byItself = endJudgement(reason, 'caller');
  if (byItself.verdict !== 'failed' || !mayComeFromFarEnd(reason)) return byItself;
  const reached = inbound !== undefined || evidence.inboundRecord !== undefined;
  if (reached || findingFor(evidence, 'inbound') !== undefined) {
    const why = reached
      ? 'The call left and reached the called number, which did not take it'
      : 'The called number does not take calls';
    return inconclusive(
      'carrier',
      `${why} (${reason})`,
      'Mend the inbound side first, then run the verification again.',
    );
  }
  return isSelfCall(evidence.call) && isVague(reason) ? selfCall(reason) : byItself;
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
  if (neverLeft(evidence, outbound, reason)) return notReached(reason);
  if (isSelfCall(evidence.call)) return selfCall(reason);
  if (outbound.answered) {
    const action = 'Call the number by telephone and hear who answers; look at its routing and forwarding at DIDWW.';
    return failed(
      'didww',
      'The test call was answered, but not at Vapi: somebody else takes the calls of this number',
      action,
    );
  }
  if (reason === 'customer-busy') return endJudgement(reason, 'caller');
  const cause = `The test call never arrived at Vapi (the caller's side ended with ${reason === '' ? 'no reason' : reason})`;
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

function neverLeft(evidence: CallEvidence, outbound: LegFacts, reason: string): boolean {
  if (outbound.answered || reason === '' || isPlainEnd(reason)) return false;
  if (findingFor(evidence, 'outbound') !== undefined) return true;
  const { verdict } = endJudgement(reason, 'caller');
  return verdict === 'failed' && !isVague(reason);
}

const notReached = (reason: string): Judgement =>
  inconclusive(
    'vapi',
    `The test call did not get out, so nothing could arrive (${reason})`,
    'Mend the outbound side first, or set verification.callFrom, then run the verification again.',
  );

/** A carrier need not carry a number's call to itself; with both configurations as wanted, that proves nothing. */
const selfCall = (reason: string): Judgement =>
  inconclusive(
    'carrier',
    `The number's call to itself did not arrive${reason === '' ? '' : ` (${reason})`}, although nothing wrong was found in either account; not every carrier delivers such calls`,
    'Set verification.callFrom to another number of the Vapi organisation, then run the verification again.',
  );

const hasNoSecondSlot = ({ placement }: CallEvidence): boolean =>
  placement.placed && (placement.waitsForSlot || (placement.remainingSlots ?? 1) < 1);

function rangOnly(evidence: CallEvidence, reason: string): Judgement {
  if (hasNoSecondSlot(evidence)) return noSlot();
  return failed(
    'vapi',
    `The call arrived at Vapi and nobody answered it (${reason})`,
    'Report the call id to Vapi support.',
  );
}

function otherAssistant(inbound: LegFacts, wanted: string): Judgement {
  const who = inbound.assistantId === undefined ? 'no saved assistant' : `assistant ${inbound.assistantId}`;
  const action = `Bind the number to assistant ${wanted} at Vapi, then retry.`;
  return failed('vapi', `The call was answered by ${who}, not by ${wanted}`, action);
}

function words(facts: CallFacts, inbound: LegFacts, reason: string): Judgement {
  const { outbound } = facts;
  const callerSpoke = outbound?.botSpoke === true;
  if (inbound.botSpoke && inbound.userSpoke && outbound?.userSpoke !== false) return proven;
  const lost = oneWay(facts);
  if (lost !== undefined) return lost;
  if (!inbound.botSpoke && inbound.userSpoke) {
    const action = "Check the assistant's first message, voice and model at Vapi, then retry.";
    return failed('assistant', 'The assistant answered, heard the caller and said nothing', action);
  }
  if (inbound.botSpoke && endedByAssistant(inbound)) {
    const cause = `The assistant hung up before the caller could be heard (${reason})`;
    return inconclusive('assistant', cause, 'Let the assistant wait for an answer, or call the number yourself.');
  }
  if (callerSpoke)
    return failed('network', 'No audio in either direction: the caller spoke and nothing was heard', AUDIO);
  if (!inbound.botSpoke) {
    return failed(
      'assistant',
      'The assistant answered and said nothing',
      "Check the assistant's first message, voice and model at Vapi, then retry.",
    );
  }
  return inconclusive('vapi', 'The assistant spoke, but the test caller did not', 'Run the verification again.');
}

function endOfCalled(inbound: LegFacts, reason: string): Judgement {
  return withLeg(endJudgement(reason, 'called'), inbound);
}

function withLeg(judgement: Judgement, { callId }: LegFacts): Judgement {
  if (judgement.verdict === 'proven') return judgement;
  const diagnosis: Diagnosis = {
    ...judgement.diagnosis,
    cause: `${judgement.diagnosis.cause}, inbound call ${callId}`,
  };
  return { ...judgement, diagnosis };
}

const isDeaf = (reason: string): boolean => reason.endsWith('did-not-receive-customer-audio');
const endedByAssistant = ({ endedReason }: LegFacts): boolean => /^assistant-(ended|said)/.test(endedReason ?? '');
/** Answers that a carrier gives for a lack of way as well as for a far end that does not take the call. */
const isVague = (reason: string): boolean => mayComeFromFarEnd(reason) && !/-(403|408)-/.test(reason);
/** Ends that the configuration of the line can bring about; the others have their own cause. */
const isLineEnd = (reason: string): boolean => {
  const { group } = readEndedReason(reason);
  return group === 'sip-connection' || group === 'configuration';
};
/** We ended the caller's leg, and the called one with it. */
const isOurs = ({ hungUp }: CallFacts, reason: string): boolean =>
  hungUp !== undefined && readEndedReason(reason).group === 'administrative';
