import {
  ApplicationFailure,
  CancellationScope,
  CancelledFailure,
  ChildWorkflowFailure,
  type ChildWorkflowHandle,
  ParentClosePolicy,
  condition,
  setHandler,
  startChild,
} from '@temporalio/workflow';
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import type { Patience } from '../../contract/attempts.js';
import type { Failure } from '../../contract/failure.js';
import { heldByOther } from '../../domain/reports/foreignRun.js';
import { workflowIds } from '../../contract/workflowIds.js';
import { activities } from '../engine/activities.js';
import { toApplicationFailure, failureOf } from '../engine/failure.js';
import {
  type NumberReached,
  type NumberTask,
  type NumberUndone,
  type NumberCommand,
  numberReportSignal,
  numberCommandSignal,
} from '../../contract/messages.js';
import { InPlace, undoesNothing } from './numberInPlace.js';
import type { onboardNumber } from './onboardNumber.js';
import type { UndoReport } from '../engine/saga.js';

/** A number's run as its onboarding sees it. */
interface NumberChild {
  readonly task: NumberTask;
  readonly child: ChildWorkflowHandle<typeof onboardNumber>;
  /** For where the run undoes nothing itself. */
  readonly inPlace: InPlace;
  /** Set once the run has closed; `error` where it did not end well. */
  ended?: { readonly at: number; readonly error?: unknown };
}

/**
 * The runs of this onboarding's numbers. They are outside its cancellation: each is told by command what to
 * do, so that a number is undone in its place among the other undos.
 */
export class NumberChildren {
  private readonly runs = new Map<string, NumberChild>();
  /**
   * How far each number is. Kept apart from the runs: a report may come in the very turn in which this run
   * learns that the child has started.
   */
  private readonly reached = new Map<string, NumberReached>();
  /** Numbers that are being undone, with what their live calls have become. Kept apart likewise. */
  private readonly restored = new Map<string, NumberUndone>();

  /** Ids of what could not be undone of each number, as its run told it. */
  private readonly left = new Map<string, readonly string[]>();

  constructor(private readonly patience: Patience) {
    setHandler(numberReportSignal, (report) => {
      if (report.reached === 'restored') this.restored.set(report.number, report.undone);
      else this.reached.set(report.number, report);
    });
  }

  /**
   * Starts the number's run and waits until it has imported the number. The id of the import. Throws a
   * conflict where another run has the number.
   */
  async import(task: NumberTask): Promise<string> {
    return this.reachedBy(await this.imported(task)).phoneNumberId;
  }

  /** The id of the number's import, as far as it was ever told. */
  importOf(number: string): string | undefined {
    return this.reached.get(number)?.phoneNumberId;
  }

  /** Ids of what the number's run could not undo. */
  leftOf(number: string): readonly string[] {
    return this.left.get(number) ?? [];
  }

  /**
   * Has the number cut over and waits for it. A run that has ended meanwhile (a person resumed the step) is
   * begun again.
   */
  async cutOver(task: NumberTask, inboundTrunkId: string): Promise<string> {
    const { number } = task.number;
    const open = this.runs.get(number);
    const run = open === undefined || this.isOver(open) ? await this.imported(unseen(task)) : open;
    this.reachedBy(run);
    run.inPlace.cutOverTo(inboundTrunkId);
    await run.child.signal(numberCommandSignal, { command: 'cut-over', inboundTrunkId });
    await condition(() => this.reached.get(number)?.reached === 'cut-over' || this.isOver(run));
    return this.reachedBy(run).phoneNumberId;
  }

  /**
   * Ends every number's run and leaves the numbers as they are now; a cancellation of the onboarding comes
   * too late from here on. Throws where a run was ended by somebody else, even at this moment: its number
   * is not attached, and all the others can still be undone.
   */
  async keepAll(): Promise<void> {
    const runs = [...this.runs.values()];
    const refuse = (): void => {
      for (const run of runs) if (this.isUndone(run)) throw toApplicationFailure(this.failureOfNumber(run));
    };
    refuse();
    await CancellationScope.nonCancellable(async () => {
      await Promise.all(runs.map((run) => this.tell(run, { command: 'keep' }, () => this.isOver(run))));
    });
    refuse();
  }

  /**
   * Has the number's calls given back and waits for that alone; what could not be done is reported. Throws
   * what fails where its run does nothing itself.
   */
  async restore(number: string): Promise<UndoReport> {
    const run = this.runs.get(number);
    if (run === undefined) return NOTHING;
    await this.tell(run, { command: 'restore' }, () => this.isOver(run));
    return this.restored.get(number) ?? (undoesNothing(run.ended?.error) ? run.inPlace.restore() : NOTHING);
  }

  /**
   * Has the number undone and waits for it; what could not be undone, and was not told by `restore`, is
   * reported. Throws as `restore` does.
   */
  async undo(number: string): Promise<UndoReport> {
    const run = this.runs.get(number);
    if (run === undefined) return NOTHING;
    await this.end(run);
    const told = this.restored.get(number)?.leftovers ?? [];
    if (undoesNothing(run.ended?.error))
      return run.inPlace.remove(told.length > 0, run.ended?.at, this.importOf(number));
    const { leftovers, warnings } = undoneDetails(run.ended?.error) ?? { leftovers: [], warnings: [] };
    this.left.set(
      number,
      leftovers.map(({ id }) => id),
    );
    return {
      warnings,
      leftovers: leftovers.filter(({ kind, id }) => !told.some((one) => one.kind === kind && one.id === id)),
    };
  }

  private async imported(task: NumberTask): Promise<NumberChild> {
    const run = await this.start(task);
    await condition(() => this.reached.has(task.number.number) || this.isOver(run));
    return run;
  }

  /** Begins the number's run; one that is being undone is let end first, as it holds the number. */
  private async start(task: NumberTask): Promise<NumberChild> {
    const { number } = task.number;
    const old = this.runs.get(number);
    if (old !== undefined) await this.end(old);
    this.runs.delete(number);
    this.reached.delete(number);
    this.restored.delete(number);
    const child = await CancellationScope.nonCancellable(() => this.startChild(task));
    const run: NumberChild = { task, child, inPlace: new InPlace(task) };
    this.runs.set(number, run);
    void CancellationScope.nonCancellable(async () => {
      try {
        await child.result();
        run.ended = { at: Date.now() };
      } catch (error) {
        run.ended = { at: Date.now(), error };
      }
    });
    return run;
  }

  private end(run: NumberChild): Promise<void> {
    return this.tell(run, { command: 'undo' }, () => run.ended !== undefined);
  }

  /** Sends the command, where it still matters, and waits until it is followed. */
  private async tell(run: NumberChild, command: NumberCommand, isFollowed: () => boolean): Promise<void> {
    if (isFollowed()) return;
    await run.child.signal(numberCommandSignal, command).catch(() => undefined); // a run that has closed meanwhile hears nothing
    await condition(isFollowed);
  }

  /** Whether the run goes no further: it has closed, or is being undone. */
  private isOver(run: NumberChild): boolean {
    return run.ended !== undefined || this.restored.has(run.task.number.number);
  }

  private isUndone(run: NumberChild): boolean {
    return run.ended?.error !== undefined || this.restored.has(run.task.number.number);
  }

  private async startChild(task: NumberTask): Promise<ChildWorkflowHandle<typeof onboardNumber>> {
    const { number } = task.number;
    const workflowId = workflowIds.number(number);
    try {
      return await startChild<typeof onboardNumber>('onboardNumber', {
        workflowId,
        args: [task],
        parentClosePolicy: ParentClosePolicy.REQUEST_CANCEL,
        staticSummary: `${number} of ${task.connection}`,
      });
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
      throw await this.taken(number, workflowId);
    }
  }

  private async taken(number: string, workflowId: string): Promise<ApplicationFailure> {
    const holder = await activities(`who has ${number}`, this.patience).describeRun(workflowId);
    if (holder.owner !== undefined) return toApplicationFailure({ step: number, ...heldByOther(holder.owner) });
    const who = holder.connection === undefined ? `the run ${workflowId}` : `the onboarding of ${holder.connection}`;
    return toApplicationFailure({
      step: number,
      provider: 'patchbay',
      class: 'conflict',
      message: `${number} is currently being onboarded by ${who}.`,
      action: 'Wait for that run to end, or cancel it, then retry.',
    });
  }

  private reachedBy(run: NumberChild): NumberReached {
    const reached = this.reached.get(run.task.number.number);
    if (!this.isOver(run) && reached !== undefined) return reached;
    throw toApplicationFailure(this.failureOfNumber(run));
  }

  /** Why a number is not attached; one that is being undone without a failure of its own was cancelled. */
  private failureOfNumber({ task, ended }: NumberChild): Failure {
    const { number } = task.number;
    const { failure } = this.restored.get(number) ?? undoneDetails(ended?.error) ?? {};
    return failure ?? failureOf(ended?.error ?? new CancelledFailure('cancelled'), number);
  }
}

const NOTHING: UndoReport = { warnings: [] };

/** A run that is begun again has to look: what preflight saw is past. */
function unseen(task: NumberTask): NumberTask {
  const { seen: _past, ...rest } = task;
  return rest;
}

function undoneDetails(error: unknown): NumberUndone | undefined {
  const cause = error instanceof ChildWorkflowFailure ? error.cause : error;
  return cause instanceof ApplicationFailure ? (cause.details?.[0] as NumberUndone | undefined) : undefined;
}
