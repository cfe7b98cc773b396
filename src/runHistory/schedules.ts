import type { ScheduleDescription } from '@temporalio/client';

/** What the schedules of Patchbay start. */
export const SCHEDULED_WORKFLOW = 'verifyOnSchedule';

/** Another application of the namespace may have a schedule of the same id. */
export const isOurSchedule = ({ action }: ScheduleDescription): boolean => action.workflowType === SCHEDULED_WORKFLOW;
