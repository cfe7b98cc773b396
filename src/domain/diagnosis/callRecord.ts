/**
 * What DIDWW's record of an inbound call that Vapi does not show says: how far the call came, who refused
 * it, and what to do. Belongs here: the record by itself. Does not: what a code means
 * (`disconnectCode.ts`), weighing it against findings (`domain/verdict/inbound.ts`).
 */
import { failed, inconclusive, type Judgement, unreadable } from './judgements.js';
import { type DisconnectGroup, readDisconnectCode } from './disconnectCode.js';
import type { RecordFacts } from '../calls/evidence.js';

/**
 * The judgement on an inbound call that DIDWW recorded and Vapi does not show (docs/providers/didww.md,
 * Disconnect codes).
 */
export function inboundRecordJudgement({ code, reason, target }: RecordFacts): Judgement {
  const { group, meaning } = readDisconnectCode(code);
  const where = target === '' ? 'DIDWW sent it nowhere' : `DIDWW sent it to ${target}`;
  const cause = `The call reached the number, but was not taken: ${where}, ${code} ${reason}`.trim();
  if (group === 'completed') return completed(target);
  if (/vapi\.ai/.test(target) && VAPI_REFUSALS.has(code)) return byVapi(code, cause);
  return byGroup(group, target, `${cause}. ${meaning}`);
}

/** Somebody took the call. */
function completed(target: string): Judgement {
  if (/vapi\.ai/.test(target)) return unreadable('DIDWW recorded that Vapi took the call, and Vapi shows no such call');
  return failed(
    'didww',
    `The call was answered, but not at Vapi: DIDWW sent it to ${target === '' ? 'somebody else' : target}`,
    'Route the number to the inbound trunk of the connection at DIDWW, then retry.',
  );
}

interface VapiRefusal {
  readonly meaning: string;
  readonly action: string;
}

/** How Vapi's SBC is read (docs/providers/vapi.md, Pitfalls 2; 488 as SIP means it: Pitfalls 7). */
const VAPI_REFUSALS: ReadonlyMap<string, VapiRefusal> = new Map([
  [
    '401',
    {
      meaning: 'Vapi does not know the address that the call came from: a gateway is missing',
      action:
        'Add an inbound gateway for every address that DIDWW calls from to the inbound credential at Vapi; call again to see whether it was an address that DIDWW does not publish.',
    },
  ],
  [
    '404',
    {
      meaning: 'Vapi knows no such number at that host',
      action:
        "Check that the number is imported at Vapi with the inbound credential, and that host and username of the inbound trunk at DIDWW are Vapi's host and +{DID}.",
    },
  ],
  [
    '488',
    {
      meaning: 'Vapi takes neither the codecs nor the media encryption that were offered',
      action: 'Set the codecs of the inbound trunk to PCMU or PCMA and its media_encryption_mode to disabled at DIDWW.',
    },
  ],
  [
    '503',
    {
      meaning: 'More than one Vapi organisation may hold the number, or Vapi had no capacity',
      action:
        'Set sip.ingress to credential, so that calls come in at a host of their own; else ask Vapi support which other organisation holds the number.',
    },
  ],
]);

function byVapi(code: string, cause: string): Judgement {
  const { meaning, action } = VAPI_REFUSALS.get(code) ?? { meaning: '', action: '' };
  return failed('vapi', `${cause}. ${meaning}`, action);
}

/**
 * docs/providers/didww.md, Disconnect codes; Capacity and balance. A call that Vapi took leaves a row
 * there, so these answers are not its.
 */
function byGroup(group: Exclude<DisconnectGroup, 'completed'>, target: string, cause: string): Judgement {
  switch (group) {
    case 'balance':
      return inconclusive('billing', cause, 'Top up the DIDWW balance, then run the verification again.');
    case 'busy':
    case 'cancelled':
      return inconclusive(
        'carrier',
        cause,
        'Run the verification again; if it stays, quote the record to DIDWW support.',
      );
    case 'unavailable':
      return inconclusive(
        'didww',
        cause,
        'Run the verification again when fewer calls are under way, or give the number and its inbound trunk more channels (capacity_limit) at DIDWW.',
      );
    case 'no-answer':
      return failed('network', cause, 'Check host, port and transport of the inbound trunk at DIDWW, then retry.');
    case 'refused':
    case 'not-found':
    case 'server-error':
    case 'unknown':
      return failed(/vapi\.ai/.test(target) ? 'vapi' : 'didww', cause, REFUSED);
    default:
      return group satisfies never;
  }
}

const REFUSED =
  "Check state and routing of the number and the host of the inbound trunk at DIDWW, then the number's import at Vapi; else quote the record to DIDWW support.";
