/**
 * What happened at Vapi, in words: both legs of a test call, who was heard on them, and how far a transfer
 * came. Belongs here: what was seen. Does not: what it means for the verdict (`verdict*.ts`).
 */
import { readEndedReason } from '../diagnosis/endedReason.js';
import { asClause, factOf, sentences } from './evidenceText.js';
import type { Check, Evidence } from '../../contract/result.js';

/** What Vapi shows of the call by which a check was tried: a text for each leg, and one for the transfer. */
export function atVapi(check: Check, evidence: Evidence): readonly string[] {
  if (factOf(evidence, 'callId') === undefined)
    return [factOf(evidence, 'from') === undefined ? 'nothing' : 'no call is known of'];
  if (!isFollowed(evidence)) return [unfollowed(evidence)];
  return [
    callerLeg(evidence),
    ...(check === 'outbound' ? [] : [inboundLeg(evidence)]),
    ...(check === 'transfer' ? transfer(evidence) : []),
  ];
}

/** A caller's leg that Vapi has shown always says whether it was answered. */
const isFollowed = (evidence: Evidence): boolean =>
  ['answered', 'endedReason', 'inboundCallId'].some((key) => evidence[key] !== undefined);

const unfollowed = ({ freeSlots }: Evidence): string =>
  freeSlots === 0
    ? 'the call was placed, which left no call slot for the called side, and was ended'
    : 'the call was placed; what became of it could not be read';

function callerLeg(evidence: Evidence): string {
  const isAnswered = evidence['answered'] !== false;
  const after = isAnswered ? afterSeconds(evidence, 'seconds') : ' unanswered';
  return sentences([
    hangUp(evidence),
    ended("the caller's leg", after, factOf(evidence, 'endedReason')),
    isAnswered ? CALLER_HEARD.get(factOf(evidence, 'heard') ?? '') : undefined,
  ]);
}

function inboundLeg(evidence: Evidence): string {
  if (evidence['inboundCallId'] === undefined) return 'no inbound call appeared';
  const assistant = factOf(evidence, 'assistantId');
  const course = [
    ['from', 'callerShown'],
    ['delivered by', 'carrierAddress'],
    ['accepted by the credential', 'credential'],
  ].flatMap(([words = '', key = '']) => (evidence[key] === undefined ? [] : [`${words} ${String(evidence[key])}`]));
  return sentences([
    ['an inbound call appeared', ...course].join(', '),
    ended('it', afterSeconds(evidence, 'inboundSeconds'), factOf(evidence, 'inboundEndedReason')),
    assistant === undefined ? undefined : `its assistant is ${assistant}`,
    ASSISTANT_HEARD.get(factOf(evidence, 'inboundHeard') ?? ''),
    lostAudio(evidence),
  ]);
}

/** The words of one side that did not reach the other, seen from both legs. */
function lostAudio(evidence: Evidence): string | undefined {
  const caller = HEARD.get(factOf(evidence, 'heard') ?? '');
  const assistant = HEARD.get(factOf(evidence, 'inboundHeard') ?? '');
  if (caller === undefined || assistant === undefined) return undefined;
  const lostToCaller = assistant.spoke && !caller.heard;
  // An assistant that hung up by itself may have been gone before the caller spoke.
  const isGone = /^assistant-(ended|said)/.test(factOf(evidence, 'inboundEndedReason') ?? '');
  const lostToAssistant = caller.spoke && !assistant.heard && !isGone;
  if (lostToCaller && lostToAssistant) return 'no audio in either direction';
  if (lostToCaller) return 'one-way audio: the assistant spoke and the caller did not hear it';
  if (lostToAssistant) return 'one-way audio: the caller spoke and the assistant did not hear it';
  return undefined;
}

function transfer(evidence: Evidence): readonly string[] {
  const { toolFired, forced, audio } = evidence;
  if (toolFired === undefined && forced === undefined) return [];
  if (toolFired !== true && forced !== true) return ['the assistant did not call its transfer tool'];
  const status = factOf(evidence, 'transferStatus');
  return [
    sentences([
      begunBy(toolFired === true, forced === true),
      status === undefined ? 'Vapi gives no status of the transfer' : `Vapi's status of the transfer: ${status}`,
      evidence['inboundEndedReason'] === 'assistant-forwarded-call' && status !== 'connected'
        ? 'That it was forwarded proves nothing on its own'
        : undefined,
      audio === 'both ways' ? 'the caller heard the person speak' : 'no words of the person reached the caller',
    ]),
  ];
}

function begunBy(byItself: boolean, isForced: boolean): string {
  if (byItself && isForced) return 'the assistant called its transfer tool, and the control URL forced it as well';
  return byItself
    ? 'the assistant called its transfer tool on its own'
    : 'the assistant did not call its transfer tool in time, so the transfer was forced through the control URL';
}

function ended(leg: string, after: string, reason: string | undefined): string {
  if (reason === undefined) return `${leg} did not end while it was followed, or Vapi did not say how`;
  return `${leg} ended${after}: ${asClause(readEndedReason(reason).meaning)} (${reason})`;
}

function afterSeconds(evidence: Evidence, key: string): string {
  const seconds = evidence[key];
  return typeof seconds === 'number' ? ` after ${String(Math.round(seconds))} s` : '';
}

const hangUp = (evidence: Evidence): string | undefined => HANG_UPS.get(factOf(evidence, 'hungUp') ?? '');

const HANG_UPS: ReadonlyMap<string, string> = new Map([
  ['too-long', 'Patchbay hung up, as the call lasted longer than it may'],
  ['no-slot', 'Patchbay hung up, as the call waited too long for a free call slot'],
  ['window-over', 'Patchbay hung up, as the time for the call was over'],
]);

/** What the words of `heard` in the evidence say of a leg's own side. */
const HEARD: ReadonlyMap<string, { readonly spoke: boolean; readonly heard: boolean }> = new Map([
  ['both sides', { spoke: true, heard: true }],
  ['own side only', { spoke: true, heard: false }],
  ['other side only', { spoke: false, heard: true }],
  ['nobody', { spoke: false, heard: false }],
]);

const CALLER_HEARD: ReadonlyMap<string, string> = new Map([
  ['both sides', 'both sides were heard on it'],
  ['own side only', 'the caller spoke and heard nothing'],
  ['other side only', 'the caller heard the other side and said nothing'],
  ['nobody', 'nobody was heard on it'],
]);

const ASSISTANT_HEARD: ReadonlyMap<string, string> = new Map([
  ['both sides', 'both sides were heard on it'],
  ['own side only', 'the assistant spoke and heard nothing'],
  ['other side only', 'the assistant heard the caller and said nothing'],
  ['nobody', 'nobody was heard on it'],
]);
