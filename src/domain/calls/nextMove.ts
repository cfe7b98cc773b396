/**
 * What to do next about a call that is being followed: wait, speak up, force the transfer, hang up, or be
 * done. Belongs here: the decision, from times and facts. Does not: reading calls and carrying decisions
 * out (`activities`).
 */
import type { LegFacts } from './evidence.js';
import type { CallLimits, CallTimes } from './times.js';

/** One look at a call. All times in milliseconds, on the worker's clock. */
export interface CallLook {
  readonly limits: CallLimits;
  /** Whether the called leg is one of ours and belongs to the proof. */
  readonly expectsInbound: boolean;
  /** Absent where Vapi does not show it yet. */
  readonly outbound?: LegFacts;
  readonly inbound?: LegFacts;
  readonly sincePlaced: number;
  /** Since this worker first saw both legs, or the one there is, in their present state. */
  readonly sinceChange: number;
  /**
   * Since this worker first saw the caller's leg answered, the called one answered, the caller's leg ended;
   * absent: not so.
   */
  readonly sinceAnswered?: number;
  readonly sinceInboundAnswered?: number;
  readonly sinceEnded?: number;
  /** Since Patchbay last hung up; absent: it did not. */
  readonly sinceHungUp?: number;
  readonly nudged: boolean;
  readonly transfer?: TransferLook;
}

/** How the transfer stands. */
export interface TransferLook {
  readonly fired: boolean;
  readonly forced: boolean;
  /** Since the assistant answered the wish for a person without transferring; absent: it did not. */
  readonly sinceAnswer?: number;
  /** A status that will not change any more. */
  readonly decided: boolean;
}

/** What to do now. */
export type CallMove =
  | { readonly kind: 'wait' | 'done' | 'nudge' | 'force-transfer' }
  | { readonly kind: 'hang-up'; readonly why: 'too-long' | 'no-slot' | 'window-over' };

const wait: CallMove = { kind: 'wait' };
const done: CallMove = { kind: 'done' };

/** The next move, at these times. Comes to `done` in any case: everything that is waited for has an end. */
export function nextMove(look: CallLook, times: CallTimes): CallMove {
  if (look.outbound === undefined) return look.sincePlaced >= times.visibleWithin ? done : wait;
  if (look.outbound.status !== 'ended') return whileOn(look, look.outbound, times);
  return afterwards(look, look.outbound, times);
}

function whileOn(look: CallLook, outbound: LegFacts, times: CallTimes): CallMove {
  if (look.sinceHungUp !== undefined && look.sincePlaced >= look.limits.window) return done;
  const over = overdue(look, outbound, times);
  if (over === undefined) return interventionFor(look, times);
  if (look.sinceHungUp === undefined || look.sinceHungUp >= times.hangUpAgain) return over;
  return wait;
}

function overdue(look: CallLook, { status }: LegFacts, times: CallTimes): (CallMove & { kind: 'hang-up' }) | undefined {
  const { longest, queued, window } = look.limits;
  if ((look.sinceAnswered ?? 0) > longest + times.hardStopSlack) return { kind: 'hang-up', why: 'too-long' };
  const isWaiting = status === 'queued' || status === 'scheduled';
  if (isWaiting && look.sincePlaced > queued) return { kind: 'hang-up', why: 'no-slot' };
  if (look.sincePlaced > window - times.endsAfterHangUp) return { kind: 'hang-up', why: 'window-over' };
  return undefined;
}

function interventionFor(look: CallLook, times: CallTimes): CallMove {
  const { outbound, inbound, transfer } = look;
  const isSilent = ![outbound, inbound].some((leg) => leg?.botSpoke === true || leg?.userSpoke === true);
  if (isSilent && !look.nudged && (look.sinceAnswered ?? 0) >= times.nudgeAfter) return { kind: 'nudge' };
  if (transfer === undefined || inbound?.status !== 'in-progress' || transfer.fired || transfer.forced) return wait;
  const isLate = (look.sinceInboundAnswered ?? 0) >= Math.min(times.forceTransferAfter, look.limits.longest / 2);
  const isRefused = (transfer.sinceAnswer ?? 0) >= times.forceTransferAfterAnswer;
  return isLate || isRefused ? { kind: 'force-transfer' } : wait;
}

/** The caller's leg has ended: the other one, words and statuses may still be on their way. */
function afterwards(look: CallLook, outbound: LegFacts, times: CallTimes): CallMove {
  const { inbound, expectsInbound } = look;
  const sinceEnded = look.sinceEnded ?? 0;
  if (inbound === undefined) {
    if (!expectsInbound) return settled(look, [outbound], times);
    if (/^call\.start\./.test(outbound.endedReason ?? '')) return done;
    const graceMs = outbound.answered ? times.inboundAfterAnswer : times.inboundAfterRefusal;
    return sinceEnded >= graceMs ? done : wait;
  }
  if (inbound.status !== 'ended') return sinceEnded >= times.inboundOutlives ? done : wait;
  const { transfer } = look;
  if (transfer?.fired === true || transfer?.forced === true) {
    return transfer.decided || look.sinceChange >= times.transferStatus ? done : wait;
  }
  return settled(look, [outbound, inbound], times);
}

/** Words of a call appear some time after its end. */
function settled({ sinceChange }: CallLook, legs: readonly LegFacts[], times: CallTimes): CallMove {
  const answered = legs.filter((leg) => leg.answered);
  if (answered.every(({ botSpoke, userSpoke }) => botSpoke && userSpoke)) return done;
  const hasWords = answered.some(({ botSpoke, userSpoke }) => botSpoke || userSpoke);
  return sinceChange >= (hasWords ? times.wordsOfOneSide : times.wordsOfNobody) ? done : wait;
}
