import type { Client } from '@temporalio/client';
import { workflowIds } from '../contract/workflowIds.js';
import type { Result } from '../contract/result.js';
import { isOpen, newestRun, type RunRef } from '../runHistory/runs.js';
import { resultOf } from './resultOfRun.js';
import { scheduleOf, type VerificationSchedule } from './schedule.js';

/** How a connection is verified: on which schedule, and what the newest verification showed. */
export interface VerificationStatus {
  readonly schedule?: VerificationSchedule;
  readonly newest?: {
    readonly run: RunRef;
    readonly startedAt: Date;
    /** Absent while it is open. */
    readonly result?: Result;
  };
}

/** The schedule and the newest verification of a connection, as far as Temporal knows any. */
export async function verificationStatus(client: Client, connection: string): Promise<VerificationStatus> {
  const [schedule, run] = await Promise.all([
    scheduleOf(client, connection),
    newestRun(client, connection, workflowIds.verification(connection)),
  ]);
  const result = run === undefined || isOpen(run) ? undefined : await resultOf(client, run);
  return {
    ...(schedule === undefined ? {} : { schedule }),
    ...(run === undefined
      ? {}
      : { newest: { run, startedAt: run.startTime, ...(result === undefined ? {} : { result }) } }),
  };
}
