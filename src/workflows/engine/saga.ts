/**
 * The rules that make a run correct, once: undo registered before the attempt, all branches at rest before
 * undo begins, undo that cannot be cut short, carries on past what cannot be undone, and never hides the
 * first error. Workflows say what the steps are; this says how they are run.
 */
import { CancellationScope, condition, isCancellation } from '@temporalio/workflow';
import type { Undone } from '../../contract/objects.js';
import type { Failure } from '../../contract/failure.js';
import type { RemainingObject } from '../../contract/remaining.js';
import type { Board } from './board.js';
import { toApplicationFailure, failureOf, isCancelled, throwIfCancelled } from './failure.js';
import { ConcurrencyLimiter, MOST_AT_ONCE } from './concurrencyLimiter.js';

/** One change at one provider. */
export interface Step<T> {
  /** As the board shows it; unique in the run. */
  readonly name: string;
  /**
   * Makes the change, or finds it made. `first` is false once a person resumed the step: what preflight saw
   * no longer counts.
   */
  readonly run: (first: boolean) => Promise<T>;
  /** A few words on what was made. */
  readonly note?: (made: T) => string;
  /** Left out where this run has nothing to undo. */
  readonly undo?: Undo;
}

/** How a step is unmade. */
export interface Undo {
  /** Takes back what there is of it; nothing there is success. */
  readonly run: () => Promise<Undone>;
  /** Names of steps whose objects this one uses: this one is undone before them. */
  readonly uses?: readonly string[];
  /**
   * Gives live calls back: undone before anything else, so that no trouble with the rest can delay it. No
   * other step uses this one.
   */
  readonly isRouting?: boolean;
  /**
   * Of a routing: names of steps besides those that it uses which stay where it cannot be undone. Known once
   * all routings are at rest, so that it holds up nothing.
   */
  readonly keeps?: readonly string[];
  /**
   * What is named to a person where the undo fails for good, or cannot be tried because `why`: each object
   * that may still stand.
   */
  readonly leftovers: (why: string) => readonly RemainingObject[];
}

/** What remains after the undo of everything. */
export interface Unwound {
  readonly leftovers: readonly RemainingObject[];
  readonly warnings: readonly string[];
  /** Numbers of which something is left; known after a last look. */
  readonly numbersLeft?: readonly string[];
}

interface Registered {
  readonly name: string;
  readonly undo: Undo;
}

/** The steps of one run and their undo. */
export class Saga {
  private readonly registered = new Map<string, Registered>();
  private readonly waiting = new Map<string, Failure>();
  private first: Failure | undefined;
  private pauses = false;

  constructor(private readonly board: Board) {}

  /** From now on a step that fails for good waits for a person instead of failing the run. */
  pauseOnFailure(): void {
    this.pauses = true;
  }

  /** The failure that decided the run; never replaced by a later one. */
  get firstFailure(): Failure | undefined {
    return this.first ?? [...this.waiting.values()][0];
  }

  /** Whether any step waits for a person. */
  get isPaused(): boolean {
    return this.waiting.size > 0;
  }

  /** Retries every waiting step. Their names. */
  resume(): readonly string[] {
    const names = [...this.waiting.keys()];
    this.waiting.clear();
    return names;
  }

  /** Registers an undo, of a step or of what another run has done. */
  addCompensation(name: string, undo: Undo): void {
    this.registered.set(name, { name, undo });
  }

  /** Makes one change. Throws an ApplicationFailure that carries the step's `Failure`, or a cancellation. */
  async step<T>(step: Step<T>): Promise<T> {
    if (step.undo !== undefined) this.addCompensation(step.name, step.undo);
    for (let first = true; ; first = false) {
      throwIfCancelled();
      this.board.set(step.name, 'running');
      const failure = await this.attempt(step, first);
      if ('made' in failure) return failure.made;
      this.board.set(step.name, 'failed', failure.failed.message);
      if (!this.pauses) throw this.decided(failure.failed);
      await this.waitForPerson(step.name, failure.failed);
    }
  }

  /**
   * Runs branches side by side. Where one fails, the others are cancelled and waited for; then the first
   * error is thrown.
   */
  async parallel<T extends readonly (() => Promise<unknown>)[]>(
    ...branches: T
  ): Promise<{ -readonly [K in keyof T]: Awaited<ReturnType<T[K]>> }> {
    const errors: unknown[] = [];
    const scope = new CancellationScope();
    const results = await scope.run(() =>
      Promise.all(
        branches.map(async (branch) => {
          try {
            return await branch();
          } catch (error) {
            errors.push(error);
            scope.cancel();
            return undefined;
          }
        }),
      ),
    );
    throwIfCancelled();
    if (errors.length > 0) throw errors.find((error) => !isCancellation(error)) ?? errors[0];
    return results as { -readonly [K in keyof T]: Awaited<ReturnType<T[K]>> };
  }

  /**
   * Undoes every step: routings first, then the rest, users before what they use, otherwise side by side.
   * Cannot be cancelled and does not throw.
   */
  async unwind(): Promise<Unwound> {
    return CancellationScope.nonCancellable(async () => {
      const unwinding = new Unwinding(this.registered, this.board);
      await unwinding.restore();
      return unwinding.rest();
    });
  }

  private async attempt<T>(step: Step<T>, first: boolean): Promise<{ made: T } | { failed: Failure }> {
    try {
      const made = await step.run(first);
      this.board.set(step.name, 'done', step.note?.(made));
      throwIfCancelled();
      return { made };
    } catch (error) {
      if (isCancelled()) throw error;
      return { failed: failureOf(error, step.name) };
    }
  }

  private decided(failure: Failure): Error {
    this.first ??= failure;
    return toApplicationFailure(failure);
  }

  private async waitForPerson(name: string, failure: Failure): Promise<void> {
    this.waiting.set(name, failure);
    this.board.set(name, 'paused', failure.message);
    this.board.pause(failure);
    try {
      await condition(() => !this.waiting.has(name));
    } catch (error) {
      this.first ??= failure; // cancelled while it waited: this stays the reason, and there is nothing more to resume
      this.waiting.delete(name);
      throw error;
    }
    if (!this.isPaused) this.board.resume();
  }
}

/** One walk back over the registered steps. */
class Unwinding {
  private readonly users = new Map<string, Registered[]>();
  private readonly started = new Map<string, Promise<boolean>>();
  private readonly leftovers: RemainingObject[] = [];
  private readonly warnings: string[] = [];
  /** Why a step could not be undone, by its name: what it uses stays for the same reason. */
  private readonly reasons = new Map<string, string>();
  /** Steps that stay, each with the routing that could not be undone. */
  private readonly kept = new Map<string, string>();

  private readonly limiters = {
    routing: new ConcurrencyLimiter(MOST_AT_ONCE),
    rest: new ConcurrencyLimiter(MOST_AT_ONCE),
  };

  constructor(
    private readonly registered: ReadonlyMap<string, Registered>,
    private readonly board: Board,
  ) {
    for (const step of registered.values()) {
      for (const used of step.undo.uses ?? []) this.users.set(used, [...(this.users.get(used) ?? []), step]);
    }
  }

  /** Gives live calls back. */
  async restore(): Promise<void> {
    await this.all([...this.registered.values()].filter(({ undo }) => undo.isRouting));
  }

  /** Undoes what is not undone yet. What could not be done of all. */
  rest(): Promise<Unwound> {
    return this.all([...this.registered.values()]);
  }

  private async all(steps: readonly Registered[]): Promise<Unwound> {
    await Promise.all(steps.map((step) => this.undone(step)));
    return { leftovers: [...this.leftovers], warnings: [...this.warnings] };
  }

  /** Whether the step is undone, once everything that uses it is. */
  private undone(step: Registered): Promise<boolean> {
    const started = this.started.get(step.name) ?? this.undo(step);
    this.started.set(step.name, started);
    return started;
  }

  private async undo(step: Registered): Promise<boolean> {
    const users = this.users.get(step.name) ?? [];
    const undone = await Promise.all(users.map((user) => this.undone(user)));
    const inUse = users.find((_, at) => undone[at] !== true)?.name ?? this.kept.get(step.name);
    if (inUse !== undefined) return this.leftFor(step, inUse);
    return this.limiters[step.undo.isRouting === true ? 'routing' : 'rest'].run(() => this.attempt(step));
  }

  private async attempt(step: Registered): Promise<boolean> {
    this.board.set(step.name, 'undoing');
    try {
      const { warnings } = await step.undo.run();
      this.warnings.push(...warnings);
      this.board.set(step.name, 'undone');
      return true;
    } catch (error) {
      const why = failureOf(error, step.name).message;
      this.keep(step, why);
      return this.left(step, why);
    }
  }

  /** Notes why a step could not be undone, and what stays with it. */
  private keep({ name, undo }: Registered, why: string): void {
    this.reasons.set(name, why);
    for (const kept of undo.keeps ?? []) this.kept.set(kept, name);
  }

  /** Left because a step that uses it is; the reason is that of the first one in the chain. */
  private leftFor(step: Registered, user: string): false {
    const reason = this.reasons.get(user);
    if (reason !== undefined) this.reasons.set(step.name, reason);
    const because = reason === undefined ? '' : `: ${reason}`;
    return this.left(step, `still in use: ${user} could not be undone${because}`);
  }

  private left(step: Registered, why: string): false {
    this.leftovers.push(...step.undo.leftovers(why));
    this.board.set(step.name, 'left', why);
    return false;
  }
}
