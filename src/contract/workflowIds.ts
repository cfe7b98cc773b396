/** Ids under which Temporal knows the runs and schedules of a connection, and the queues that serve them. */

/** Workflow ids; part of the public contract. */
export const workflowIds = {
  connection: (connection: string): string => `connection/${connection}`,
  number: (number: string): string => `number/${number}`,
  assistant: (assistantId: string): string => `assistant/${assistantId}`,
  verification: (connection: string): string => `verification/${connection}`,
  /** `unique`: of one plan; any number of them may be made at once. */
  plan: (connection: string, unique: string): string => `plan/${connection}/${unique}`,
  /** Temporal adds the time to it. */
  scheduledVerification: (connection: string): string => `scheduled-verification/${connection}`,
} as const;

/**
 * The task queue of the activities that wait for minutes, beside that of everything else; served by the
 * same worker process.
 */
export const waitingQueue = (taskQueue: string): string => `${taskQueue}-waiting`;

/** Ids of Temporal schedules. */
export const scheduleIds = {
  verification: (connection: string): string => `verification/${connection}`,
} as const;
