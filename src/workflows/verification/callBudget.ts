import { inconclusive, type Judgement } from '../../domain/diagnosis/judgements.js';
import type { CallFacts } from '../../domain/calls/evidence.js';
import { longestSeconds, type PlannedCall } from '../../domain/calls/plan.js';
import { capReached, estimated, NO_USAGE, type Usage, usageOf, usageOfFollowed } from '../../domain/calls/spend.js';
import type { HungUp } from '../../activities/verification/testCall.js';
import type { Verifying } from './verifying.js';

/**
 * What the calls of a verification have used (`domain/calls/spend.ts`), held against its caps and told to
 * its report.
 */
export class CallBudget {
  private calls = 0;
  /** By calls whose end is known, or never will be. */
  private used: Usage = NO_USAGE;
  /** The most that the call on the line may use; one that nobody saw end leaves it behind. */
  private reserved: Usage = NO_USAGE;

  constructor(private readonly verifying: Verifying) {}

  /**
   * A call is about to be placed: until it is known what became of it, it counts with the most that it may
   * use.
   */
  place(call: PlannedCall): void {
    this.calls += 1;
    this.used = this.total();
    this.reserved = this.mostOf(call);
    this.tell();
  }

  /** It was not placed after all. */
  notPlaced(): void {
    this.calls -= 1;
    this.settle(NO_USAGE);
  }

  /** A call that was followed to its end. */
  followed(call: PlannedCall, facts: CallFacts): void {
    this.settle(usageOfFollowed(call.purpose, facts, this.secondsOf(call)));
  }

  /**
   * A call that was hung up instead. Where Vapi shows none, it may have been placed all the same: what is
   * reserved for it stays so.
   */
  hungUp({ purpose }: PlannedCall, { found, seconds, costUsd }: HungUp): void {
    if (found) this.settle(usageOf(purpose, [{ seconds, costUsd }]));
  }

  /** Seconds that a call may last. */
  secondsOf({ purpose }: PlannedCall): number {
    return longestSeconds(purpose, this.verifying.request.verification.maxSecondsPerCall);
  }

  /** Why a cap keeps the call from being placed; undefined where none does. */
  overCap(call: PlannedCall): Judgement | undefined {
    const { verification: caps } = this.verifying.request;
    const { usd } = this.total();
    const cap = capReached({ calls: this.calls, spentUsd: usd, caps }, this.mostOf(call).usd);
    if (cap === undefined) return undefined;
    const why =
      cap === 'maxCalls'
        ? `${String(caps.maxCalls)} calls were placed, as many as verification.maxCalls allows`
        : `with it, the spend could exceed verification.maxSpendUsd (${String(caps.maxSpendUsd)} USD, about ${usd.toFixed(2)} spent)`;
    return inconclusive(
      'our-request',
      `No call was placed: ${why}`,
      `Raise verification.${cap}, then run the verification again.`,
    );
  }

  private mostOf(call: PlannedCall): Usage {
    return estimated(call.purpose, this.secondsOf(call));
  }

  private settle(usage: Usage): void {
    this.used = plus(this.used, usage);
    this.reserved = NO_USAGE;
    this.tell();
  }

  private total(): Usage {
    return plus(this.used, this.reserved);
  }

  private tell(): void {
    const { seconds, usd } = this.total();
    this.verifying.report.spend({ calls: this.calls, seconds, usd: Math.round(usd * 10_000) / 10_000 });
  }
}

const plus = (one: Usage, other: Usage): Usage => ({
  seconds: one.seconds + other.seconds,
  usd: one.usd + other.usd,
});
