import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { findTemporalCli } from '../../src/devserver/temporalCli.js';
import { workflowIds } from '../../src/contract/workflowIds.js';
import { until } from '../support/until.js';
import { givenAccounts, type World } from '../support/world.js';
import { calls } from './verifying.js';

/** So long that the next attempt begins by the reset, and not by itself. */
const PATIENCE = { step: '5m', rollback: '5m', firstRetry: '60s' };

/**
 * Resets a step that waits for its next attempt, as an operator does in Temporal's UI or by its command
 * line.
 */
async function reset(world: World, workflowId: string, step: string): Promise<void> {
  const { activityId } = await until(async () => {
    const run = await world.client.workflow
      .getHandle(workflowId)
      .describe()
      .catch(() => undefined); // not started yet
    return run?.raw.pendingActivities?.find(
      ({ activityType, attempt }) => activityType?.name === step && attempt === 2,
    );
  });
  const cli = await findTemporalCli(() => undefined);
  const of = ['--workflow-id', workflowId, '--activity-id', activityId ?? ''];
  await promisify(execFile)(cli, ['activity', 'reset', ...of, '--address', world.temporal.address]);
}

test('a step whose answer was lost and that somebody resets in Temporal finds what it made, and makes no second one', async () => {
  const world = await givenAccounts();
  const { tools } = world.sandbox.vapi;
  const before = [...tools.keys()];
  world.sandbox.faults.loseAnswer('POST /tool', { times: 1 });
  const run = await world.patchbay.onboard(world.request({ patience: PATIENCE }));

  await reset(world, run.workflowId, 'ensureTransferTool');

  expect((await world.ended()).outcome).toBe('done');
  expect([...tools.keys()].filter((id) => !before.includes(id))).toHaveLength(1);
});

test('a test call whose answer was lost and whose step somebody resets in Temporal is not placed twice', async () => {
  const world = await givenAccounts();
  world.sandbox.faults.loseAnswer('POST /call', { times: 1 });
  await world.patchbay.onboard(world.request({ verification: { transfer: false }, patience: PATIENCE }));

  await reset(world, workflowIds.verification(world.connection), 'placeTestCall');

  expect((await world.ended()).outcome).toBe('verified');
  expect(calls(world)).toHaveLength(1);
});
