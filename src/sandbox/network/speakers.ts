import type { Answering, TransferOption } from './answering.js';
import { asksForPerson, linesOf, promptOf, saysGoodbye } from './script.js';

/** What a party does next. `hangUp` is why, in the words of its own call row. */
export type Move =
  | { readonly kind: 'say'; readonly text: string; readonly hangUp?: string }
  | { readonly kind: 'hang-up'; readonly reason: string }
  | { readonly kind: 'transfer'; readonly option: TransferOption };

/** Somebody on the line. Speaks only when asked to: at the beginning, and when it has heard something. */
export interface Speaker {
  /** What it says when the call is answered, if it does not wait for the other. */
  opening(): Move | undefined;
  /** Its answer. `byNewcomer`: somebody else has taken over the other end. */
  reply(heard: string, byNewcomer: boolean): Move | undefined;
}

const NORMAL_END = 'assistant-ended-call';

/** What can be wrong with an assistant's model. */
export interface Moods {
  readonly ignoresTools: boolean;
  readonly silent: boolean;
  /**
   * Ended reason of a model provider that is out of order: a first message is spoken all the same, an
   * answer is not.
   */
  readonly failsWith: string | undefined;
}

/**
 * A customer's assistant that answers a number: greets, answers, transfers who asks for a person, says
 * goodbye back.
 */
export function receptionist(
  { assistant, transfer, canEndCall }: Answering,
  { ignoresTools, silent, failsWith }: Moods,
): Speaker {
  const lines = [...linesOf(assistant)];
  return {
    opening: () => {
      const greeting = silent ? undefined : greetingOf({ assistant });
      return greeting === undefined ? undefined : spoken(assistant, greeting);
    },
    reply: (heard) => {
      if (failsWith !== undefined) return { kind: 'hang-up', reason: failsWith };
      if (silent) return undefined;
      if (asksForPerson(heard)) {
        if (transfer !== undefined && !ignoresTools) return { kind: 'transfer', option: transfer };
        return say('I am sorry, I cannot connect you to anybody right now.');
      }
      if (saysGoodbye(heard)) {
        const farewell = spoken(assistant, 'Goodbye.');
        return canEndCall && !ignoresTools ? { hangUp: NORMAL_END, ...farewell } : farewell;
      }
      return spoken(assistant, lines.shift() ?? 'Thank you, I have noted that. Is there anything else?');
    },
  };
}

/**
 * An assistant that called: says its lines one by one, asks for a person where its prompt does, ends as its
 * tools and phrases allow.
 */
export function callingAssistant({ assistant, canEndCall }: Answering): Speaker {
  const lines = [...callerLines(assistant)];
  let waitsForPerson = false;
  const speak = (text: string): Move => {
    if (asksForPerson(text)) waitsForPerson = true;
    return spoken(assistant, text);
  };
  return {
    opening: () => {
      const greeting = greetingOf({ assistant });
      return greeting === undefined ? undefined : speak(greeting);
    },
    reply: (_heard, byNewcomer) => {
      if (waitsForPerson && !byNewcomer) return undefined;
      const line = lines.shift();
      if (line !== undefined) return speak(line);
      return canEndCall ? { kind: 'hang-up', reason: NORMAL_END } : undefined;
    },
  };
}

/**
 * A person at a telephone: says the given lines turn by turn, the first at once, and hangs up when told
 * goodbye.
 */
export function person(lines: readonly string[]): Speaker {
  const left = [...lines];
  return {
    opening: () => next(left),
    reply: (heard) => (saysGoodbye(heard) ? { kind: 'hang-up', reason: '' } : next(left)),
  };
}

/** Somebody who lifts the receiver and says nothing. */
export const silence: Speaker = { opening: () => undefined, reply: () => undefined };

function next(lines: string[]): Move | undefined {
  const line = lines.shift();
  return line === undefined ? undefined : say(line);
}

type Words = Extract<Move, { kind: 'say' }>;

function say(text: string): Words {
  return { kind: 'say', text };
}

/**
 * An assistant's own words end the call where they hold one of its phrases (docs/providers/vapi.md, Calls).
 */
function spoken({ endCallPhrases }: Answering['assistant'], text: string): Words {
  const ends = (endCallPhrases ?? []).some((phrase) => text.toLowerCase().includes(phrase.toLowerCase()));
  return ends ? { kind: 'say', text, hangUp: 'assistant-said-end-call-phrase' } : say(text);
}

/**
 * Without a first message the assistant waits, unless its model is to make one up (docs/providers/vapi.md,
 * Calls).
 */
function greetingOf({ assistant }: Pick<Answering, 'assistant'>): string | undefined {
  switch (assistant.firstMessageMode ?? 'assistant-speaks-first') {
    case 'assistant-waits-for-user':
      return undefined;
    case 'assistant-speaks-first-with-model-generated-message':
      return 'Hello, how can I help you?';
    default:
      return assistant.firstMessage || undefined;
  }
}

/** A prompt without lines of its own still makes a model say what it is about. */
function callerLines(assistant: Answering['assistant']): readonly string[] {
  const lines = linesOf(assistant);
  const prompt = promptOf(assistant);
  const spoken = [assistant.firstMessage ?? '', ...lines].join('\n');
  const wish = asksForPerson(prompt) && !asksForPerson(spoken) ? ['I would like to speak to a person, please.'] : [];
  return lines.length === 0
    ? [...wish, ...(wish.length === 0 ? ['This is an automated test call.'] : [])]
    : [...lines, ...wish];
}
