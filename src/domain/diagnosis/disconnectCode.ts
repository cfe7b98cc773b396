/**
 * Reads the disconnect code of a DIDWW call record.
 * Belongs here: what the code by itself says (docs/providers/didww.md, Disconnect codes).
 * Does not belong here: fetching records, and verdicts that weigh a code against other evidence.
 */

/** What kind of end the code stands for; `unknown` where DIDWW documents none. */
export type DisconnectGroup =
  | 'completed'
  | 'balance'
  | 'refused'
  | 'not-found'
  | 'no-answer'
  | 'unavailable'
  | 'busy'
  | 'cancelled'
  | 'server-error'
  | 'unknown';

export interface DisconnectReading {
  /** The code as the record holds it. */
  readonly code: string;
  readonly group: DisconnectGroup;
  /** One sentence without a full stop, for a person. */
  readonly meaning: string;
}

/**
 * What a disconnect code means. DIDWW documents the list for inbound records; of outbound ones only 200 and
 * 486 have been seen, so that there the rest is the common reading of SIP (docs/providers/didww.md,
 * Disconnect codes). Never throws.
 */
export function readDisconnectCode(code: string | number): DisconnectReading {
  const text = String(code).trim();
  const [group, meaning] = MEANINGS.get(text) ?? [
    'unknown',
    `Disconnect code ${text === '' ? '(none)' : text}, without a documented meaning`,
  ];
  return { code: text, group, meaning };
}

/** The whole list that DIDWW documents, and nothing besides (docs/providers/didww.md, Disconnect codes). */
const MEANINGS = new Map<string, readonly [DisconnectGroup, string]>([
  ['200', ['completed', 'The call was answered and ended normally']],
  ['402', ['balance', 'The destination refused for want of balance, or the DIDWW balance is too low']],
  ['403', ['refused', 'The destination refused the call, or the service time of the number has expired']],
  ['404', ['not-found', 'The destination does not know the called user or domain']],
  ['408', ['no-answer', 'The destination did not answer the SIP request in time']],
  ['410', ['not-found', 'The destination number is gone']],
  ['480', ['unavailable', "The destination is not available, or the number's DIDWW channels are all in use"]],
  ['486', ['busy', 'The destination is busy']],
  ['487', ['cancelled', 'One side cancelled the call before it was answered']],
  ['500', ['server-error', 'The destination answered with a server error']],
  ['503', ['server-error', 'The destination answered that its service is unavailable']],
  ['504', ['server-error', 'The destination answered with a server time-out']],
  ['603', ['refused', 'The destination declined the call']],
  ['604', ['not-found', 'The destination does not exist']],
]);
