/** Every time and cap of the test calls, in one place; what they cost is in `spend.ts`. */

/** What bounds one verification (docs/providers/vapi.md, Concurrency and billing). */
export const CALL_CAPS = {
  /**
   * Calls placed for one planned call at the most: repeats are for a lack of slots and for one fault of
   * Vapi's own.
   */
  placementsPerCall: 8,
  /**
   * Hard stop of a call, in seconds from its first audio; of the transfer call it is
   * `verification.maxSecondsPerCall`, as a person has to pick up.
   */
  lineSeconds: 45,
  /** Seconds of ringing. */
  dialSeconds: 30,
} as const;

/** How long one call may take, in milliseconds. */
export interface CallLimits {
  /** From its first audio. */
  readonly longest: number;
  /** Waiting for a free slot at Vapi. */
  readonly queued: number;
  /** From its placing to its last word. */
  readonly window: number;
}

/** The limits of a call that may last so many seconds, where what comes late is waited for so many. */
export function limitsOf(seconds: number, windowSeconds: number): CallLimits {
  const longest = seconds * 1_000;
  const queued = Math.max(windowSeconds * 1_000, CALL_TIMES.queuedAtLeast);
  const ringing = CALL_CAPS.dialSeconds * 1_000;
  return {
    longest,
    queued,
    window: queued + ringing + longest + CALL_TIMES.hardStopSlack + 3 * CALL_TIMES.endsAfterHangUp,
  };
}

/** Milliseconds, as production has them. */
export const CALL_TIMES = {
  /** A placed call that no read shows after this long cannot be read. */
  visibleWithin: 30_000,
  /** Every call is queued for a moment. */
  queuedAtLeast: 10_000,
  /** Above the hard stop of the call itself, which may fail to work. */
  hardStopSlack: 15_000,
  /** After a hang-up the call is expected to end within this. */
  endsAfterHangUp: 20_000,
  /** A second hang-up is tried after this long. */
  hangUpAgain: 5_000,
  /** How long an inbound leg may take to appear in a list, where the caller was not answered. */
  inboundAfterRefusal: 5_000,
  /** The same where somebody did answer: it has to be told who. */
  inboundAfterAnswer: 30_000,
  /** The called side outlives the caller by this much at the most. */
  inboundOutlives: 15_000,
  /** Words of a call appear seconds after its end (docs/providers/vapi.md, Calls). None at all yet: */
  wordsOfNobody: 20_000,
  /** Words of one side only: */
  wordsOfOneSide: 8_000,
  /** The status of a transfer, after the leg that began it has ended. */
  transferStatus: 10_000,
  /** A conversation in which nobody begins: the caller speaks up. */
  nudgeAfter: 8_000,
  /** The assistant is given this long to transfer by itself, or half of a shorter call. */
  forceTransferAfter: 25_000,
  /** The same once it has answered the wish in words: its tool would have come with them. */
  forceTransferAfterAnswer: 2_500,
  /** Pauses before a call is placed again for want of a slot. */
  slotFirstPause: 2_000,
  slotLongestPause: 15_000,
  /** The pause between two looks at a call just after something happened; it grows while nothing does. */
  firstLookPause: 100,
  longestLookPause: 2_000,
} as const;

/** The same times, however long. */
export type CallTimes = { readonly [time in keyof typeof CALL_TIMES]: number };

/** How the pauses between two looks at a call grow. */
export const LOOK_PAUSES_GROW_BY = 1.5;
