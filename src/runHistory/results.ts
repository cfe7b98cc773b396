import { type Client, WorkflowFailedError, WorkflowNotFoundError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import type { Plan } from '../contract/plan.js';
import type { Result } from '../contract/result.js';
import type { RunFailureType } from '../contract/messages.js';
import type { RunFacts, RunRef } from './runs.js';
import { grpcCode, NOT_FOUND, within } from './server.js';

/**
 * The Result that a run completed with; nothing where it returned something else. Throws
 * `WorkflowFailedError` where it did not complete.
 */
export async function returnedBy(client: Client, { workflowId, runId }: RunRef): Promise<Result | undefined> {
  const handle = client.workflow.getHandle(workflowId, runId, { followRuns: false });
  const returned: unknown = await within(client, () => handle.result());
  return isResult(returned) ? returned : undefined;
}

/** The Plan that a run completed with; nothing where it failed. */
export async function plannedBy(client: Client, { workflowId, runId }: RunRef): Promise<Plan | undefined> {
  const handle = client.workflow.getHandle(workflowId, runId, { followRuns: false });
  try {
    const returned: unknown = await within(client, () => handle.result());
    return isPlan(returned) ? returned : undefined;
  } catch (error) {
    if (error instanceof WorkflowFailedError) return undefined;
    throw error;
  }
}

/** Only what the members below rely on: a run of another build may know further ones. */
function isPlan(value: unknown): value is Plan {
  if (typeof value !== 'object' || value === null || !('connection' in value)) return false;
  const lists = ['changes', 'problems', 'warnings', 'rings'] as const;
  return lists.every((list) => Array.isArray((value as Record<string, unknown>)[list]));
}

/** Ends of a run that has written nothing. */
const REFUSED: readonly RunFailureType[] = ['InvalidRequest', 'PreflightRefused'];

/** Whether a closed run was refused before it had written anything: it says nothing of what exists. */
export async function wasRefused(client: Client, run: RunFacts): Promise<boolean> {
  if (run.status !== 'FAILED') return false;
  try {
    await returnedBy(client, run);
    return false;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return false; // lists show a run a little longer than it is kept
    if (!(error instanceof WorkflowFailedError)) throw error;
    const type = error.cause instanceof ApplicationFailure ? error.cause.type : undefined;
    return REFUSED.some((refused) => refused === type);
  }
}

/** What a run has done before it changes anything. */
const LOOKS: readonly string[] = ['recallConnection', 'findRouted', 'discoverObjects'];
/** A run looks a few times before it acts. */
const FIRST_EVENTS = 200;

/**
 * Whether a closed run has had more done than looks, as its history tells; so it is taken where Temporal no
 * longer has that.
 */
export async function hasActed(client: Client, { workflowId, runId }: RunRef): Promise<boolean> {
  const execution = { workflowId, runId };
  const asked = { namespace: client.options.namespace, execution, maximumPageSize: FIRST_EVENTS };
  try {
    const { history } = await within(client, () => client.workflowService.getWorkflowExecutionHistory(asked));
    const types = (history?.events ?? []).flatMap(
      ({ activityTaskScheduledEventAttributes: scheduled }) => scheduled?.activityType?.name ?? [],
    );
    return types.some((type) => !LOOKS.includes(type));
  } catch (error) {
    if (grpcCode(error) === NOT_FOUND) return true;
    throw error;
  }
}

/** Only what the members below rely on: a run of another build may know further ones. */
export function isResult(value: unknown): value is Result {
  const lists = ['objects', 'numbers', 'verification', 'leftovers', 'warnings'] as const;
  if (typeof value !== 'object' || value === null || !('outcome' in value) || !('connection' in value)) return false;
  return lists.every((list) => list in value && Array.isArray((value as Record<string, unknown>)[list]));
}
