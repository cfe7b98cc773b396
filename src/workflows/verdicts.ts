import { inconclusive, type Judgement } from '../domain/diagnosis.js';
import type { Check, CheckResult } from '../domain/result.js';
import type { CallEvidence } from '../domain/testCallFacts.js';
import type { PlannedCall } from '../domain/testCallPlan.js';
import { judgeCall, unproven } from '../domain/verdict.js';
import type { Verifying } from './verify.js';

/** A planned call that was made, or why it was not. */
export type Made = { readonly evidence: CallEvidence } | { readonly unmade: Judgement };

/**
 * What a verification has shown so far, kept in its report and on its board: first by what Vapi tells of each call, in the end by what both sides' books
 * add. The results are in the order of the request, whatever the order of the calls.
 */
export class Verdicts {
  private readonly loose: CheckResult[] = [];
  private calls: readonly CallEvidence[] = [];
  /** The number that was not proven to take calls, where therefore no transfer was tried. */
  private untried: string | undefined;

  constructor(private readonly verifying: Verifying) {}

  /** The evidence of the calls that were made. */
  get evidence(): readonly CallEvidence[] {
    return this.calls;
  }

  /** Calls that are to come. */
  plan(calls: readonly PlannedCall[]): void {
    this.verifying.board.plan(calls.map(nameOf));
  }

  /** The transfer call is to come: whom it rings should be known before. */
  planTransfer(destination: string): void {
    this.verifying.board.set(TRANSFER, 'waiting', `will ring ${destination}`);
  }

  /** Results without a call. */
  add(results: readonly CheckResult[]): void {
    this.loose.push(...results);
    this.tell();
  }

  /** No number was proven to take calls: what is told of the first one's calls is told of the transfer, too, as far as it is known. */
  transferNotTried(number: string): void {
    this.untried = number;
    this.show(TRANSFER, this.untriedTransfer());
    this.tell();
  }

  /** A planned call was made, or was not. */
  made(call: PlannedCall, made: Made): void {
    if ('evidence' in made) this.calls = [...this.calls, made.evidence];
    else this.loose.push(...call.checks.map((planned) => unproven(planned, made.unmade)));
    this.show(nameOf(call), 'evidence' in made ? judgeCall(made.evidence) : this.loose.slice(-call.checks.length));
    this.tell();
  }

  /** The evidence is complete. */
  settle(calls: readonly CallEvidence[]): void {
    this.calls = calls;
    for (const evidence of calls) this.show(nameOf(evidence.call), judgeCall(evidence));
    if (this.untried !== undefined) this.show(TRANSFER, this.untriedTransfer());
    this.tell();
  }

  /** The result of one check, as far as it is known. */
  of(check: Check, number: string): CheckResult | undefined {
    return this.called().find((result) => result.check === check && result.number === number);
  }

  /** Whether every check of this kind was proven, and there is one. */
  isProven(check: Check): boolean {
    const of = this.called().filter((result) => result.check === check);
    return of.length > 0 && of.every(({ verdict }) => verdict === 'proven');
  }

  private called(): readonly CheckResult[] {
    return [...this.loose, ...this.calls.flatMap(judgeCall)];
  }

  private untriedTransfer(): readonly CheckResult[] {
    const number = this.untried;
    return number === undefined ? [] : [unproven({ check: 'transfer', number }, notTried(this.of('inbound', number)))];
  }

  private tell(): void {
    const places = new Map(this.verifying.order.numbers.map(({ number }, at) => [number, at]));
    const rank = ({ check, number }: CheckResult): number =>
      check === 'transfer' ? Infinity : (places.get(number) ?? 0) * 2 + (check === 'inbound' ? 0 : 1);
    this.verifying.report.verification([...this.called(), ...this.untriedTransfer()].sort((a, b) => rank(a) - rank(b)));
  }

  private show(name: string, results: readonly CheckResult[]): void {
    const open =
      results.find(({ verdict }) => verdict === 'failed') ?? results.find(({ verdict }) => verdict !== 'proven');
    this.verifying.board.set(
      name,
      open?.verdict === 'failed' ? 'failed' : open === undefined ? 'done' : 'skipped',
      open === undefined ? 'proven' : `${open.verdict}: ${open.diagnosis?.cause ?? ''}`,
    );
  }
}

const TRANSFER = 'transfer call';

/** A transfer begins on an inbound call: without one it has the same open end. */
function notTried(inbound: CheckResult | undefined): Judgement {
  const { side, cause, action } = inbound?.diagnosis ?? {
    side: 'vapi' as const,
    cause: 'no number can be called',
    action: 'Mend the inbound side first, then run the verification again.',
  };
  return inconclusive(side, `The transfer was not tried, as no number was proven to take calls: ${cause}`, action);
}

/** The board's name of a call. */
export function nameOf({ purpose, from, to, checks }: PlannedCall): string {
  if (purpose === 'transfer') return TRANSFER;
  if (checks.length > 1) return `test call ${to.number}`;
  return checks[0]?.check === 'outbound' ? `outbound call ${from.number}` : `inbound call ${to.number}`;
}
