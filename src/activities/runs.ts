/**
 * Activities that speak to other runs through Temporal: who holds a workflow id, when a run has ended, an
 * edit in its turn. Belongs here: calls of the Temporal service. Does not: anything at a provider.
 */
import { activityInfo, cancelled, cancellationSignal } from '@temporalio/activity';
import { WorkflowFailedError, WorkflowNotFoundError } from '@temporalio/client';
import { ApplicationFailure, defineSearchAttributeKey } from '@temporalio/common';
import { PASSING_CLASSES } from '../domain/failure.js';
import { workflowIds } from '../domain/marks.js';
import type { AssistantEditOrder, OpenRun, Patience, Recalled } from '../domain/contract.js';
import { recall } from '../runs/recalled.js';
import type { Dependencies } from './dependencies.js';
import { keepBeating } from './heartbeats.js';
import { StepError } from './failures.js';
import { knownSearchAttributes } from './searchAttributes.js';
import { serviceFailure, withinAttempt } from './serviceFailure.js';

type Needs = Pick<Dependencies, 'temporal' | 'taskQueue'>;

export const runActivities = (dependencies: Needs) => ({
  /** What Temporal still tells of a connection. Throws what `serviceFailure` makes of it. */
  async recallConnection(connection: string, _patience: Patience): Promise<Recalled> {
    try {
      return await withinAttempt(recall(dependencies.temporal, connection));
    } catch (error) {
      throw serviceFailure(`look for earlier runs of ${connection}`, error);
    }
  },

  /**
   * Which connection the open run of this id works for, as far as that can be told. Throws what
   * `serviceFailure` makes of it.
   */
  async describeRun(workflowId: string, _patience: Patience): Promise<OpenRun> {
    try {
      const { runId, typedSearchAttributes, parentExecution } = await dependencies.temporal.workflow
        .getHandle(workflowId)
        .describe();
      const connection =
        typedSearchAttributes.get(CONNECTION) ?? connectionIn(workflowId) ?? connectionIn(parentExecution?.workflowId);
      return { workflowId, runId, ...(connection === undefined ? {} : { connection }) };
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return { workflowId };
      throw serviceFailure(`look at the run ${workflowId}`, error);
    }
  },

  /** Which of our search attributes the namespace has, as keywords. For a local activity: never throws. */
  knownSearchAttributes: (): Promise<readonly string[]> => knownSearchAttributes(dependencies.temporal),

  /**
   * Orders an edit from the assistant's own run, which is started where there is none; its answer comes by
   * signal. Ordered twice under one key, it is made once while that run is open, and is found done after.
   * Throws what `serviceFailure` makes of it.
   */
  orderAssistantEdit: (order: AssistantEditOrder, _patience: Patience): Promise<void> => ordered(dependencies, order),

  /**
   * Orders edits once more, all of them, whatever becomes of one. Throws as `orderAssistantEdit` does, of
   * the first that failed.
   */
  async repeatAssistantEdits(orders: readonly AssistantEditOrder[], _patience: Patience): Promise<void> {
    const outcomes = await Promise.allSettled(orders.map((order) => ordered(dependencies, order)));
    for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
  },
});

async function ordered({ temporal, taskQueue }: Needs, order: AssistantEditOrder): Promise<void> {
  const { assistantId } = order.edit;
  try {
    await temporal.withDeadline(Date.now() + activityInfo().startToCloseTimeoutMs - RPC_MARGIN_MS, () =>
      temporal.workflow.signalWithStart<() => Promise<void>, [AssistantEditOrder]>(EDIT_WORKFLOW, {
        workflowId: workflowIds.assistant(assistantId),
        taskQueue,
        args: [],
        signal: EDIT_SIGNAL,
        signalArgs: [order],
        staticSummary: `edits of assistant ${assistantId}`,
      }),
    );
  } catch (error) {
    throw serviceFailure(`have the assistant ${assistantId} edited`, error);
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

/** Names of `workflows/messages.ts`, which activities do not import. */
const CONNECTION = defineSearchAttributeKey('PatchbayConnection', 'KEYWORD');
const EDIT_SIGNAL = 'edit';
const EDIT_WORKFLOW = 'editAssistant';

/**
 * A call of the service ends this long before start-to-close, so that an attempt has come to rest before
 * the next one begins.
 */
const RPC_MARGIN_MS = 5_000;

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
