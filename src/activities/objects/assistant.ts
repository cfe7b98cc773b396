/**
 * One tool id in an assistant's model, and nothing else of it (docs/providers/vapi.md, Assistants). The
 * model is read, changed and checked in one activity: it never travels through a workflow.
 */
import type { CallOptions } from '../../http/index.js';
import type { Assistant, Tool, VapiClient } from '../../vapi/index.js';
import { activity } from '../engine/activity.js';
import { answerOrder, isAwaited } from '../engine/answerOrder.js';
import type { AssistantEdit, EditRequest } from '../../contract/otherRuns.js';
import type { Dependencies } from '../engine/dependencies.js';
import { StepError } from '../engine/failures.js';
import { note, remembered } from '../engine/heartbeats.js';
import { conflict, isClass, unlessGone } from '../engine/refusals.js';
import { changedParts, holdsTool, type Model, withoutTool, withTool } from '../../vapi/assistantModel.js';

export const assistantActivities = ({ vapi: vapiOf, temporal }: Pick<Dependencies, 'vapi' | 'temporal'>) => ({
  /**
   * Makes the edit and answers whoever ordered it. Nothing is done where nobody waits for it any more: an
   * order that comes late must not repeat what was undone since. Says whether this attempt wrote anything.
   * Throws as `editAssistant`, `isAwaited` and `answerOrder` do.
   */
  applyAssistantEdit: activity(
    async ({ edit, answerTo }: Omit<EditRequest, 'patience'>, options): Promise<{ readonly changed: boolean }> => {
      if (!(await isAwaited(temporal, answerTo))) return { changed: false };
      const changed = await editAssistant(vapiOf(edit.region), edit, options);
      await answerOrder(temporal, answerTo, {});
      return { changed };
    },
  ),

  /**
   * Reads the assistant once more: the edit of somebody else, or an old draft that was published, may have
   * undone ours. Throws `StepError`, of class `conflict` where a look before this one has shown it, too.
   */
  confirmAssistantEdit: activity(async (edit: AssistantEdit, options): Promise<void> => {
    const assistant = await read(vapiOf(edit.region), edit, options);
    if (assistant === undefined || isDone(edit, assistant)) return;
    const isSecondLook = remembered() === UNDONE;
    note(UNDONE);
    throw undoneBySomebody(edit, isSecondLook);
  }),
});

/**
 * Adds the tool id to the assistant, or takes it out, and judges what Vapi then shows. Whether anything had
 * to be written: to take it out of an assistant that is gone is done already. Throws `StepError` of class
 * `unexpected-answer` where the write did not do what it should.
 */
export async function editAssistant(vapi: VapiClient, edit: AssistantEdit, options: CallOptions): Promise<boolean> {
  const [before, tools] = await Promise.all([read(vapi, edit, options), edit.attached ? vapi.listTools(options) : []]);
  if (before === undefined || isDone(edit, before)) return false;
  if (edit.attached) refuseNamesake(edit, before, tools);
  const change = edit.attached ? withTool : withoutTool;
  const request = writeModel(vapi, edit.assistantId, change(before.model, edit.toolId), options);
  const after = edit.attached ? await request : await unlessGone(request);
  if (after !== undefined) check(edit, before, after);
  return true;
}

/**
 * Edits come one at a time, so that this look holds: of two tools of one name the model could call either.
 * A preflight looks as well, but two onboardings may both have passed it.
 */
function refuseNamesake({ assistantId, toolId }: AssistantEdit, { model }: Assistant, tools: readonly Tool[]): void {
  const name = tools.find(({ id }) => id === toolId)?.functionName;
  const namesake = tools.find((tool) => tool.functionName === name && holdsTool(model, tool.id));
  if (name === undefined || namesake === undefined) return;
  throw new StepError({
    provider: 'vapi',
    class: 'conflict',
    message: `The assistant ${assistantId} has another tool named ${name} by now (${namesake.id}).`,
    action: 'Choose another transfer.toolName, or take the other tool out of the assistant, then retry.',
  });
}

const isDone = ({ toolId, attached }: AssistantEdit, { model }: Assistant): boolean =>
  holdsTool(model, toolId) === attached;

/** An assistant that is gone has lost the tool as well; to add one to it is an error. */
const read = (
  vapi: VapiClient,
  { assistantId, attached }: AssistantEdit,
  options: CallOptions,
): Promise<Assistant | undefined> => {
  const request = vapi.getAssistant(assistantId, options);
  return attached ? request : unlessGone(request);
};

/**
 * A read may show members that a write refuses; exactly those are left out, once (docs/providers/vapi.md,
 * Assistants).
 */
async function writeModel(vapi: VapiClient, id: string, model: Model, options: CallOptions): Promise<Assistant> {
  try {
    return await vapi.updateAssistantModel(id, model, options);
  } catch (error) {
    const refused = refusedMembers(error);
    if (refused.length === 0) throw error;
    const accepted = Object.fromEntries(Object.entries(model).filter(([member]) => !refused.includes(member)));
    return vapi.updateAssistantModel(id, accepted, options);
  }
}

/**
 * Members of the model that Vapi does not take back; none where anything else is wrong as well, or where
 * the tools themselves are refused.
 */
function refusedMembers(error: unknown): readonly string[] {
  if (!isClass(error, 'invalid-request')) return [];
  const refused = error.problems.flatMap(({ detail }) => REFUSED_MEMBER.exec(detail)?.[1] ?? []);
  return refused.length === error.problems.length && !refused.includes('toolIds') ? refused : [];
}

const REFUSED_MEMBER = /^model\.property (\w+) should not exist$/;

/** The next attempt reads what exists then, and leaves alone what it finds done. */
function check(edit: AssistantEdit, before: Assistant, after: Assistant): void {
  const changed = [
    ...(isDone(edit, after) ? [] : ['model.toolIds']),
    ...changedParts(before.model, after.model, edit.toolId),
  ];
  if (changed.length === 0) return;
  throw new StepError({
    provider: 'vapi',
    class: 'unexpected-answer',
    message: `The transfer tool was ${verb(edit)} assistant ${edit.assistantId}, and ${[...new Set(changed)].join(', ')} is not as it should be: perhaps somebody edits it at this moment.`,
    action: 'Look at Vapi whether the assistant is as its editor wants it, and leave it alone until the run has ended.',
  });
}

/** What a look leaves to the next one. */
const UNDONE = 'undone';

function undoneBySomebody(edit: AssistantEdit, isSecondLook: boolean): StepError {
  const message = `The transfer tool was ${verb(edit)} assistant ${edit.assistantId}, and somebody's later edit, or an old draft that was published, has undone that.`;
  const action = 'Publish or discard the open drafts of the assistant at Vapi, then retry.';
  // A read may lag behind the write: the first one alone proves nothing.
  return isSecondLook
    ? conflict('vapi', message, action)
    : new StepError({ provider: 'vapi', class: 'unexpected-answer', message, action });
}

const verb = ({ attached }: AssistantEdit): string => (attached ? 'added to' : 'taken out of');
