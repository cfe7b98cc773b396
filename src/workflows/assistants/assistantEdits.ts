import { CancellationScope, condition, log, setHandler, workflowInfo } from '@temporalio/workflow';
import type { AssistantEdit, AssistantEdited, EditRequest } from '../../contract/otherRuns.js';
import type { Patience } from '../../contract/attempts.js';
import { pauseBefore, REPEATED_AT_ONCE } from './repeats.js';
import type { Region } from '../../domain/sip/addresses.js';
import { stepNames } from '../../contract/stepNames.js';
import { activities } from '../engine/activities.js';
import { toApplicationFailure, failureOf } from '../engine/failure.js';
import { assistantEditedSignal } from '../../contract/messages.js';
import type { UndoReport } from '../engine/saga.js';

/**
 * What a run orders of assistants' runs, and their answers. An order takes its turn behind whoever came
 * before; so does the undo of an order that was cancelled while it waited, and comes after it.
 */
export class AssistantEdits {
  private readonly answers = new Map<string, AssistantEdited>();
  /** Orders that somebody waits for, by key. */
  private readonly open = new Map<string, EditRequest>();
  /** Keys of orders that are being repeated at this moment. */
  private readonly underWay = new Set<string>();
  private orders = 0;
  private isRepeating = false;

  constructor() {
    setHandler(assistantEditedSignal, (answer) => {
      this.answers.set(answer.key, answer);
    });
  }

  /** Adds the tool to the assistant. Throws the edit's own failure. */
  async give(region: Region, assistantId: string, toolId: string, patience: Patience): Promise<void> {
    await this.inTurn({ region, assistantId, toolId, attached: true }, patience);
  }

  /**
   * Takes the tool out of the assistant. Where another application's run holds the assistant's id, it is
   * done already if the tool is not there. Throws the edit's own failure.
   */
  async take(region: Region, assistantId: string, toolId: string, patience: Patience): Promise<UndoReport> {
    const edit = { region, assistantId, toolId, attached: false };
    try {
      await this.inTurn(edit, patience);
    } catch (error) {
      if (failureOf(error).class !== 'conflict') throw error;
      await activities(`look whether assistant ${assistantId} has the tool`, patience)
        .confirmAssistantEdit(edit)
        .catch(() => {
          throw error;
        });
    }
    return { warnings: [] };
  }

  private async inTurn(edit: AssistantEdit, patience: Patience): Promise<void> {
    const { workflowId, runId } = workflowInfo();
    const key = `${runId}/${String((this.orders += 1))}`;
    const summary = edit.attached
      ? `add the transfer tool to assistant ${edit.assistantId}`
      : `take the transfer tool from assistant ${edit.assistantId}`;
    const order = { edit, patience, key, answerTo: { workflowId, runId } };
    await activities(summary, patience).orderAssistantEdit(order);
    await this.answered(order);
    const failure = this.answers.get(key)?.failure;
    if (failure !== undefined) throw toApplicationFailure({ ...failure, step: stepNames.assistant(edit.assistantId) });
  }

  /**
   * Waits for the answer. Returns, also when it is cancelled, only once the order is not repeated any more:
   * what comes after it must not be overtaken by it.
   */
  private async answered(order: EditRequest): Promise<void> {
    const { key } = order;
    this.open.set(key, order);
    if (!this.isRepeating) void CancellationScope.nonCancellable(() => this.repeat());
    try {
      await condition(() => this.answers.has(key));
    } finally {
      this.open.delete(key);
      await CancellationScope.nonCancellable(() => condition(() => !this.underWay.has(key)));
    }
  }

  /**
   * Repeats what is not answered, for as long as somebody waits: an assistant's run that a person
   * terminated answers no more. What was done is found done. All that wait are repeated together, so that a
   * thousand assistants that cannot be reached do not fill a run's history.
   */
  private async repeat(): Promise<void> {
    this.isRepeating = true;
    let repeat = 0;
    while (this.open.size > 0) {
      const isAnswered = await condition(() => this.open.size === 0, pauseBefore(repeat));
      const waiting = isAnswered ? [] : [...this.open.values()]; // one that came in this very task waits its minute
      repeat = isAnswered ? 0 : repeat + 1;
      for (let at = 0; at < waiting.length; at += REPEATED_AT_ONCE) {
        await this.repeatSome(waiting.slice(at, at + REPEATED_AT_ONCE).filter(({ key }) => this.open.has(key)));
      }
    }
    this.isRepeating = false;
  }

  private async repeatSome(orders: readonly EditRequest[]): Promise<void> {
    const [first] = orders;
    if (first === undefined) return;
    for (const { key } of orders) this.underWay.add(key);
    try {
      const { patience } = first;
      const ask = activities('repeat orders that are not answered', patience);
      const answers = await ask.repeatAssistantEdits(orders);
      for (const answer of answers) this.answers.set(answer.key, answer);
    } catch (error) {
      log.warn('orders of assistants could not be repeated', { why: failureOf(error).message }); // nor are they lost: the next repeat may come through
    } finally {
      for (const { key } of orders) this.underWay.delete(key);
    }
  }
}
