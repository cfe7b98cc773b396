import { type Speaker, person, silence } from './speakers.js';

/** What a telephone outside of both accounts does when it rings. */
export type FarEnd =
  /** A person answers and speaks. */
  | 'answers'
  /** Answered, and not a word. */
  | 'silent'
  /** Answered by a machine that speaks. */
  | 'voicemail'
  | 'busy'
  | 'no-answer'
  /** The person declines the call. */
  | 'declines'
  /** Its carrier refuses it. */
  | 'reject'
  /** Switched off or out of reach. */
  | 'unavailable'
  /** No such number. */
  | 'unknown'
  /** No route to it. */
  | 'unreachable';

/** How a ringing telephone ends up. */
export type FarEndOutcome =
  { readonly kind: 'answered'; readonly speaker: Speaker } | { readonly kind: 'failed'; readonly code: number };

const GREETING = [
  'Hello, this is Dana speaking. How can I help you?',
  'Yes, I can hear you well. Thank you for calling.',
];
const VOICEMAIL = ['You have reached the voicemail of Dana. Please leave a message after the tone.'];

/** The SIP codes are the usual ones for each case; no source ties them to DIDWW, so they are assumed. */
export function outcomeOf(farEnd: FarEnd): FarEndOutcome {
  switch (farEnd) {
    case 'answers':
      return { kind: 'answered', speaker: person(GREETING) };
    case 'silent':
      return { kind: 'answered', speaker: silence };
    case 'voicemail':
      return { kind: 'answered', speaker: person(VOICEMAIL) };
    case 'busy':
      return { kind: 'failed', code: 486 };
    case 'no-answer':
      return { kind: 'failed', code: 487 };
    case 'declines':
      return { kind: 'failed', code: 603 };
    case 'reject':
      return { kind: 'failed', code: 403 };
    case 'unavailable':
      return { kind: 'failed', code: 480 };
    case 'unknown':
      return { kind: 'failed', code: 404 };
    case 'unreachable':
      return { kind: 'failed', code: 503 };
    default:
      return farEnd satisfies never;
  }
}

/** Phases for which it rings. */
export function ringingPhases(farEnd: FarEnd): number {
  return farEnd === 'no-answer' ? 10 : 1;
}
