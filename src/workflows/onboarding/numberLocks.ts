import {
  type ApplicationFailure,
  CancellationScope,
  CancelledFailure,
  type ChildWorkflowHandle,
  ParentClosePolicy,
  condition,
  setHandler,
  startChild,
} from '@temporalio/workflow';
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import type { Patience } from '../../contract/attempts.js';
import type { Failure } from '../../contract/failure.js';
import {
  numberCancelledSignal,
  type NumberEnd,
  numberReleaseSignal,
  type NumberTask,
} from '../../contract/messages.js';
import { workflowIds } from '../../contract/workflowIds.js';
import { heldByOther } from '../../domain/reports/foreignRun.js';
import { activities } from '../engine/activities.js';
import { failureOf, isCancelled, throwIfCancelled, toApplicationFailure } from '../engine/failure.js';
import type { onboardNumber } from './onboardNumber.js';

/** A number's run, which holds the number. */
interface Lock {
  readonly child: ChildWorkflowHandle<typeof onboardNumber>;
  isClosed: boolean;
}

/**
 * The numbers that an onboarding holds, each by a run of its own, so that no other run touches them. The runs
 * are outside the onboarding's cancellation: numbers are held until everything is undone.
 */
export class NumberLocks {
  private readonly locks = new Map<string, Lock>();
  private readonly scope = new CancellationScope();
  /** Why a number is held no more, although nothing was decided. */
  private lost: Failure | undefined;

  constructor(private readonly patience: Patience) {
    setHandler(numberCancelledSignal, (number) => {
      this.lose(number, new CancelledFailure('cancelled'));
    });
  }

  /**
   * Does the work, and then lets all numbers go as they are. A person who cancels or terminates the run of a
   * number ends the work, as no proof holds for a number that anybody may touch: it is cancelled, waited for,
   * and throws that failure. Once all numbers are being let go that comes too late, as a cancellation of the
   * onboarding does. Where the work fails, the numbers are held until `releaseAll`.
   */
  async whileHeld<T>(work: () => Promise<T>): Promise<T> {
    try {
      const done = await this.scope.run(work);
      throwIfCancelled();
      this.throwIfLost();
      await this.releaseAll(() => 'done');
      return done;
    } catch (error) {
      if (!isCancelled()) this.throwIfLost();
      throw error;
    }
  }

  /**
   * Holds the number from here on; nothing to do where it is held. Throws a conflict where another run has
   * it.
   */
  async take(task: NumberTask): Promise<void> {
    const { number } = task.number;
    if (this.locks.has(number)) return;
    await CancellationScope.nonCancellable(async () => {
      const lock: Lock = { child: await this.start(task), isClosed: false };
      this.locks.set(number, lock);
      void this.watch(number, lock);
    });
  }

  /** Whether this onboarding ever held the number. Where it did not, nothing of it is undone. */
  has(number: string): boolean {
    return this.locks.has(number);
  }

  /** Lets all numbers go, each with what became of it, and waits for the end of their runs. Does not throw. */
  async releaseAll(endOf: (number: string) => NumberEnd): Promise<void> {
    const open = [...this.locks].filter(([, { isClosed }]) => !isClosed);
    await CancellationScope.nonCancellable(async () => {
      await Promise.all(
        open.map(([number, { child }]) => child.signal(numberReleaseSignal, endOf(number)).catch(() => undefined)), // one that has closed meanwhile hears nothing
      );
      await condition(() => open.every(([, { isClosed }]) => isClosed));
    });
  }

  private async watch(number: string, lock: Lock): Promise<void> {
    try {
      await lock.child.result();
    } catch (error) {
      this.lose(number, error);
    }
    lock.isClosed = true;
  }

  private lose(number: string, why: unknown): void {
    this.lost ??= failureOf(why, number);
    this.scope.cancel();
  }

  private throwIfLost(): void {
    if (this.lost !== undefined) throw toApplicationFailure(this.lost);
  }

  private async start(task: NumberTask): Promise<ChildWorkflowHandle<typeof onboardNumber>> {
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
}
