import { inconclusive, type Judgement } from '../../domain/diagnosis/judgements.js';
import type { Check, CheckResult, StepProgress } from '../../contract/result.js';
import type { PlannedCall } from '../../domain/calls/plan.js';
import { unproven } from '../../domain/verdict/checkResult.js';
import type { JudgedEvidence } from './judging.js';
import type { Verifying } from './verifying.js';

/** A planned call that was made, or why it was not. */
export type CallOutcome = JudgedEvidence | { readonly unmade: Judgement };

/**
 * What a verification has shown so far, kept in its report and on its board: first by what Vapi tells of
 * each call, in the end by what both sides' books add. The results are in the order of the request,
 * whatever the order of the calls.
 */
export class Verdicts {
  /** Inbound and outbound of each number, the transfer last. */
  private readonly results: (CheckResult | undefined)[];
  private readonly places: ReadonlyMap<string, number>;
  private calls: JudgedEvidence[] = [];
  /** The number that was not proven to take calls, where therefore no transfer was tried. */
  private untried: string | undefined;

  constructor(private readonly verifying: Verifying) {
    const { numbers } = verifying.request;
    this.places = new Map(numbers.map(({ number }, at) => [number, at]));
    this.results = Array.from({ length: 2 * numbers.length + 1 });
  }

  /** The calls that were made. */
  get made(): readonly JudgedEvidence[] {
    return this.calls;
  }

  /** Calls that are to come. */
  plan(calls: readonly PlannedCall[]): void {
    this.verifying.board.plan(calls.map(nameOf));
  }

  /** The transfer call is to come: whom it rings should be known before. */
  planTransfer(destination: string): void {
    this.verifying.board.set(TRANSFER, 'waiting', `will call ${destination}`);
  }

  /** Results without a call. */
  add(results: readonly CheckResult[]): void {
    this.put(results);
    this.tell();
  }

  /**
   * No number was proven to take calls: what is told of this one's calls is told of the transfer, too, as
   * far as it is known.
   */
  transferNotTried(number: string): void {
    this.untried = number;
    this.verifying.board.update([stepOf(TRANSFER, this.put(this.untriedTransfer()))]);
    this.tell();
  }

  /** A planned call was made, or was not. */
  note(call: PlannedCall, outcome: CallOutcome): void {
    if ('judged' in outcome) this.calls.push(outcome);
    const results =
      'judged' in outcome ? outcome.judged.results : call.checks.map((planned) => unproven(planned, outcome.unmade));
    this.verifying.board.update([stepOf(nameOf(call), this.put(results))]);
    this.tell();
  }

  /** The evidence is complete. */
  settle(calls: readonly JudgedEvidence[]): void {
    this.calls = [...calls];
    const steps = calls.map(({ evidence, judged }) => stepOf(nameOf(evidence.call), this.put(judged.results)));
    if (this.untried !== undefined) steps.push(stepOf(TRANSFER, this.put(this.untriedTransfer())));
    this.verifying.board.update(steps);
    this.tell();
  }

  /** The result of one check, as far as it is known. */
  of(check: Check, number: string): CheckResult | undefined {
    return this.results[this.placeOf({ check, number })];
  }

  /** Whether the transfer was proven. */
  get isTransferProven(): boolean {
    return this.results.at(-1)?.verdict === 'proven';
  }

  private put(results: readonly CheckResult[]): readonly CheckResult[] {
    for (const result of results) this.results[this.placeOf(result)] = result;
    return results;
  }

  private placeOf({ check, number }: Pick<CheckResult, 'check' | 'number'>): number {
    if (check === 'transfer') return this.results.length - 1;
    return (this.places.get(number) ?? 0) * 2 + (check === 'inbound' ? 0 : 1);
  }

  private untriedTransfer(): readonly CheckResult[] {
    const number = this.untried;
    return number === undefined ? [] : [unproven({ check: 'transfer', number }, notTried(this.of('inbound', number)))];
  }

  private tell(): void {
    this.verifying.report.verification(this.results.filter((result) => result !== undefined));
  }
}

/** A call on the board, by the worst of its results. */
function stepOf(name: string, results: readonly CheckResult[]): StepProgress {
  const open =
    results.find(({ verdict }) => verdict === 'failed') ?? results.find(({ verdict }) => verdict !== 'proven');
  return {
    name,
    state: open?.verdict === 'failed' ? 'failed' : open === undefined ? 'done' : 'skipped',
    note: open === undefined ? 'proven' : `${open.verdict}: ${open.diagnosis?.cause ?? ''}`,
  };
}

const TRANSFER = 'transfer call';

/** A transfer begins on an inbound call: without one it has the same open end. */
function notTried(inbound: CheckResult | undefined): Judgement {
  const { side, cause, action } = inbound?.diagnosis ?? {
    side: 'vapi' as const,
    cause: 'no number can be called',
    action: 'Fix the inbound side first, then run the verification again.',
  };
  return inconclusive(side, `The transfer was not tried, as no number was proven to take calls: ${cause}`, action);
}

/** The board's name of a call. */
export function nameOf({ purpose, from, to, checks }: PlannedCall): string {
  if (purpose === 'transfer') return TRANSFER;
  if (checks.length > 1) return `test call ${to.number}`;
  return checks[0]?.check === 'outbound' ? `outbound call ${from.number}` : `inbound call ${to.number}`;
}
