/**
 * The step board: what people see of a run while it goes on. Keeps stage and steps, and shows every change
 * as the run's current details (Markdown) and, at a change of stage, as search attributes. Nothing on it is
 * secret.
 */
import { setCurrentDetails, upsertSearchAttributes } from '@temporalio/workflow';
import { groupsOf } from '../../domain/reports/checkGroups.js';
import type { Failure } from '../../contract/failure.js';
import type { CheckResult, Outcome, Stage, StepProgress, StepState } from '../../contract/result.js';
import { fitSteps } from '../../domain/reports/resultSize.js';
import { boardText } from './boardText.js';
import { searchAttributes } from '../../contract/searchAttributes.js';

/**
 * Above this many steps only every so many changes are drawn, and at most once in a workflow task: a replay
 * draws all of them again, and a task that computes for seconds is ended.
 */
const MANY_STEPS = 100;
const DRAWN_EVERY = 20;
/** Checks that are sorted into screens while the run is open; in the end all of them are. */
const MOST_GROUPED = 200;

/** Stage, steps and outcome of one run. */
export class Board {
  private readonly steps = new Map<string, StepProgress>();
  private stage: Stage;
  private beforePause: Stage | undefined;
  private failure: Failure | undefined;
  private outcome: Outcome | undefined;
  private open: readonly CheckResult[] = [];
  private undrawn = 0;
  private drawnAt = 0;
  private known: readonly string[] = [];

  constructor(
    private readonly connection: string,
    stage: Stage,
  ) {
    this.stage = stage;
    this.show();
  }

  /**
   * From here on, changes go into these search attributes, too: the ones that the namespace has. Upserting
   * any other would stall the run until somebody registers it. `number`: the one that the run is for.
   */
  publish(known: readonly string[], number?: string): void {
    this.known = known;
    const own: readonly Attribute[] = number === undefined ? [] : [['number', number]];
    this.upsert(['connection', this.connection], ['stage', this.stage], ...own);
  }

  /** Names steps that are still to come, in the order in which they are shown. */
  plan(names: readonly string[]): void {
    for (const name of names) if (!this.steps.has(name)) this.steps.set(name, { name, state: 'waiting' });
    this.show();
  }

  /** How a step stands now. */
  set(name: string, state: StepState, note?: string): void {
    this.steps.set(name, note === undefined || note === '' ? { name, state } : { name, state, note });
    this.show();
  }

  /** What the test calls showed so far: each check that is not proven is shown as a screen of its own. */
  verdicts(results: readonly CheckResult[]): void {
    this.open = results.filter(({ verdict }) => verdict !== 'proven');
    this.show();
  }

  /** How several steps stand now, shown at once. */
  update(steps: readonly StepProgress[]): void {
    for (const step of steps) this.steps.set(step.name, step);
    this.show();
  }

  /** The run enters a stage. */
  enter(stage: Stage): void {
    if (this.beforePause !== undefined) {
      this.beforePause = stage;
      return;
    }
    this.move(stage);
  }

  /** A step waits for a person because of this failure. */
  pause(failure: Failure): void {
    this.failure = failure;
    this.beforePause ??= this.stage;
    this.move('paused');
  }

  /** No step waits any more. */
  resume(): void {
    if (this.beforePause === undefined) return;
    const stage = this.beforePause;
    this.beforePause = undefined;
    this.failure = undefined;
    this.move(stage);
  }

  /** The run is being undone because of this failure. */
  rollBack(failure: Failure | undefined): void {
    this.beforePause = undefined;
    this.failure = failure;
    for (const { name, state } of [...this.steps.values()])
      if (state === 'waiting') this.steps.set(name, { name, state: 'skipped' });
    this.move('rollback');
  }

  /** The run ends before it has written anything. */
  refuse(failure: Failure): void {
    this.failure = failure;
    this.close('refused');
  }

  /** The run has ended. */
  close(outcome: Outcome): void {
    this.outcome = outcome;
    this.upsert(['stage', 'closed'], ['outcome', outcome]);
    this.stage = 'closed';
    this.draw();
  }

  /** How the run ended; undefined while it is open. */
  get ended(): Outcome | undefined {
    return this.outcome;
  }

  /**
   * Stage and steps, in the order in which they came up, with as much of their notes as Temporal carries.
   */
  get state(): { readonly stage: Stage; readonly steps: readonly StepProgress[] } {
    return { stage: this.stage, steps: fitSteps([...this.steps.values()]) };
  }

  private move(stage: Stage): void {
    if (stage !== this.stage) this.upsert(['stage', stage]);
    this.stage = stage;
    this.draw();
  }

  private show(): void {
    this.undrawn += 1;
    const isDue = this.undrawn >= DRAWN_EVERY && this.drawnAt !== Date.now(); // the time stands still within a task
    if (this.steps.size <= MANY_STEPS || isDue) this.draw();
  }

  private draw(): void {
    this.undrawn = 0;
    this.drawnAt = Date.now();
    const most = this.stage === 'closed' ? Infinity : MOST_GROUPED;
    setCurrentDetails(
      boardText({
        connection: this.connection,
        stage: this.stage,
        steps: [...this.steps.values()],
        open: groupsOf(this.open.slice(0, most)),
        unshown: Math.max(0, this.open.length - most),
        ...(this.failure === undefined ? {} : { failure: this.failure }),
        ...(this.outcome === undefined ? {} : { outcome: this.outcome }),
      }),
    );
  }

  /** The search attributes that the namespace has. */
  get published(): readonly string[] {
    return this.known;
  }

  /** Sets search attributes of this run, those that the namespace has. */
  private upsert(...values: readonly Attribute[]): void {
    const pairs = values.map(([attribute, value]) => ({ key: searchAttributes[attribute], value }));
    const known = pairs.filter(({ key }) => this.known.includes(key.name));
    if (known.length > 0) upsertSearchAttributes(known);
  }
}

/** A search attribute and its value. */
type Attribute = readonly [keyof typeof searchAttributes, string];
