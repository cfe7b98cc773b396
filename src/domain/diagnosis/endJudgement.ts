/**
 * What a call's end means for a check: verdict, guilty side, cause, next action. Belongs here: ended
 * reasons and placements, each by itself. Does not: DIDWW's records (`callRecord.ts`), weighing them
 * against each other (`domain/verdict`).
 */
import { type EndedReasonReading, readEndedReason } from './endedReason.js';
import type { Side } from '../../contract/result.js';
import type { Placement } from '../calls/evidence.js';
import { AGAIN, failed, inconclusive, type Judgement, noSlot, unreadable } from './judgements.js';

/** Which leg ended: the one that our caller is on, or the one of the customer's assistant. */
export type LegRole = 'caller' | 'called';

const TOP_UP = "Look at the Vapi organisation's billing page, then run the verification again.";

/** Why Patchbay could not place a call (docs/providers/vapi.md, Errors; Concurrency and billing). */
export function placementJudgement(placement: Placement & { readonly placed: false }): Judgement {
  const { why, message } = placement;
  switch (why) {
    case 'refused':
      return failed('vapi', `Vapi refused to place the test call: ${message}`, 'Fix what Vapi names, then retry.');
    case 'no-slot':
      return noSlot(message);
    case 'billing':
      return inconclusive('billing', `Vapi refused the test call for a reason of the account: ${message}`, TOP_UP);
    default:
      return why satisfies never;
  }
}

/**
 * A leg that ended as planned, or by a stop that says nothing of the line (docs/providers/vapi.md, Ended
 * reasons).
 */
export function isPlainEnd(reason: string | undefined): boolean {
  if (reason === undefined) return false;
  return readEndedReason(reason).group === 'success' || PLAIN_ENDS.has(reason);
}

/** Ended reasons that a call which did not reach its far end may get from there, by way of the carrier. */
export const mayComeFromFarEnd = (reason: string): boolean =>
  readEndedReason(reason).group === 'sip-connection' && !/-407-|transport-never-connected|inbound-call/.test(reason);

/**
 * Faults that are gone by the next call, or not: worth one more call, and no more (docs/providers/vapi.md,
 * Ended reasons).
 */
export function isPassingFault(reason: string | undefined): boolean {
  if (reason === undefined) return false;
  const { group, complaint } = readEndedReason(reason);
  const outage = complaint === undefined || complaint === 'outage';
  return (group === 'vapi-fault' || group === 'provider-fault' || group === 'pipeline') && outage;
}

/** The judgement on a leg that did not end plainly, by its ended reason alone. */
export function endJudgement(reason: string, role: LegRole): Judgement {
  const reading = readEndedReason(reason);
  const cause = `${reading.meaning} (${reason})`;
  switch (reading.group) {
    case 'account':
      return accountJudgement(reading, cause);
    case 'vapi-fault':
      return failed('vapi', cause, 'Retry; if it stays, report the call id to Vapi support.');
    case 'sip-connection':
      return sipJudgement(reason, cause);
    case 'provider-fault':
    case 'pipeline':
      return modelJudgement(reading, role, cause);
    case 'configuration':
      return failed(role === 'called' ? 'assistant' : 'vapi', cause, `Fix what ${reason} names at Vapi, then retry.`);
    case 'transfer-failed':
      return failed('carrier', cause, 'Check the transfer destination and the outbound trunk at DIDWW, then retry.');
    case 'success':
      return unreadable(cause);
    case 'customer-side':
      return customerJudgement(reason, cause);
    case 'administrative':
      return inconclusive('vapi', cause, AGAIN);
    case 'unknown':
      return failed('vapi', cause, `Look up ${reason} at Vapi, or report it with the call id to Vapi support.`);
    default:
      return reading.group satisfies never;
  }
}

function accountJudgement({ reason }: EndedReasonReading, cause: string): Judgement {
  return reason.endsWith('concurrency-limit-reached') ? noSlot() : inconclusive('billing', cause, TOP_UP);
}

function modelJudgement({ complaint }: EndedReasonReading, role: LegRole, cause: string): Judgement {
  if (role === 'caller' || complaint === undefined || complaint === 'outage') {
    return failed('vapi', cause, 'Retry; if it stays, report the call id to Vapi support.');
  }
  return failed(
    'assistant',
    cause,
    "Fix the assistant's model, voice or transcriber, or its provider key, then retry.",
  );
}

function sipJudgement(reason: string, cause: string): Judgement {
  const { verdict, side, action } = SIP_RULES.find(({ values }) => values.test(reason)) ?? VAGUE_SIP_ANSWER;
  return verdict === 'failed' ? failed(side, cause, action) : inconclusive(side, cause, action);
}

interface SipRule {
  readonly verdict: 'failed' | 'inconclusive';
  readonly side: Side;
  readonly action: string;
}

/**
 * A SIP answer that a carrier gives for a lack of way as well as for a far end that does not take the call:
 * 480, 503, and those without an ended reason of their own; DOC names 404 (docs/providers/vapi.md, Ended
 * reasons). By itself it fails nothing.
 */
const VAGUE_SIP_ANSWER: SipRule = {
  verdict: 'inconclusive',
  side: 'carrier',
  action:
    'Look at channels (capacity_limit) and balance of the outbound trunk at DIDWW, and ask DIDWW support for its trace by the call id; then run the verification again: patchbay verify with the connection.',
};

/**
 * One rule for each SIP value that has a reading of its own, first match decides. Source of readings:
 * docs/providers/vapi.md, Ended reasons; of what to look at for 403: docs/providers/didww.md, Outbound
 * trunks; Caller id; for 407: docs/providers/vapi.md, Credentials.
 */
const SIP_RULES: readonly (SipRule & { readonly values: RegExp })[] = [
  {
    values: /-403-/,
    verdict: 'failed',
    side: 'didww',
    action:
      'Check the outbound trunk at DIDWW: allow-list (allowed_sip_ips with all of Vapi\'s addresses; sip.allowedIps adds one), caller ids (dids), destination rules, spend limit, balance. Where all of that is right, ask DIDWW support to enable "Outbound" for the account. Then retry.',
  },
  {
    values: /-407-/,
    verdict: 'failed',
    side: 'vapi',
    action:
      "Give the Vapi credentials the outbound trunk's user and password (authUsername, authPassword): offboard the connection and set it up again, as Vapi shows no password to compare.",
  },
  {
    values: /-408-/,
    verdict: 'failed',
    side: 'network',
    action: 'Check host, port and outboundProtocol of the outbound gateway at Vapi, then retry.',
  },
  {
    values: /transport-never-connected/,
    verdict: 'failed',
    side: 'network',
    action: 'Check that media passes between Vapi and DIDWW (UDP), then retry.',
  },
  {
    values: /inbound-call/,
    verdict: 'failed',
    side: 'vapi',
    action: 'Check transport, codecs and media encryption of the inbound trunk; quote the call id to Vapi support.',
  },
];

function customerJudgement(reason: string, cause: string): Judgement {
  if (reason === 'twilio-reported-customer-misdialed') return failed('carrier', cause, 'Check the dialled number.');
  return inconclusive('carrier', cause, AGAIN);
}

/**
 * Of group 9, those that a conversation may end by (docs/providers/vapi.md, Ended reasons; Calls: stops).
 */
const PLAIN_ENDS: ReadonlySet<string> = new Set(['customer-ended-call', 'exceeded-max-duration', 'silence-timed-out']);
