import { condition, setHandler, workflowInfo } from '@temporalio/workflow';
import type { AssistantEdit, AssistantEdited, Patience } from '../domain/contract.js';
import type { Region } from '../domain/sip.js';
import { activities } from './call.js';
import { carrying } from './failure.js';
import { assistantEditedSignal } from './messages.js';
import type { UndoReport } from './saga.js';

/** An assistant's run that a person terminated answers no more: the order is repeated after this long, and found done where it was done. */
const ORDER_AGAIN = '1 minute';

/**
 * What a run orders of assistants' runs, and their answers. An order takes its turn behind whoever came before; so does the undo of an order that
 * was cancelled while it waited, and comes after it.
 */
export class AssistantEdits {
  private readonly answers = new Map<string, AssistantEdited>();
  private orders = 0;

  constructor() {
    setHandler(assistantEditedSignal, (answer) => {
      this.answers.set(answer.key, answer);
    });
  }

  /** Adds the tool to the assistant. Throws the edit's own failure. */
  async give(region: Region, assistantId: string, toolId: string, patience: Patience): Promise<void> {
    await this.inTurn({ region, assistantId, toolId, attached: true }, patience);
  }

  /** Takes the tool out of the assistant. Throws the edit's own failure. */
  async take(region: Region, assistantId: string, toolId: string, patience: Patience): Promise<UndoReport> {
    await this.inTurn({ region, assistantId, toolId, attached: false }, patience);
    return { warnings: [] };
  }

  private async inTurn(edit: AssistantEdit, patience: Patience): Promise<void> {
    const { workflowId, runId } = workflowInfo();
    const key = `${runId}/${String((this.orders += 1))}`;
    const summary = edit.attached
      ? `add the transfer tool to assistant ${edit.assistantId}`
      : `take the transfer tool from assistant ${edit.assistantId}`;
    do {
      const order = { edit, patience, key, answerTo: { workflowId, runId } };
      await activities(summary, patience).orderAssistantEdit(order, patience);
    } while (!(await condition(() => this.answers.has(key), ORDER_AGAIN)));
    const failure = this.answers.get(key)?.failure;
    if (failure !== undefined) throw carrying({ ...failure, step: `tool on assistant ${edit.assistantId}` });
  }
}
