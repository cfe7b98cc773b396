/**
 * What test calls cost: one rule for every call, before, while and after it is on the line.
 * Belongs here: the rule, its prices, the caps held against it. Does not: adding calls up
 * (`workflows/verification/callBudget.ts`).
 */
import type { CallFacts, LegFacts } from './evidence.js';
import type { CallPurpose } from './plan.js';
import type { Verification } from '../../contract/verificationCaps.js';

/**
 * What a minute of a leg at Vapi costs: its fee, model, voice and transcriber (assumed, on the high side).
 */
export const VAPI_USD_PER_MINUTE = 0.15;
/**
 * What a minute through an outbound trunk costs at DIDWW, but to premium destinations (assumed, on the high
 * side).
 */
export const DIDWW_USD_PER_MINUTE = 0.05;

/**
 * The legs that are paid for. At Vapi: the caller's and the one that answers. At DIDWW: the call that leaves
 * through the outbound trunk, and the one that a transfer adds (docs/providers/didww.md, Transfers (REFER)).
 */
const PAID_LEGS: Readonly<Record<CallPurpose, { readonly vapi: 1 | 2; readonly didww: 1 | 2 }>> = {
  line: { vapi: 2, didww: 1 },
  phone: { vapi: 1, didww: 1 },
  transfer: { vapi: 2, didww: 2 },
};

/** What a call has used, or may use. */
export interface Usage {
  /** Of its legs at Vapi, added up. */
  readonly seconds: number;
  /** USD, every leg counted at both providers. */
  readonly usd: number;
}

/** Nothing at all. */
export const NO_USAGE: Usage = { seconds: 0, usd: 0 };

/**
 * What was seen of a leg at Vapi; `costUsd` as Vapi reports it so far, which may be a part or nothing yet.
 */
export interface PaidLeg {
  readonly seconds: number;
  readonly costUsd?: number;
}

/**
 * What a call uses that lasts so many seconds, as estimated: of one that is not placed yet, the most that
 * it may.
 */
export const estimated = (purpose: CallPurpose, seconds: number): Usage => usageOf(purpose, [{ seconds }]);

/**
 * What a call has used that was seen at Vapi, caller's leg first. Each leg there counts with what Vapi
 * reports or with the estimate for its seconds, whichever is more; one that was not seen lasted as long as
 * the caller's. DIDWW's legs come on top, for the caller's seconds, as its charges are known only later.
 */
export function usageOf(purpose: CallPurpose, [caller, answering]: readonly [PaidLeg, PaidLeg?]): Usage {
  const { vapi, didww } = PAID_LEGS[purpose];
  const legs = vapi === 1 ? [caller] : [caller, answering ?? { seconds: caller.seconds }];
  const atVapi = legs.map(({ seconds, costUsd = 0 }) => Math.max(costUsd, (seconds / 60) * VAPI_USD_PER_MINUTE));
  // How DIDWW rounds is not documented: a minute that has begun counts whole.
  const atDidww = didww * Math.ceil(caller.seconds / 60) * DIDWW_USD_PER_MINUTE;
  return {
    seconds: sum(legs.map(({ seconds }) => seconds)),
    usd: sum([...atVapi, atDidww]),
  };
}

/** The same of a call that was followed, where none lasts longer than `longestSeconds`. */
export function usageOfFollowed(
  purpose: CallPurpose,
  { outbound, inbound }: Pick<CallFacts, 'outbound' | 'inbound'>,
  longestSeconds: number,
): Usage {
  const caller = outbound === undefined ? { seconds: longestSeconds } : paid(outbound, longestSeconds);
  if (inbound === undefined) return usageOf(purpose, [caller]);
  const made = inbound.endedReason === FORWARDED ? 'transfer' : purpose;
  return usageOf(made, [caller, paid(inbound, longestSeconds)]);
}

/**
 * The answering leg's end where its assistant transferred the call, asked or not (docs/providers/vapi.md,
 * Transfers).
 */
const FORWARDED = 'assistant-forwarded-call';

/** What a verification has used, and may use. */
export interface Budget {
  readonly calls: number;
  /** USD. */
  readonly spentUsd: number;
  readonly caps: Pick<Verification, 'maxCalls' | 'maxSpendUsd'>;
}

/** The cap that a further call of such a cost would exceed. */
export function capReached({ calls, spentUsd, caps }: Budget, costUsd: number): keyof Budget['caps'] | undefined {
  if (calls >= caps.maxCalls) return 'maxCalls';
  return spentUsd + costUsd > caps.maxSpendUsd ? 'maxSpendUsd' : undefined;
}

/**
 * A leg whose end was not seen, or has no date, may last as long as any; one that ended unanswered has no
 * seconds.
 */
function paid({ status, answered, endedAt, seconds, costUsd }: LegFacts, longestSeconds: number): PaidLeg {
  const isOver = status === 'ended' && (!answered || endedAt !== undefined);
  return {
    seconds: isOver ? seconds : Math.max(seconds, longestSeconds),
    ...(costUsd === undefined ? {} : { costUsd }),
  };
}

const sum = (amounts: readonly number[]): number => amounts.reduce((total, amount) => total + amount, 0);
