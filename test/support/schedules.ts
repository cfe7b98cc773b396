/** Schedules of tests: made on the suite's server, so taken away with the test that made them. */
import { ScheduleNotFoundError, type WorkflowHandle } from '@temporalio/client';
import { onTestFinished } from 'vitest';
import type { VerificationSchedule } from '../../src/client.js';
import { scheduleIds } from '../../src/contract/workflowIds.js';
import type { Result } from '../../src/contract/result.js';
import { until } from './until.js';
import type { World } from './world.js';

const A_DAY_MS = 86_400_000;

/** The handle of the connection's schedule. */
export const scheduleIn = ({ client, connection }: World) =>
  client.schedule.getHandle(scheduleIds.verification(connection));

/** Whether the connection has a schedule. */
export const isScheduled = (world: World): Promise<boolean> =>
  scheduleIn(world)
    .describe()
    .then(
      () => true,
      (error: unknown) => {
        if (error instanceof ScheduleNotFoundError) return false;
        throw error;
      },
    );

/** Takes whatever schedule this world's connection has away once the test is over. */
export function endScheduleWithTest(world: World): void {
  onTestFinished(async () => {
    if (await isScheduled(world)) await scheduleIn(world).delete();
  });
}

/** The connection is verified every day; the test triggers what it needs and waits for no day. */
export function scheduled(
  world: World,
  members: { transfer?: boolean; region?: 'us' } = {},
): Promise<VerificationSchedule> {
  endScheduleWithTest(world);
  return world.patchbay.schedule(world.connection, { everyMs: A_DAY_MS, transfer: false, ...members });
}

/** Has the schedule start a run now, and answers once it has. */
export async function triggered(world: World): Promise<WorkflowHandle> {
  const before = new Set(await scheduledRuns(world));
  await scheduleIn(world).trigger();
  const runId = await until(async () => (await scheduledRuns(world)).find((one) => !before.has(one)));
  const { workflowId } = await idsOf(world, runId);
  return world.client.workflow.getHandle(workflowId, runId);
}

/** The Result of a scheduled run, and how Temporal shows it. */
export async function endOf(run: WorkflowHandle): Promise<{ result: Result; status: string }> {
  const result: unknown = await run.result().catch((error: unknown) => {
    const { details } = (error as { cause: { details: [unknown] } }).cause;
    return details[0];
  });
  return { result: result as Result, status: (await run.describe()).status.name };
}

async function scheduledRuns(world: World): Promise<string[]> {
  return (await listed(world)).map(({ runId }) => runId);
}

async function idsOf(world: World, runId: string): Promise<{ workflowId: string }> {
  const found = (await listed(world)).find((one) => one.runId === runId);
  if (found === undefined) throw new Error(`no run ${runId}`);
  return found;
}

async function listed({ client, taskQueue }: World): Promise<{ workflowId: string; runId: string }[]> {
  const runs: { workflowId: string; runId: string }[] = [];
  const query = `TaskQueue = '${taskQueue}' AND WorkflowType = 'verifyOnSchedule'`;
  for await (const { workflowId, runId } of client.workflow.list({ query })) runs.push({ workflowId, runId });
  return runs;
}
