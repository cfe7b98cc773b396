import {
  ApplicationFailure,
  CancellationScope,
  ChildWorkflowFailure,
  type ChildWorkflowHandle,
  ParentClosePolicy,
  TerminatedFailure,
  condition,
  setHandler,
  startChild,
} from '@temporalio/workflow';
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import type { Patience } from '../domain/contract.js';
import { workflowIds } from '../domain/marks.js';
import { activities } from './call.js';
import { carrying, failureOf } from './failure.js';
import {
  type NumberReport,
  type NumberTask,
  type NumberUndone,
  numberReportSignal,
  numberWordSignal,
} from './messages.js';
import type { onboardNumber } from './onboardNumber.js';
import type { UndoReport } from './saga.js';

/** A number's run as its onboarding sees it. */
interface NumberRun {
  readonly task: NumberTask;
  readonly child: ChildWorkflowHandle<typeof onboardNumber>;
  /** The trunk that it was told to cut over to. */
  inboundTrunkId?: string;
  /** Set once the run has closed; `error` where it did not end well. */
  ended?: { readonly error?: unknown };
}

/**
 * The runs of this onboarding's numbers. They are outside its cancellation: each is told by word what to do, so that a number is undone in its
 * place among the other undos.
 */
export class Numbers {
  private readonly runs = new Map<string, NumberRun>();
  /** How far each number is. Kept apart from the runs: a report may come in the very turn in which this run learns that the child has started. */
  private readonly reached = new Map<string, NumberReport>();

  constructor(private readonly patience: Patience) {
    setHandler(numberReportSignal, (report) => {
      this.reached.set(report.number, report);
    });
  }

  /** Starts the number's run and waits until it has imported the number. The id of the import. Throws a conflict where another run has the number. */
  async import(task: NumberTask): Promise<string> {
    return this.standing(await this.imported(task)).phoneNumberId;
  }

  /** Has the number cut over and waits for it. A run that has ended meanwhile (a person resumed the step) is begun anew. */
  async cutOver(task: NumberTask, inboundTrunkId: string, fresh: boolean): Promise<string> {
    const { number } = task.number;
    const open = this.runs.get(number);
    const run = open === undefined || open.ended !== undefined ? await this.imported(unseen(task)) : open;
    this.standing(run);
    run.inboundTrunkId = inboundTrunkId;
    await run.child.signal(numberWordSignal, { word: 'cut-over', inboundTrunkId, fresh });
    await condition(() => this.reached.get(number)?.reached === 'cut-over' || run.ended !== undefined);
    return this.standing(run).phoneNumberId;
  }

  /** Throws where a number's run has ended although nobody said so: a person cancelled or terminated it, and its number is not attached. */
  throwWhereEnded(): void {
    for (const run of this.runs.values()) if (run.ended !== undefined) throw carrying(failureOfNumber(run));
  }

  /** Ends every number's run and leaves the numbers as they are now. From here on nothing can be undone; a cancellation comes too late. */
  async keepAll(): Promise<void> {
    await CancellationScope.nonCancellable(async () => {
      await Promise.all([...this.runs.values()].map(keep));
    });
  }

  /** Has the number undone and waits for it; what could not be undone is reported, never thrown. */
  async undo(number: string): Promise<UndoReport> {
    const run = this.runs.get(number);
    if (run === undefined) return { warnings: [] };
    if (run.ended === undefined) {
      await run.child.signal(numberWordSignal, { word: 'undo' }).catch(() => undefined);
      await condition(() => run.ended !== undefined);
    }
    return wasTerminated(run) ? this.undoInItsPlace(run) : undoneBy(run.ended?.error);
  }

  /** The id of the number's import, as far as its run has told it. */
  importOf(number: string): string {
    return this.reached.get(number)?.phoneNumberId ?? '';
  }

  /** A run that a person terminated undoes nothing: its number is put back from here. */
  private async undoInItsPlace({ task, inboundTrunkId }: NumberRun): Promise<UndoReport> {
    const { number, didId, routing, phoneNumberId } = task.number;
    const { rollback } = task.patience;
    const warnings: string[] = [];
    if (inboundTrunkId !== undefined) {
      const route = { number, didId, inboundTrunkId, previous: routing };
      warnings.push(...(await activities(`route ${number} back`, rollback).restoreRouting(route, rollback)).warnings);
    }
    if (phoneNumberId === undefined) {
      const known = this.importOf(number);
      const made = known === '' ? [] : [known];
      const target = { region: task.region, number, credentialId: task.credentialId, made, marked: true };
      warnings.push(
        ...(await activities(`remove ${number} from Vapi`, rollback).removeImport(target, rollback)).warnings,
      );
    }
    return { warnings };
  }

  private async imported(task: NumberTask): Promise<NumberRun> {
    const run = await this.start(task);
    await condition(() => this.reached.has(task.number.number) || run.ended !== undefined);
    return run;
  }

  private async start(task: NumberTask): Promise<NumberRun> {
    const { number } = task.number;
    this.runs.delete(number);
    this.reached.delete(number);
    const child = await CancellationScope.nonCancellable(() => this.startChild(task));
    const run: NumberRun = { task, child };
    this.runs.set(number, run);
    void CancellationScope.nonCancellable(async () => {
      try {
        await child.result();
        run.ended = {};
      } catch (error) {
        run.ended = { error };
      }
    });
    return run;
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
    const holder = await activities(`who has ${number}`, this.patience).describeRun(workflowId, this.patience);
    const who = holder.connection === undefined ? `the run ${workflowId}` : `the onboarding of ${holder.connection}`;
    return carrying({
      step: number,
      provider: 'patchbay',
      class: 'conflict',
      message: `${number} is being onboarded by ${who} at this moment.`,
      action: 'Wait for that run to end, or cancel it, then retry.',
    });
  }

  private standing(run: NumberRun): NumberReport {
    const reached = this.reached.get(run.task.number.number);
    if (run.ended === undefined && reached !== undefined) return reached;
    throw carrying(failureOfNumber(run));
  }
}

async function keep(run: NumberRun): Promise<void> {
  if (run.ended !== undefined) return;
  await run.child.signal(numberWordSignal, { word: 'keep' }).catch(() => undefined);
  await condition(() => run.ended !== undefined);
}

function failureOfNumber(run: NumberRun): ReturnType<typeof failureOf> {
  const details = undoneDetails(run.ended?.error);
  return details?.failure ?? failureOf(run.ended?.error, run.task.number.number);
}

const undoneBy = (error: unknown): UndoReport => undoneDetails(error) ?? { warnings: [] };

const wasTerminated = ({ ended }: NumberRun): boolean =>
  ended?.error instanceof ChildWorkflowFailure && ended.error.cause instanceof TerminatedFailure;

/** A run that is begun anew has to look: what preflight saw is past. */
function unseen(task: NumberTask): NumberTask {
  const { seen: _past, ...rest } = task;
  return rest;
}

function undoneDetails(error: unknown): NumberUndone | undefined {
  const cause = error instanceof ChildWorkflowFailure ? error.cause : error;
  return cause instanceof ApplicationFailure ? (cause.details?.[0] as NumberUndone | undefined) : undefined;
}
