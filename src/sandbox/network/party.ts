import type { InboundTrunk } from '../didww/index.js';
import type { VapiAccount } from '../vapi/index.js';
import type { Answering } from './answering.js';
import type { CallRow } from './callRow.js';
import type { CarrierLeg } from './carrierLegs.js';
import { type Speaker, callingAssistant, receptionist, silence } from './speakers.js';

const DEFAULT_MAX_SECONDS = 600; // docs/providers/vapi.md, Calls
const DEFAULT_SILENCE_SECONDS = 30; // assumed: the sources name the range only
const PERSON_PATIENCE_SECONDS = 18; // assumed: how long somebody holds a line on which nobody speaks
const LONGEST_CALL_SECONDS = 1800; // keeps two silent people from talking for ever

/** Where a call came into Vapi from: what a REFER within it needs. */
export interface InboundOrigin {
  readonly trunk: InboundTrunk;
  readonly signallingIp: string;
  /** Digits of the called number. */
  readonly did: string;
}

/** One end of a conversation. */
export interface Party {
  readonly speaker: Speaker;
  /** The call row at Vapi, for assistants. */
  readonly row: CallRow | undefined;
  readonly maxSeconds: number;
  readonly silenceSeconds: number;
  readonly origin: InboundOrigin | undefined;
  /** What DIDWW carries for this party; closed when the conversation ends. */
  readonly legs: readonly CarrierLeg[];
}

/** The assistant that placed a call. */
export function callerParty(answering: Answering, row: CallRow, legs: readonly CarrierLeg[]): Party {
  return { ...assistantParty(answering, row, legs), speaker: callingAssistant(answering), origin: undefined };
}

/** The assistant that answers a number. */
export function calleeParty(
  answering: Answering,
  row: CallRow,
  legs: readonly CarrierLeg[],
  origin: InboundOrigin,
): Party {
  return { ...assistantParty(answering, row, legs), speaker: receptionist(answering, moods(row.account)), origin };
}

/** Somebody outside of both accounts. */
export function personParty(speaker: Speaker, legs: readonly CarrierLeg[] = []): Party {
  return {
    speaker,
    row: undefined,
    maxSeconds: LONGEST_CALL_SECONDS,
    silenceSeconds: speaker === silence ? Infinity : PERSON_PATIENCE_SECONDS,
    origin: undefined,
    legs,
  };
}

function assistantParty(
  { assistant }: Answering,
  row: CallRow,
  legs: readonly CarrierLeg[],
): Omit<Party, 'speaker' | 'origin'> {
  return {
    row,
    maxSeconds: assistant.maxDurationSeconds ?? DEFAULT_MAX_SECONDS,
    silenceSeconds: assistant.silenceTimeoutSeconds ?? DEFAULT_SILENCE_SECONDS,
    legs,
  };
}

function moods({ switches }: VapiAccount): Parameters<typeof receptionist>[1] {
  return {
    ignoresTools: switches.modelIgnoresTools,
    silent: switches.assistantSilent,
    failsWith: switches.modelProviderFails ? 'call.in-progress.error-providerfault-openai-llm-failed' : undefined,
  };
}
