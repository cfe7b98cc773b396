import { ChildWorkflowFailure, TerminatedFailure } from '@temporalio/workflow';
import { atDidww } from '../../contract/attempts.js';
import { remainingObject } from '../../domain/objects/removal.js';
import { activities } from '../engine/activities.js';
import { listsCaughtUp } from '../engine/awaitLists.js';
import type { NumberTask } from '../../contract/messages.js';
import type { UndoReport } from '../engine/saga.js';

/**
 * Whether a number's run that ended so has left its number as it was: it was kept, or a person terminated
 * it.
 */
export const undoesNothing = (error: unknown): boolean =>
  error === undefined || (error instanceof ChildWorkflowFailure && error.cause instanceof TerminatedFailure);

/**
 * The undo of a number from its onboarding, for where its own run undoes nothing. Both parts throw what
 * fails for good.
 */
export class InPlace {
  /** The trunk that the number was to be cut over to. */
  private inboundTrunkId: string | undefined;
  private isBack = true;

  constructor(private readonly task: NumberTask) {}

  /** The number is about to be routed to this trunk. */
  cutOverTo(inboundTrunkId: string): void {
    this.inboundTrunkId = inboundTrunkId;
  }

  /** Gives the number its routing back. */
  async restore(): Promise<UndoReport> {
    const { inboundTrunkId } = this;
    if (inboundTrunkId === undefined) return { warnings: [] };
    const { number, didId, routing } = this.task.number;
    const { rollback } = this.task.patience;
    const route = { number, didId, inboundTrunkId, previous: routing };
    this.isBack = false;
    const restored = await activities(`route ${number} back`, atDidww(rollback)).restoreRouting(route);
    this.isBack = true;
    return restored;
  }

  /**
   * Removes the import, where this run made it, and what may have been made by `endedAt`, when the number's
   * run was over. It stays while calls still come to it: where `stillRouted`, or `restore` failed.
   */
  async remove(stillRouted: boolean, endedAt: number | undefined, importId = ''): Promise<UndoReport> {
    const { number, phoneNumberId } = this.task.number;
    if (phoneNumberId !== undefined) return { warnings: [] };
    if (stillRouted || !this.isBack) {
      const why = `still in use: the routing of ${number} could not be restored`;
      return { warnings: [], leftovers: [remainingObject('phone-number', importId, why)] };
    }
    const { region, credentialId, patience } = this.task;
    const made = importId === '' ? [] : [importId];
    const target = { region, number, credentialId, made, marked: true };
    const warnings = await listsCaughtUp(endedAt, patience.rollback);
    const remove = activities(`remove ${number} from Vapi`, patience.rollback);
    const undone = await remove.removeImport(target);
    return { warnings: [...warnings, ...undone.warnings] };
  }
}
