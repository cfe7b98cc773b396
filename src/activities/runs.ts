/**
 * Activities that speak to other runs through Temporal: who holds a workflow id, when a run has ended, an edit in its turn.
 * Belongs here: calls of the Temporal service. Does not: anything at a provider.
 */
import { activityInfo, cancelled, cancellationSignal } from '@temporalio/activity';
import { WorkflowFailedError, WorkflowNotFoundError } from '@temporalio/client';
import { ApplicationFailure, defineSearchAttributeKey } from '@temporalio/common';
import type { Failure } from '../domain/failure.js';
import { workflowIds } from '../domain/marks.js';
import type { AssistantEditOrder, OpenRun, Patience, Recalled } from '../domain/contract.js';
import { recall } from '../runs/recalled.js';
import { UnreachableError } from '../runs/unreachable.js';
import type { Dependencies } from './dependencies.js';
import { keepBeating } from './heartbeats.js';
import { StepError } from './failures.js';
import { knownSearchAttributes } from './searchAttributes.js';

type Needs = Pick<Dependencies, 'temporal' | 'taskQueue'>;

export const runActivities = (dependencies: Needs) => ({
  /** What Temporal still tells of a connection. Throws `StepError` of class `network`. */
  async recallConnection(connection: string, _patience: Patience): Promise<Recalled> {
    try {
      return await recall(dependencies.temporal, connection);
    } catch (error) {
      if (!(error instanceof UnreachableError)) throw error;
      throw unreachable(`look for earlier runs of ${connection}`);
    }
  },

  /** Which connection the open run of this id works for, as far as that can be told. Throws `StepError` of class `network`. */
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
      throw unreachable(`look at the run ${workflowId}`);
    }
  },

  /** Which of our search attributes the namespace has, as keywords. For a local activity: never throws. */
  knownSearchAttributes: (): Promise<readonly string[]> => knownSearchAttributes(dependencies.temporal),

  /**
   * Orders an edit from the assistant's own run, which is started where there is none; its answer comes by signal. Ordered twice under one key, it is
   * made once while that run is open, and is found done after. Throws `StepError` of class `network`.
   */
  async orderAssistantEdit(order: AssistantEditOrder, _patience: Patience): Promise<void> {
    const { temporal, taskQueue } = dependencies;
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
    } catch {
      throw unreachable(`have the assistant ${assistantId} edited`);
    }
  },
});

/** What waits for another run. */
export const runWaitingActivities = (dependencies: Pick<Dependencies, 'temporal'>) => ({
  /** Returns once the run of this id has closed, however it ended; at once where there is none. Heartbeats; can be cancelled. */
  async awaitRun(workflowId: string, _patience: Patience): Promise<void> {
    const handle = dependencies.temporal.workflow.getHandle(workflowId, undefined, { followRuns: false });
    const stopBeating = keepBeating();
    try {
      const result = dependencies.temporal.withAbortSignal(cancellationSignal(), () => handle.result());
      await Promise.race([result, cancelled()]);
    } catch (error) {
      if (cancellationSignal().aborted) return await cancelled();
      if (error instanceof WorkflowNotFoundError || error instanceof WorkflowFailedError) return;
      throw again(`The run ${workflowId} cannot be watched at this moment.`, CHECK_TEMPORAL);
    } finally {
      stopBeating();
    }
  },
});

/** Names of `workflows/messages.ts`, which activities do not import. */
const CONNECTION = defineSearchAttributeKey('PatchbayConnection', 'KEYWORD');
const EDIT_SIGNAL = 'edit';
const EDIT_WORKFLOW = 'editAssistant';

/** A call of the service ends this long before start-to-close, so that an attempt has come to rest before the next one begins. */
const RPC_MARGIN_MS = 5_000;
const CHECK_TEMPORAL = 'Check that the worker reaches the Temporal service, then retry.';

/** The connection that a workflow id names, where it names one. */
const connectionIn = (workflowId: string | null | undefined): string | undefined =>
  /^(?:connection|verification)\/(.+)$/.exec(workflowId ?? '')?.[1];

/** A failed attempt that uses up no patience: waiting is what the activity is for. So it is made here, not by the interceptor. */
function again(message: string, action: string): ApplicationFailure {
  const facts: Omit<Failure, 'step'> = { provider: 'patchbay', class: 'network', message, action };
  return ApplicationFailure.create({
    type: facts.class,
    message,
    details: [facts],
  });
}

const unreachable = (what: string): StepError =>
  new StepError({
    provider: 'patchbay',
    class: 'network',
    message: `The Temporal service could not be asked to ${what}.`,
    action: CHECK_TEMPORAL,
  });
