import type { Failure } from '../../contract/failure.js';
import type {
  CheckResult,
  ConnectionObject,
  Leftover,
  NumberOutcome,
  Outcome,
  Result,
  ResultSoFar,
  Spent,
} from '../../contract/result.js';
import { fitFailure, fitResult } from '../../domain/reports/resultSize.js';

/** Collects what a run has to tell, so that its result can be asked for at any moment. */
export class Report {
  private readonly objects = new Map<string, ConnectionObject>();
  private readonly numbers = new Map<string, NumberOutcome>();
  /** DID ids by number. */
  private readonly planned = new Map<string, string>();
  private readonly warned = new Set<string>();
  private verdicts: readonly CheckResult[] = [];
  private left: readonly Leftover[] = [];
  private used: Spent | undefined;
  private reason: Failure | undefined;

  /** `show`: told at once of what test calls showed, for those who watch the run. */
  constructor(
    private readonly connection: string,
    private readonly show: (verdicts: readonly CheckResult[]) => void = () => undefined,
  ) {}

  /** An object stands. */
  object(object: ConnectionObject): void {
    this.objects.set(`${object.kind} ${object.id}`, object);
  }

  /** What became of a number so far. */
  number(outcome: NumberOutcome): void {
    this.numbers.set(outcome.number, { ...this.numbers.get(outcome.number), ...outcome });
  }

  /** What the test calls showed. */
  verification(verdicts: readonly CheckResult[]): void {
    this.verdicts = verdicts;
    this.show(verdicts);
  }

  /** What the test calls have used so far. */
  spend(spent: Spent): void {
    this.used = spent;
  }

  /** Something a person should know. Said once however often it comes up. */
  warn(warnings: readonly string[]): void {
    for (const warning of warnings) this.warned.add(warning);
  }

  /** Why the run failed, or waits. */
  failure(failure: Failure | undefined): void {
    this.reason = failure;
  }

  /** A number that this run is to attach. */
  plan(number: string, didId: string): void {
    this.planned.set(number, didId);
  }

  /**
   * The run was undone: what this run made is gone but for the leftovers. `numbersLeft`: numbers of which
   * something is still there.
   */
  undone(leftovers: readonly Leftover[], numbersLeft: readonly string[] = []): void {
    this.left = leftovers;
    const leftIds = new Set(leftovers.map(({ id }) => id));
    for (const [key, object] of this.objects) if (object.created && !leftIds.has(object.id)) this.objects.delete(key);
    for (const [number, didId] of this.planned) {
      const phoneNumberId = this.numbers.get(number)?.phoneNumberId ?? '';
      const stays = numbersLeft.includes(number) || leftIds.has(didId) || leftIds.has(phoneNumberId);
      this.numbers.set(number, { number, outcome: stays ? 'left' : 'detached' });
    }
  }

  /** The result so far; with an outcome, the result. As much of it as Temporal carries. */
  toResult(outcome: Outcome): Result;
  toResult(outcome?: Outcome): ResultSoFar;
  toResult(outcome?: Outcome): ResultSoFar {
    return fitResult({
      ...(outcome === undefined ? {} : { outcome }),
      connection: this.connection,
      objects: [...this.objects.values()],
      numbers: [...this.numbers.values()],
      verification: this.verdicts,
      ...(this.used === undefined ? {} : { spent: this.used }),
      ...(this.reason === undefined ? {} : { failure: fitFailure(this.reason) }),
      leftovers: this.left,
      warnings: [...this.warned],
    });
  }
}
