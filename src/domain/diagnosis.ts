/**
 * What a call's end means for a check: verdict, guilty side, cause, next action.
 * Belongs here: ended reasons, disconnect codes and placements, each by itself. Does not: weighing them against each other (`verdict*.ts`).
 */
import { readDisconnectCode } from './disconnectCode.js';
import { type EndedReasonReading, readEndedReason } from './endedReason.js';
import type { Diagnosis, Side, Verdict } from './result.js';
import type { Placement, RecordFacts } from './testCallFacts.js';

/** The verdict on one check. `Diagnosis` wherever it is not proven. */
export type Judgement =
  { readonly verdict: 'proven' } | { readonly verdict: Exclude<Verdict, 'proven'>; readonly diagnosis: Diagnosis };

/** A judgement that needs nothing weighed. */
export const proven: Judgement = { verdict: 'proven' };
export const failed = (side: Side, cause: string, action: string): Judgement => ({
  verdict: 'failed',
  diagnosis: { side, cause, action },
});
export const inconclusive = (side: Side, cause: string, action: string): Judgement => ({
  verdict: 'inconclusive',
  diagnosis: { side, cause, action },
});

/** Which leg ended: the one that our caller is on, or the one of the customer's assistant. */
export type LegRole = 'caller' | 'called';

const AGAIN = 'Run the verification again: patchbay verify with the connection.';
const TOP_UP = "Look at the Vapi organisation's billing page, then run the verification again.";

/** Why Patchbay could not place a call (docs/providers/vapi.md, Errors; Concurrency and billing). */
export function placementJudgement(placement: Placement & { readonly placed: false }): Judgement {
  const { why, message } = placement;
  switch (why) {
    case 'refused':
      return failed('vapi', `Vapi refused to place the test call: ${message}`, 'Mend what Vapi names, then retry.');
    case 'no-slot':
      return noSlot(message);
    case 'billing':
      return inconclusive('billing', `Vapi refused the test call for a reason of the account: ${message}`, TOP_UP);
    default:
      return why satisfies never;
  }
}

/** No call slot was free. */
export const noSlot = (detail = ''): Judgement =>
  inconclusive(
    'billing',
    `No free call slot at Vapi within the window${detail === '' ? '' : `: ${detail}`}`,
    'Run the verification when fewer calls are under way, or raise the concurrency limit of the Vapi organisation.',
  );

/** What cannot be read proves nothing. */
export const unreadable = (what: string, side: Side = 'vapi'): Judgement => inconclusive(side, what, AGAIN);

/** A leg that ended as planned, or by a stop that says nothing of the line (docs/providers/vapi.md, Ended reasons). */
export function isPlainEnd(reason: string | undefined): boolean {
  if (reason === undefined) return false;
  return readEndedReason(reason).group === 'success' || PLAIN_ENDS.has(reason);
}

/** Ended reasons that a call which did not reach its far end may get from there, by way of the carrier. */
export const mayComeFromFarEnd = (reason: string): boolean =>
  readEndedReason(reason).group === 'sip-connection' && !/-407-|transport-never-connected|inbound-call/.test(reason);

/** Faults that are gone by the next call, or not: worth one more call, and no more (docs/providers/vapi.md, Ended reasons). */
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
      return failed(role === 'called' ? 'assistant' : 'vapi', cause, 'Mend what the reason names at Vapi, then retry.');
    case 'transfer-failed':
      return failed('carrier', cause, 'Check the transfer destination and the outbound trunk at DIDWW, then retry.');
    case 'success':
      return unreadable(cause);
    case 'customer-side':
      return customerJudgement(reason, cause);
    case 'administrative':
      return inconclusive('vapi', cause, AGAIN);
    case 'unknown':
      return failed('vapi', cause, 'Look the reason up at Vapi, or report the call id to Vapi support.');
    default:
      return reading.group satisfies never;
  }
}

/** The judgement on an inbound call that DIDWW recorded and Vapi does not show (docs/providers/didww.md, Disconnect codes). */
export function inboundRecordJudgement({ code, reason, target }: RecordFacts): Judgement {
  const { group, meaning } = readDisconnectCode(code);
  const where = target === '' ? 'DIDWW sent it nowhere' : `DIDWW sent it to ${target}`;
  const cause = `The call reached the number, but was not taken: ${where}, ${code} ${reason}`.trim();
  const toVapi = /vapi\.ai/.test(target);
  switch (group) {
    case 'balance':
      return inconclusive(
        'billing',
        `${cause}. ${meaning}`,
        'Top up the DIDWW balance, then run the verification again.',
      );
    case 'busy':
    case 'cancelled':
      return inconclusive('carrier', `${cause}. ${meaning}`, AGAIN);
    case 'unavailable':
      return toVapi
        ? failed(
            'vapi',
            `${cause}. ${meaning}`,
            'Look at the channels of the number at DIDWW, and at the call logs at Vapi.',
          )
        : failed('didww', `${cause}. ${meaning}`, 'Give the number or its trunk more channels at DIDWW, then retry.');
    case 'no-answer':
      return failed(
        'network',
        `${cause}. ${meaning}`,
        'Check host, port and transport of the inbound trunk, then retry.',
      );
    case 'completed':
      return unreadable(`${cause}. Vapi shows no such call`);
    case 'refused':
    case 'not-found':
    case 'server-error':
    case 'unknown':
      return failed(toVapi ? 'vapi' : 'didww', `${cause}. ${vapiRefusal(code, toVapi)}`, REFUSAL_ACTION);
    default:
      return group satisfies never;
  }
}

const REFUSAL_ACTION =
  "Check the inbound trunk's host, the gateways of the inbound credential and the number's import at Vapi, then retry.";

/** How Vapi's SBC is read (docs/providers/vapi.md, Pitfalls 2). */
function vapiRefusal(code: string, toVapi: boolean): string {
  if (!toVapi) return readDisconnectCode(code).meaning;
  if (code === '401') return 'Vapi does not know the address that the call came from: a gateway is missing';
  if (code === '404') return 'Vapi knows no such number at that host';
  if (code === '503') return 'More than one Vapi organisation may hold the number, or Vapi had no capacity';
  return readDisconnectCode(code).meaning;
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
    "Mend the assistant's model, voice or transcriber, or its provider key, then retry.",
  );
}

function sipJudgement(reason: string, cause: string): Judgement {
  for (const [pattern, side, action] of SIP_RULES) if (pattern.test(reason)) return failed(side, cause, action);
  if (reason.includes('-480-')) return inconclusive('carrier', cause, AGAIN);
  return failed('carrier', cause, 'Quote the call id to DIDWW support: its trace says which SIP answer it was.');
}

const SIP_RULES: readonly (readonly [RegExp, Side, string])[] = [
  [
    /-403-/,
    'didww',
    'Check allow-list, caller ids, destination rules, spend limit and balance of the outbound trunk at DIDWW.',
  ],
  [/-407-/, 'vapi', "Give the Vapi credential the outbound trunk's user and password again: patchbay retry does."],
  [/-408-/, 'network', 'Check host, port and transport of the outbound credential, then retry.'],
  [/-503-/, 'carrier', 'Check channels and balance of the outbound trunk at DIDWW, then retry.'],
  [/transport-never-connected/, 'network', 'Check that media passes between Vapi and DIDWW (UDP), then retry.'],
  [
    /inbound-call/,
    'vapi',
    'Check transport, codecs and media encryption of the inbound trunk; quote the call id to Vapi support.',
  ],
];

function customerJudgement(reason: string, cause: string): Judgement {
  if (reason === 'twilio-reported-customer-misdialed') return failed('carrier', cause, 'Check the dialled number.');
  return inconclusive('carrier', cause, AGAIN);
}

const PLAIN_ENDS: ReadonlySet<string> = new Set(['customer-ended-call', 'exceeded-max-duration', 'silence-timed-out']);
