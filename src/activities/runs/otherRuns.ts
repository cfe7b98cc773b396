/**
 * Activities that speak to other runs through Temporal: who holds a workflow id, when a run has ended, an
 * edit in its turn. Belongs here: calls of the Temporal service. Does not: anything at a provider.
 */
import { activityInfo, cancelled, cancellationSignal, CompleteAsyncError } from '@temporalio/activity';
import {
  WorkflowExecutionAlreadyStartedError,
  WorkflowFailedError,
  type WorkflowHandleWithStartDetails,
  WorkflowNotFoundError,
} from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { PASSING_CLASSES } from '../../contract/failure.js';
import { heldByOther, ownerText } from '../../domain/reports/foreignRun.js';
import { assistantEditSignal } from '../../contract/messages.js';
import { searchAttributes } from '../../contract/searchAttributes.js';
import { workflowIds } from '../../contract/workflowIds.js';
import type { ActivityReference, AssistantEdited, EditRequest, OpenRun } from '../../contract/otherRuns.js';
import type { Patience } from '../../contract/attempts.js';
import type { Recalled } from '../../contract/discovery.js';
import { type EarlierRuns, recall } from '../../runHistory/recalled.js';
import { factsOf, isOpen, isOurs } from '../../runHistory/runs.js';
import { answerOrder } from '../engine/answerOrder.js';
import type { Dependencies } from '../engine/dependencies.js';
import { keepBeating, note, remembered } from '../engine/heartbeats.js';
import { StepError } from '../engine/failures.js';
import { knownSearchAttributes } from './knownSearchAttributes.js';
import { serviceFailure, withinAttempt } from '../engine/serviceFailure.js';

type Needs = Pick<Dependencies, 'temporal' | 'taskQueue'>;

/**
 * What Temporal still tells of a connection, within an attempt. Throws what `serviceFailure` makes of it.
 */
export async function earlierRuns(temporal: Dependencies['temporal'], connection: string): Promise<EarlierRuns> {
  try {
    return await withinAttempt(temporal, () => recall(temporal, connection));
  } catch (error) {
    throw serviceFailure(`look for earlier runs of ${connection}`, error);
  }
}

export const runActivities = (dependencies: Needs) => ({
  /** What Temporal still tells of a connection. Throws what `serviceFailure` makes of it. */
  async recallConnection(connection: string, _patience: Patience): Promise<Recalled> {
    const { hasAssigned: _asked, ...told } = await earlierRuns(dependencies.temporal, connection);
    return told;
  },

  /**
   * Whose the open run of this id is, and for which connection it works, as far as that can be told. Throws
   * what `serviceFailure` makes of it.
   */
  async describeRun(workflowId: string, _patience: Patience): Promise<OpenRun> {
    try {
      const { temporal } = dependencies;
      const description = await withinAttempt(temporal, () => temporal.workflow.getHandle(workflowId).describe());
      const run = factsOf(description, '');
      const { runId, typedSearchAttributes, parentExecution } = description;
      if (!isOurs(run)) return { workflowId, runId, owner: ownerText(run) };
      const connection =
        typedSearchAttributes.get(searchAttributes.connection) ??
        connectionIn(workflowId) ??
        connectionIn(parentExecution?.workflowId);
      return { workflowId, runId, ...(connection === undefined ? {} : { connection }) };
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return { workflowId };
      throw serviceFailure(`look at the run ${workflowId}`, error);
    }
  },

  /** Which of our search attributes the namespace has, as keywords. For a local activity: never throws. */
  knownSearchAttributes: (): Promise<readonly string[]> => knownSearchAttributes(dependencies.temporal),

  /**
   * Has the assistant's own run, which is started where there is none, make an edit in its turn. Whoever made
   * it completes this activity with the answer, so that waiting takes up no slot of a worker. An attempt
   * without an answer is repeated: what was done is found done, also where a person terminated that run.
   * Throws `StepError` of class `conflict` where another application's run holds the id, which is told
   * nothing; else what `serviceFailure` makes of it.
   */
  async orderAssistantEdit(order: Omit<EditRequest, 'answerTo'>, _patience: Patience): Promise<AssistantEdited> {
    const { activityId, workflowExecution } = activityInfo();
    if (workflowExecution === undefined) throw new Error('Edits are ordered by workflows.');
    note(await ordered(dependencies, { ...order, answerTo: { ...workflowExecution, activityId } }));
    throw new CompleteAsyncError();
  },

  /** Answers an order. Throws as `answerOrder` does. */
  answerAssistantEdit: ({ answerTo, answer }: Answered, _patience: Patience): Promise<void> =>
    answerOrder(dependencies.temporal, answerTo, answer),
});

/** An order's answer, and who waits for it. */
interface Answered {
  readonly answerTo: ActivityReference;
  readonly answer: AssistantEdited;
}

/** Hands the order to the assistant's run. The run that has it. */
async function ordered({ temporal, taskQueue }: Needs, order: EditRequest): Promise<string> {
  const { assistantId } = order.edit;
  const workflowId = workflowIds.assistant(assistantId);
  const start = (): Promise<string | undefined> =>
    unlessThere(
      temporal.workflow.start(EDIT_WORKFLOW, {
        workflowId,
        taskQueue,
        args: [[order]],
        staticSummary: `edits of assistant ${assistantId}`,
      }),
    );
  try {
    return await withinAttempt(temporal, async () => {
      for (;;) {
        const runId = (await start()) ?? (await signalled(temporal, workflowId, order));
        if (runId !== undefined) return runId;
      }
    });
  } catch (error) {
    throw serviceFailure(`have the assistant ${assistantId} edited`, error);
  }
}

/**
 * Hands the order to the run that holds the id; nothing where that has closed meanwhile. Told by run id, so
 * that no other run can hear of it, and not told again by a later attempt: a long queue fills no history.
 */
async function signalled(
  temporal: Needs['temporal'],
  workflowId: string,
  order: EditRequest,
): Promise<string | undefined> {
  try {
    const holder = factsOf(await temporal.workflow.getHandle(workflowId).describe(), '');
    if (isOpen(holder) && !isOurs(holder)) throw new StepError(heldByOther(ownerText(holder)));
    const hasIt = isOpen(holder) && holder.runId === remembered();
    if (!hasIt) await temporal.workflow.getHandle(workflowId, holder.runId).signal(assistantEditSignal, order);
    return holder.runId;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return undefined;
    throw error;
  }
}

/** The run that was started; nothing where one was open already. */
async function unlessThere(start: Promise<WorkflowHandleWithStartDetails>): Promise<string | undefined> {
  try {
    return (await start).firstExecutionRunId;
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) return undefined;
    throw error;
  }
}

/** What waits for another run. */
export const runWaitingActivities = (dependencies: Pick<Dependencies, 'temporal'>) => ({
  /**
   * Returns once the run of this id has closed, however it ended; at once where there is none. Heartbeats;
   * can be cancelled.
   */
  async awaitRun(workflowId: string, _patience: Patience): Promise<void> {
    const handle = dependencies.temporal.workflow.getHandle(workflowId, undefined, { followRuns: false });
    const stopBeating = keepBeating();
    try {
      const result = dependencies.temporal.withAbortSignal(cancellationSignal(), () => handle.result());
      await Promise.race([result, cancelled()]);
    } catch (error) {
      if (cancellationSignal().aborted) return await cancelled();
      if (error instanceof WorkflowNotFoundError || error instanceof WorkflowFailedError) return;
      throw again(serviceFailure(`watch the run ${workflowId}`, error));
    } finally {
      stopBeating();
    }
  },
});

/** The type of the run that edits an assistant. */
const EDIT_WORKFLOW = 'editAssistant';

/** The connection that a workflow id names, where it names one. */
const connectionIn = (workflowId: string | null | undefined): string | undefined =>
  /^(?:connection|verification)\/(.+)$/.exec(workflowId ?? '')?.[1];

/**
 * A failed attempt that uses up no patience where the service is away: waiting is what the activity is for.
 * So it is made here, not by the interceptor, which has to do with every other failure.
 */
function again(error: unknown): unknown {
  if (!(error instanceof StepError) || !PASSING_CLASSES.includes(error.facts.class)) return error;
  const { facts, message } = error;
  return ApplicationFailure.create({ type: facts.class, message, details: [facts] });
}
