import { inconclusive, type Judgement } from '../domain/diagnosis.js';
import type { CallFacts } from '../domain/testCallFacts.js';
import { capReached, longestSeconds, type PlannedCall, worstUsd } from '../domain/testCallPlan.js';
import { estimateUsd } from '../domain/testCallTimes.js';
import type { HungUp } from '../activities/testCall.js';
import type { Verifying } from './verify.js';

/** What the calls of a verification have used, held against its caps and told to its report. */
export class CallLedger {
  private calls = 0;
  private seconds = 0;
  private usd = 0;
  /** Never less than what the calls may have cost: Vapi's figures come late. */
  private reservedUsd = 0;

  constructor(private readonly verifying: Verifying) {}

  /** A call is about to be placed. */
  place(): void {
    this.calls += 1;
    this.tell();
  }

  /** It was not placed after all. */
  notPlaced(): void {
    this.calls -= 1;
    this.tell();
  }

  /** A call that was followed to its end. A leg whose cost is not told yet may have cost the most of its seconds. */
  followed(call: PlannedCall, { outbound, inbound }: CallFacts): void {
    const legs = [outbound, inbound].filter((leg) => leg !== undefined);
    for (const { seconds, costUsd = 0 } of legs) this.use(seconds, costUsd, costUsd || estimateUsd(seconds, 1));
    if (outbound === undefined) this.reservedUsd += worstUsd(call.purpose, this.secondsOf(call));
    this.tell();
  }

  /** A call that was hung up instead. */
  hungUp(call: PlannedCall, { found, seconds, costUsd }: HungUp): void {
    if (found) this.use(seconds, costUsd, Math.max(costUsd, worstUsd(call.purpose, seconds)));
    else this.calls -= 1;
    this.tell();
  }

  /** A call that may still be on the line. */
  lost(call: PlannedCall): void {
    this.reservedUsd += worstUsd(call.purpose, this.secondsOf(call));
  }

  /** Seconds that a call may last. */
  secondsOf({ purpose }: PlannedCall): number {
    return longestSeconds(purpose, this.verifying.order.verification.maxSecondsPerCall);
  }

  /** Why a cap keeps the call from being placed; undefined where none does. */
  overCap(call: PlannedCall): Judgement | undefined {
    const { verification: caps } = this.verifying.order;
    const budget = { calls: this.calls, spentUsd: this.reservedUsd, caps };
    const cap = capReached(budget, worstUsd(call.purpose, this.secondsOf(call)));
    if (cap === undefined) return undefined;
    const why =
      cap === 'maxCalls'
        ? `${String(caps.maxCalls)} calls were placed, as many as verification.maxCalls allows`
        : `with it, the spend could exceed verification.maxSpendUsd (${String(caps.maxSpendUsd)} USD, about ${this.reservedUsd.toFixed(2)} spent)`;
    return inconclusive(
      'our-request',
      `No call was placed: ${why}`,
      `Raise verification.${cap}, then run the verification again.`,
    );
  }

  private use(seconds: number, usd: number, reservedUsd: number): void {
    this.seconds += seconds;
    this.usd += usd;
    this.reservedUsd += reservedUsd;
  }

  private tell(): void {
    const { calls, seconds, usd } = this;
    this.verifying.report.spend({ calls, seconds, usd: Math.round(usd * 10_000) / 10_000 });
  }
}
