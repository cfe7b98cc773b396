/**
 * Activities that speak to other runs through Temporal: who holds a workflow id, when a run has ended, an edit in its turn.
 * Belongs here: calls of the Temporal service. Does not: anything at a provider.
 */
import { activityInfo, cancelled, cancellationSignal, heartbeat } from '@temporalio/activity';
import {
  WithStartWorkflowOperation,
  WorkflowFailedError,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
} from '@temporalio/client';
import { ApplicationFailure, defineSearchAttributeKey } from '@temporalio/common';
import { ERROR_CLASSES, type Failure } from '../domain/failure.js';
import { workflowIds } from '../domain/marks.js';
import type { AssistantEdit, AssistantEditOrder, OpenRun, Patience } from '../domain/contract.js';
import type { Dependencies } from './dependencies.js';
import { StepError } from './failures.js';
import { knownSearchAttributes } from './searchAttributes.js';

type Needs = Pick<Dependencies, 'temporal' | 'taskQueue'>;

export const runActivities = (dependencies: Needs) => ({
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

  /** Returns once the run of this id has closed, however it ended; at once where there is none. Heartbeats; can be cancelled. */
  async awaitRun(workflowId: string, _patience: Patience): Promise<void> {
    const handle = dependencies.temporal.workflow.getHandle(workflowId, undefined, { followRuns: false });
    const life = setInterval(heartbeat, (activityInfo().heartbeatTimeoutMs ?? SIGN_OF_LIFE_MS) / 3);
    try {
      const result = dependencies.temporal.withAbortSignal(cancellationSignal(), () => handle.result());
      await Promise.race([result, cancelled()]);
    } catch (error) {
      if (cancellationSignal().aborted) return await cancelled();
      if (error instanceof WorkflowNotFoundError || error instanceof WorkflowFailedError) return;
      throw again(`The run ${workflowId} cannot be watched at this moment.`, CHECK_TEMPORAL);
    } finally {
      clearInterval(life);
    }
  },

  /** Which of our search attributes the namespace has, as keywords. For a local activity: never throws. */
  knownSearchAttributes: (): Promise<readonly string[]> => knownSearchAttributes(dependencies.temporal),

  /**
   * Has the assistant edited by its own run, after whoever came before. A repeated attempt with the same key finds the same edit. Throws the
   * edit's own failure, not to be retried; while the edit waits for its turn, attempts are followed by others however long that takes.
   */
  async editAssistantInTurn(
    { key, ...edit }: AssistantEditOrder,
    patience: Patience,
  ): Promise<{ readonly changed: boolean }> {
    const { temporal } = dependencies;
    try {
      return await temporal.withDeadline(Date.now() + activityInfo().startToCloseTimeoutMs - RPC_MARGIN_MS, () =>
        temporal.workflow.executeUpdateWithStart<
          EditAssistant,
          { readonly changed: boolean },
          [AssistantEdit, Patience]
        >(EDIT_UPDATE, { args: [edit, patience], updateId: key, startWorkflowOperation: editing(dependencies, edit) }),
      );
    } catch (error) {
      throw editFailure(error, edit.assistantId);
    }
  },
});

/** Names of `workflows/messages.ts`, which activities do not import. */
const CONNECTION = defineSearchAttributeKey('PatchbayConnection', 'KEYWORD');
const EDIT_UPDATE = 'edit';
const EDIT_WORKFLOW = 'editAssistant';
type EditAssistant = () => Promise<void>;

/** A call of the service ends this long before start-to-close, so that an attempt has come to rest before the next one begins. */
const RPC_MARGIN_MS = 5_000;
const CHECK_TEMPORAL = 'Check that the worker reaches the Temporal service, then retry.';
/** Where no heartbeat time-out is set. */
const SIGN_OF_LIFE_MS = 30_000;
/** Pause before an attempt asks again for an edit that waits for its turn. */
const ASK_AGAIN_MS = 100;

/** The connection that a workflow id names, where it names one. */
const connectionIn = (workflowId: string | null | undefined): string | undefined =>
  /^(?:connection|verification)\/(.+)$/.exec(workflowId ?? '')?.[1];

const editing = ({ taskQueue }: Needs, { assistantId }: AssistantEdit): WithStartWorkflowOperation<EditAssistant> =>
  new WithStartWorkflowOperation<EditAssistant>(EDIT_WORKFLOW, {
    workflowId: workflowIds.assistant(assistantId),
    taskQueue,
    args: [],
    workflowIdConflictPolicy: 'USE_EXISTING',
  });

function editFailure(error: unknown, assistantId: string): Error {
  const verdict = error instanceof WorkflowUpdateFailedError ? verdictOf(error) : undefined;
  if (verdict !== undefined) return verdict;
  if (error instanceof WorkflowUpdateRPCTimeoutOrCancelledError) return stillWaiting(assistantId);
  return unreachable(`have the assistant ${assistantId} edited`);
}

/** What the edit itself failed with; undefined where its run ended under it, or failed for a reason of its own. */
function verdictOf({ cause }: WorkflowUpdateFailedError): ApplicationFailure | undefined {
  const failure = [cause, cause?.cause].find((one) => one instanceof ApplicationFailure);
  const type = ERROR_CLASSES.find((errorClass) => errorClass === failure?.type);
  if (failure === undefined || type === undefined) return undefined;
  return ApplicationFailure.create({
    type,
    message: failure.message,
    nonRetryable: true,
    details: failure.details ?? [],
  });
}

/** Also where the service was not reached in time: the next attempt finds the same edit, or orders it. */
const stillWaiting = (assistantId: string): ApplicationFailure =>
  again(
    `The edit of the assistant ${assistantId} has not had its turn yet: other runs are editing it, or no worker is free.`,
    'Nothing to do: the edit is made in its turn.',
    ASK_AGAIN_MS,
  );

/** A failed attempt that uses up no patience: waiting is what the activity is for. So it is made here, not by the interceptor. */
function again(message: string, action: string, nextRetryDelay?: number): ApplicationFailure {
  const facts: Omit<Failure, 'step'> = { provider: 'patchbay', class: 'network', message, action };
  return ApplicationFailure.create({
    type: facts.class,
    message,
    details: [facts],
    ...(nextRetryDelay === undefined ? {} : { nextRetryDelay }),
  });
}

const unreachable = (what: string): StepError =>
  new StepError({
    provider: 'patchbay',
    class: 'network',
    message: `The Temporal service could not be asked to ${what}.`,
    action: CHECK_TEMPORAL,
  });
