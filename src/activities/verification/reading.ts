/** Vapi's call rows read into facts: what was said becomes whether somebody spoke, and stays here. */
import { DIDWW_OUTBOUND_HOSTS, DIDWW_OUTBOUND_IPS } from '../../domain/sip/addresses.js';
import type { LegFacts, TransferFacts } from '../../domain/calls/evidence.js';
import { OPENING_PATTERN } from '../../domain/calls/script.js';
import { present } from '../../http/index.js';
import type { Call, CallMessage, TransferDestination } from '../../vapi/index.js';
import { digits } from './prepareVerification.js';
import { secondsOf } from './testCall.js';

/** The facts of one leg. */
export function legFacts(call: Call): LegFacts {
  const { variableValues } = call.assistantOverrides;
  return present({
    callId: call.id,
    status: call.status ?? 'unknown',
    endedReason: call.endedReason,
    answered: call.startedAt !== undefined,
    assistantId: call.assistantId,
    botSpoke: call.artifact.messages.some(isWord('bot')),
    userSpoke: call.artifact.messages.some(isWord('user')),
    createdAt: call.createdAt,
    startedAt: call.startedAt,
    endedAt: call.endedAt,
    seconds: secondsOf(call),
    costUsd: call.cost,
    caller: callerOf(call),
    carrierAddress: text(variableValues['forwarded-for']),
    carrierName: text(variableValues['originating-carrier']),
    carrierCallId: call.transport?.sbcCallSid,
  });
}

/**
 * The row among these that is the other end of our caller's: the newest that shows its number, an answered
 * one first, else the only one that holds the sentence which our caller says first. Rows from before
 * `since`, which a list may hold, are older calls (docs/providers/vapi.md, Call object).
 */
export function inboundLegOf(rows: readonly Call[], from: string, since: string | undefined): Call | undefined {
  const incoming = rows.filter(({ type, createdAt }) => type === 'inboundPhoneCall' && !isBefore(createdAt, since));
  const ours = incoming.filter((row) => isFrom(row, from));
  const newest = ours.sort((a, b) => (b.createdAt ?? '').localeCompare(a.createdAt ?? ''));
  if (newest.length > 0) return newest.find(isAnswered) ?? newest[0];
  const alike = incoming.filter(({ artifact }) => artifact.messages.some(isOpening));
  return alike.length === 1 ? alike[0] : undefined;
}

const isBefore = (date: string | undefined, since: string | undefined): boolean =>
  date !== undefined && since !== undefined && Date.parse(date) < Date.parse(since);

/**
 * Whether no other row can be a better one: an attempt that got no answer may be followed by another, a
 * caller's number may be another's.
 */
export const isCertainly = (row: Call, from: string): boolean => isAnswered(row) && isFrom(row, from);

const isAnswered = ({ startedAt }: Call): boolean => startedAt !== undefined;

const isFrom = (row: Call, from: string): boolean => digits(callerOf(row)) === digits(from);

/** The other party's number, or what its SIP address shows in its place. */
const callerOf = ({ customer }: Call): string | undefined =>
  customer?.number ?? /^sips?:([^@;]+)/.exec(customer?.sipUri ?? '')?.[1];

const isOpening = ({ role, message }: CallMessage): boolean => role === 'user' && OPENING_PATTERN.test(message ?? '');

/**
 * Share of all words of both that both have. Greetings resemble each other ("How can I help you?"), a
 * transcript differs from what was said in a word here and there: assumed.
 */
const WORDS_IN_COMMON = 0.6;

/**
 * Whether what the caller heard is what the called side said: two ends of one call. Undefined where one of
 * the two has no words.
 */
export function sharedWords(outbound: Call | undefined, inbound: Call | undefined): boolean | undefined {
  if (outbound === undefined || inbound === undefined) return undefined;
  const [heard, said] = [wordsOf(outbound, 'user'), wordsOf(inbound, 'bot')];
  if (heard.size === 0 || said.size === 0) return undefined;
  const common = [...heard].filter((word) => said.has(word)).length;
  return common / (heard.size + said.size - common) >= WORDS_IN_COMMON;
}

const wordsOf = ({ artifact }: Call, role: 'bot' | 'user'): ReadonlySet<string> =>
  new Set(
    artifact.messages
      .filter(isWord(role))
      .flatMap(({ message }) => (message ?? '').toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []),
  );

/** What the transfer call is to end in. */
export interface DesiredTransfer {
  readonly destination: string;
  readonly toolName: string;
}

/** How far the transfer came, seen from both legs (docs/providers/vapi.md, Transfers). */
export function transferFacts(
  { destination, toolName }: DesiredTransfer,
  inbound: Call,
  outbound: Call | undefined,
  force: { readonly forced: boolean; readonly refused?: string },
): TransferFacts {
  const { messages, transfers } = inbound.artifact;
  const isWanted = (one: TransferDestination | undefined): boolean =>
    numberOf(one) === digits(destination) && isAtCarrier(one);
  const all = transfers.filter((one) => isWanted(one.destination));
  // Of several attempts, the one that came through counts.
  const counted = all.find(({ status }) => status === 'connected') ?? all.at(-1);
  const elsewhere = [inbound.destination, ...transfers.map((one) => one.destination)].find(
    (one) => one !== undefined && !isWanted(one),
  );
  const called = messages.some(({ toolCalls }) => toolCalls.some(({ name }) => name === toolName));
  const later = outbound === undefined ? [] : heardAfter(outbound, inbound.endedAt);
  const begun = counted !== undefined || isWanted(inbound.destination);
  return present({
    toolFired: called || (begun && !force.forced),
    forced: force.forced,
    forceRefused: force.refused,
    begun,
    wentTo:
      elsewhere === undefined ? undefined : (elsewhere.sipUri?.split(/[;?]/)[0] ?? elsewhere.number ?? elsewhere.type),
    status: counted?.status,
    personSpoke: later.length > 0,
    ...(later.some((text) => MACHINE.test(text)) ? { machineSpoke: true } : {}),
  });
}

/** Whether the assistant has answered the caller's wish, by words and not by its tool. */
export function hasAnsweredWish({ artifact }: Call): boolean {
  const asked = artifact.messages.findIndex(({ role, message }) => role === 'user' && /person/i.test(message ?? ''));
  return asked >= 0 && artifact.messages.slice(asked + 1).some(isWord('bot'));
}

/** What the caller heard that began when the assistant had left the call, or just as it left. */
function heardAfter({ startedAt, artifact }: Call, leftAt: string | undefined): readonly string[] {
  if (startedAt === undefined || leftAt === undefined) return [];
  const untilLeft = (Date.parse(leftAt) - Date.parse(startedAt)) / 1_000 - DATES_AGREE_TO_SECONDS;
  return artifact.messages
    .filter((message) => isWord('user')(message) && (message.secondsFromStart ?? -1) >= untilLeft)
    .map(({ message }) => message ?? '');
}

/**
 * How answering machines speak. In English: in another language a machine passes for a person, as far as
 * words go.
 */
const MACHINE = /voice ?mail|answering machine|leave (a|your) message|after the (tone|beep)|mailbox/i;

/** Both legs' dates are of one clock, written at different moments. */
const DATES_AGREE_TO_SECONDS = 0.1;

const isWord =
  (role: 'bot' | 'user') =>
  (message: CallMessage): boolean =>
    // Older rows say `assistant` for `bot`.
    (message.role === role || (role === 'bot' && message.role === 'assistant')) &&
    (message.message ?? '').trim() !== '';

const numberOf = (destination: TransferDestination | undefined): string =>
  digits(destination?.number ?? /^<?sips?:([^@;>]+)/i.exec(destination?.sipUri ?? '')?.[1]);

/**
 * The same number at another host is another telephone (docs/providers/didww.md, Transfers (REFER)). A
 * number alone goes by the carrier.
 */
const isAtCarrier = (destination: TransferDestination | undefined): boolean => {
  const host = /@([^:;>]+)/.exec(destination?.sipUri ?? '')?.[1]?.toLowerCase();
  return host === undefined || CARRIER_HOSTS.has(host);
};

const CARRIER_HOSTS: ReadonlySet<string> = new Set([...DIDWW_OUTBOUND_HOSTS, ...Object.values(DIDWW_OUTBOUND_IPS)]);

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
