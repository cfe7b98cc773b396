import { setTimeout as pause } from 'node:timers/promises';
import { ActivityNotFoundError, type Client, WorkflowNotFoundError } from '@temporalio/client';
import type { ActivityReference, AssistantEdited } from '../../contract/otherRuns.js';
import { serviceFailure, withinAttempt } from './serviceFailure.js';

/** Attempts at an order are a second apart (`workflows/engine/activities.ts`). */
const ASKED_EVERY_MS = 250;

/**
 * Completes the activity that ordered an edit; between two of its attempts, waits for the next. Where its run
 * has closed, or was answered, nobody waits, which is no fault. Throws what `serviceFailure` makes of any
 * other.
 */
export async function answerOrder(
  temporal: Client,
  answerTo: ActivityReference,
  answer: AssistantEdited,
): Promise<void> {
  try {
    await withinAttempt(temporal, async () => {
      while (!(await isTaken(temporal, answerTo, answer)) && (await isPending(temporal, answerTo)))
        await pause(ASKED_EVERY_MS);
    });
  } catch (error) {
    throw serviceFailure('answer who ordered the edit', error);
  }
}

async function isTaken(temporal: Client, answerTo: ActivityReference, answer: AssistantEdited): Promise<boolean> {
  try {
    await temporal.activity.complete({ ...answerTo }, answer);
    return true;
  } catch (error) {
    if (error instanceof ActivityNotFoundError) return false;
    throw error;
  }
}

async function isPending(temporal: Client, { workflowId, runId, activityId }: ActivityReference): Promise<boolean> {
  try {
    const { raw } = await temporal.workflow.getHandle(workflowId, runId).describe();
    return (raw.pendingActivities ?? []).some((pending) => pending.activityId === activityId);
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return false;
    throw error;
  }
}
