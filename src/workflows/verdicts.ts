import type { Judgement } from '../domain/diagnosis.js';
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
    for (const result of results) if (result.check === 'transfer') this.show(TRANSFER, [result]);
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
    this.tell();
  }

  /** The result of one check, as far as it is known. */
  of(check: Check, number: string): CheckResult | undefined {
    return this.all().find((result) => result.check === check && result.number === number);
  }

  /** Whether every check of this kind was proven, and there is one. */
  isProven(check: Check): boolean {
    const of = this.all().filter((result) => result.check === check);
    return of.length > 0 && of.every(({ verdict }) => verdict === 'proven');
  }

  private all(): readonly CheckResult[] {
    return [...this.loose, ...this.calls.flatMap(judgeCall)];
  }

  private tell(): void {
    const places = new Map(this.verifying.order.numbers.map(({ number }, at) => [number, at]));
    const rank = ({ check, number }: CheckResult): number =>
      check === 'transfer' ? Infinity : (places.get(number) ?? 0) * 2 + (check === 'inbound' ? 0 : 1);
    this.verifying.report.verification([...this.all()].sort((a, b) => rank(a) - rank(b)));
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

/** The board's name of a call. */
export function nameOf({ purpose, from, to, checks }: PlannedCall): string {
  if (purpose === 'transfer') return TRANSFER;
  if (checks.length > 1) return `test call ${to.number}`;
  return checks[0]?.check === 'outbound' ? `outbound call ${from.number}` : `inbound call ${to.number}`;
}
