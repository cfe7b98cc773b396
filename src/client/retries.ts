import type { Client, WorkflowExecutionDescription } from '@temporalio/client';
import { within } from '../runs/server.js';

/** Children whose steps are looked at, at most; the others' retries show in the Temporal UI. */
const MOST_CHILDREN = 20;

/** A step whose last attempt failed and that will be, or is being, tried again. */
export interface Retry {
  /** The activity, in words: `ensure outbound trunk`. */
  readonly step: string;
  /** The number whose run tries it, where it is one number's. */
  readonly number?: string;
  /** Of the attempt that runs or comes next; the first is 1. */
  readonly attempt: number;
  /** Why the last attempt failed. */
  readonly why: string;
  /** Absent while the next attempt is already running. */
  readonly nextAttemptAt?: Date;
}

type Pending = NonNullable<WorkflowExecutionDescription['raw']['pendingActivities']>[number];

/** What is being retried in a run and, as far as there are few of them, in its children. Needs no worker. */
export async function retriesOf(client: Client, description: WorkflowExecutionDescription): Promise<readonly Retry[]> {
  const children = (description.raw.pendingChildren ?? []).slice(0, MOST_CHILDREN);
  const described = await Promise.all(
    children.map(async ({ workflowId, runId }) => {
      if (!workflowId || !runId) return [];
      const child = await within(client, () => client.workflow.getHandle(workflowId, runId).describe()).catch(
        () => undefined, // closed or gone meanwhile
      );
      const number = workflowId.startsWith('number/') ? { number: workflowId.slice('number/'.length) } : {};
      return retrying(child?.raw.pendingActivities ?? []).map((retry) => ({ ...retry, ...number }));
    }),
  );
  return [...retrying(description.raw.pendingActivities ?? []), ...described.flat()];
}

function retrying(pending: readonly Pending[]): Retry[] {
  return pending.flatMap(({ activityType, attempt, lastFailure, nextAttemptScheduleTime }) =>
    lastFailure?.message
      ? [
          {
            step: inWords(activityType?.name ?? 'step'),
            attempt: attempt ?? 1,
            why: lastFailure.message,
            ...(nextAttemptScheduleTime ? { nextAttemptAt: dateOf(nextAttemptScheduleTime) } : {}),
          },
        ]
      : [],
  );
}

/** `ensureOutboundTrunk` to `ensure outbound trunk`. */
const inWords = (name: string): string => name.replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase();

function dateOf({ seconds, nanos }: NonNullable<Pending['nextAttemptScheduleTime']>): Date {
  return new Date(Number(seconds ?? 0) * 1_000 + Math.floor((nanos ?? 0) / 1_000_000));
}
