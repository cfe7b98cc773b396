/** Vapi's call rows read into facts: what was said becomes whether somebody spoke, and stays here. */
import type { LegFacts, TransferFacts } from '../domain/testCallFacts.js';
import { OPENING_PATTERN } from '../domain/testCallScript.js';
import { present } from '../http/index.js';
import type { Call, CallMessage, TransferDestination } from '../vapi/index.js';
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
    endedAt: call.endedAt,
    seconds: secondsOf(call),
    costUsd: call.cost,
    caller: call.customer?.number,
    carrierAddress: text(variableValues['forwarded-for']),
    carrierName: text(variableValues['originating-carrier']),
    carrierCallId: call.transport?.sbcCallSid,
  });
}

/** Whether this inbound call is the other end of our caller's: by the number shown, else by the sentence that our caller says first. */
export function isOurs(call: Call, from: string): boolean {
  if (call.type !== 'inboundPhoneCall') return false;
  const shown = digits(call.customer?.number ?? /^sips?:([^@;]+)/.exec(call.customer?.sipUri ?? '')?.[1]);
  if (shown === digits(from)) return true;
  return call.artifact.messages.some(
    (message) => message.role === 'user' && OPENING_PATTERN.test(message.message ?? ''),
  );
}

/** What the transfer call is to end in. */
export interface WantedTransfer {
  readonly destination: string;
  readonly toolName: string;
}

/** How far the transfer came, seen from both legs (docs/providers/vapi.md, Transfers). */
export function transferFacts(
  { destination, toolName }: WantedTransfer,
  inbound: Call,
  outbound: Call | undefined,
  force: { readonly forced: boolean; readonly refused?: string },
): TransferFacts {
  const { messages, transfers } = inbound.artifact;
  const isWanted = (one: TransferDestination | undefined): boolean => numberOf(one) === digits(destination);
  const wanted = transfers.find((one) => isWanted(one.destination));
  const elsewhere = [inbound.destination, ...transfers.map((one) => one.destination)].find(
    (one) => one !== undefined && !isWanted(one),
  );
  const called = messages.some(({ toolCalls }) => toolCalls.some(({ name }) => name === toolName));
  const begun = wanted !== undefined || isWanted(inbound.destination);
  return present({
    toolFired: called || (begun && !force.forced),
    forced: force.forced,
    forceRefused: force.refused,
    begun,
    wentTo: elsewhere === undefined ? undefined : (elsewhere.sipUri ?? elsewhere.number ?? elsewhere.type),
    status: wanted?.status,
    personSpoke: outbound !== undefined && heardAfter(outbound, inbound.endedAt),
  });
}

/** Whether the assistant has answered the caller's wish, by words and not by its tool. */
export function hasAnsweredWish({ artifact }: Call): boolean {
  const asked = artifact.messages.findIndex(({ role, message }) => role === 'user' && /person/i.test(message ?? ''));
  return asked >= 0 && artifact.messages.slice(asked + 1).some(isWord('bot'));
}

/** Whether the caller heard words that began when the assistant had left the call, or just as it left. */
function heardAfter({ startedAt, artifact }: Call, leftAt: string | undefined): boolean {
  if (startedAt === undefined || leftAt === undefined) return false;
  const untilLeft = (Date.parse(leftAt) - Date.parse(startedAt)) / 1_000 - DATES_AGREE_TO_SECONDS;
  return artifact.messages.some((message) => isWord('user')(message) && (message.secondsFromStart ?? -1) >= untilLeft);
}

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

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
