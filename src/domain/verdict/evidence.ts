/**
 * What the judges of all checks ask of the evidence. Belongs here: plain questions about findings and legs.
 * Does not: verdicts.
 */
import { failed, type Judgement } from '../diagnosis/judgements.js';
import { mayComeFromFarEnd } from '../diagnosis/endJudgement.js';
import { readEndedReason } from '../diagnosis/endedReason.js';
import type { Check } from '../../contract/result.js';
import type { CallEvidence, CallFacts, Finding, LegFacts } from '../calls/evidence.js';

const AUDIO =
  'Check that RTP (UDP media) passes between Vapi and DIDWW in both directions, and the codecs and media encryption of the trunks, then retry.';

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

/** Both sides spoke, yet one did not hear the other (docs/providers/vapi.md, Ended reasons: suspect RTP). */
export function oneWay({ outbound, inbound }: CallFacts): Judgement | undefined {
  if (outbound?.answered !== true || inbound?.answered !== true) return undefined;
  if (inbound.botSpoke && !outbound.userSpoke) {
    return failed('network', 'One-way audio: the assistant spoke and the caller heard nothing', AUDIO);
  }
  if (outbound.botSpoke && !inbound.userSpoke && !endedByAssistant(inbound)) {
    return failed('network', 'One-way audio: the caller spoke and the assistant heard nothing', AUDIO);
  }
  return undefined;
}

/** Neither side heard the other. */
export const noAudio = (): Judgement =>
  failed('network', 'No audio in either direction: the caller spoke and nothing was heard', AUDIO);

/** Another call would have no slot (docs/providers/vapi.md, Concurrency and billing). */
export const hasNoSecondSlot = ({ placement }: CallEvidence): boolean =>
  placement.placed && (placement.waitsForSlot || (placement.remainingSlots ?? 1) < 1);

/** The leg's assistant was told that it hears nothing. */
export const isDeaf = (reason: string): boolean => reason.endsWith('did-not-receive-customer-audio');

/** The leg's own assistant hung up. */
export const endedByAssistant = ({ endedReason }: LegFacts): boolean =>
  /^assistant-(ended|said)/.test(endedReason ?? '');

/** Answers that a carrier gives for a lack of way as well as for a far end that does not take the call. */
export const isVague = (reason: string): boolean => mayComeFromFarEnd(reason) && !/-(403|408)-/.test(reason);

/** Ends that the configuration of the line can bring about; the others have their own cause. */
export const isLineEnd = (reason: string): boolean => {
  const { group } = readEndedReason(reason);
  return group === 'sip-connection' || group === 'configuration';
};

/** We ended the caller's leg, and the called one with it. */
export const endedByUs = ({ hungUp }: CallFacts, reason: string): boolean =>
  hungUp !== undefined && readEndedReason(reason).group === 'administrative';
