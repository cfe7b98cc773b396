/**
 * What the caller of a test call says, and everything that ends the call: one transient Vapi assistant per
 * kind of call.
 */
import type { CallPurpose } from './plan.js';

/** Said first on every test call, whoever answers. */
const OPENING = 'This is an automated test call.';
/** Ends the call as soon as the caller has said it, whatever its model does next. */
const CLOSING = 'Goodbye now';

/**
 * Spoken first to a telephone; through the control URL where the called side waits for the caller to begin,
 * too.
 */
export const NUDGE = `Hello. ${OPENING} Please say something.`;

/**
 * How the opening is recognised in the other side's transcript, where a number is not enough to tell whose
 * call it is.
 */
export const OPENING_PATTERN = /automated\s+test\s+call/i;

/**
 * The transient assistant that calls. Towards an assistant it waits to be greeted, as two that speak first
 * talk over each other; to a telephone it speaks first. It ends by whatever comes first: its own phrase,
 * its model, silence, the longest duration in seconds (docs/providers/vapi.md, Calls).
 */
export function testCaller(purpose: CallPurpose, name: string, seconds: number): Readonly<Record<string, unknown>> {
  const { prompt, firstMessage, silenceSeconds } = SCRIPTS[purpose];
  return {
    name: 'Patchbay test caller',
    firstMessageMode: firstMessage === '' ? 'assistant-waits-for-user' : 'assistant-speaks-first',
    firstMessage,
    model: {
      provider: 'openai',
      model: 'gpt-4o-mini',
      temperature: 0,
      messages: [{ role: 'system', content: prompt }],
      tools: [{ type: 'endCall' }],
    },
    voice: { provider: 'vapi', voiceId: 'Clara' },
    endCallPhrases: [CLOSING.toLowerCase()],
    maxDurationSeconds: seconds,
    silenceTimeoutSeconds: silenceSeconds,
    metadata: { patchbay: name },
  };
}

interface Script {
  readonly prompt: string;
  /** Empty: the other side begins. */
  readonly firstMessage: string;
  /** At least 10 (docs/providers/vapi.md, Contradictions). */
  readonly silenceSeconds: number;
}

const SCRIPTS: Readonly<Record<CallPurpose, Script>> = {
  line: {
    prompt: [
      'You test a telephone line. Wait until you are greeted.',
      `Then answer only: "${OPENING} The line works. ${CLOSING}."`,
      'Say nothing else and answer no question.',
    ].join(' '),
    firstMessage: '',
    silenceSeconds: 15,
  },
  phone: {
    prompt: [
      'You test a telephone line and have just asked somebody to say something.',
      `Whatever you hear, answer only: "Thank you, the line works. ${CLOSING}."`,
      'Say nothing else and answer no question.',
    ].join(' '),
    firstMessage: NUDGE,
    silenceSeconds: 15,
  },
  transfer: {
    prompt: [
      'You test the transfer of a telephone call to a live person. Wait until you are greeted.',
      `Then say only: "${OPENING} Please transfer me to a live person."`,
      'If you are asked anything before that, ask for a live person once more, in the same words.',
      'While you wait, say nothing.',
      `When somebody new has answered, say only: "${OPENING} The transfer works, thank you. ${CLOSING}."`,
    ].join(' '),
    firstMessage: '',
    // A person may let it ring for a while, and ringing is no speech.
    silenceSeconds: 60,
  },
};
