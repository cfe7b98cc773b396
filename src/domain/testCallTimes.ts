/** Every time, cap and estimate of the test calls, in one place. */

/** What bounds one verification (docs/providers/vapi.md, Concurrency and billing). */
export const CALL_CAPS = {
  /** Calls placed for one planned call at the most: repeats are for a lack of slots and for one fault of Vapi's own. */
  placementsPerCall: 8,
  /** Hard stop of a call, in seconds from its first audio. */
  lineSeconds: 45,
  /** The transfer call is longer: a person has to pick up. */
  transferSeconds: 90,
  /** Seconds of ringing. */
  dialSeconds: 30,
} as const;

/** What a minute of one leg costs at the most, in USD: Vapi's fee, model, voice and transcriber, and DIDWW's minute (assumed, on the high side). */
const USD_PER_LEG_MINUTE = 0.15;
/** A call to one's own number is two calls at Vapi. */
const LEGS_PER_CALL = 2;

/** What a call of so many seconds may cost at the most, in USD. */
export const estimateUsd = (seconds: number): number => LEGS_PER_CALL * (seconds / 60) * USD_PER_LEG_MINUTE;

/** Milliseconds. */
export const CALL_TIMES = {
  /** A placed call that no read shows after this long cannot be read. */
  visibleWithin: 30_000,
  /** A call that waits for a free slot at Vapi is given up after this long. */
  queuedAtMost: 45_000,
  /** Above the hard stop of the call itself, which may fail to work. */
  hardStopSlack: 15_000,
  /** All of one call, from its placing. */
  window: 240_000,
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
  /** The assistant is given this long to transfer by itself. */
  forceTransferAfter: 25_000,
  /** The same once it has answered the wish in words: its tool would have come with them. */
  forceTransferAfterAnswer: 2_500,
  /** For a slot to become free, over the whole verification. */
  slotWindow: 45_000,
  slotFirstPause: 2_000,
  slotLongestPause: 15_000,
} as const;

/** Pauses between two looks at a call: 100 ms after something happened, growing to 2 s while nothing does. */
export const POLL = { firstMs: 100, growth: 1.5, longestMs: 2_000 } as const;
