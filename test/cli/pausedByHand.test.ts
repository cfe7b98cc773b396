import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { ScheduleDescription } from '@temporalio/client';
import { describe, expect, test } from 'vitest';
import { findTemporalCli } from '../../src/devserver/temporalCli.js';
import { workflowIds } from '../../src/contract/workflowIds.js';
import { givenServer } from '../support/configuredServer.js';
import { endScheduleWithTest, scheduled, scheduleIn } from '../support/schedules.js';
import { until } from '../support/until.js';
import { givenAccounts, type World } from '../support/world.js';
import { outside, patchbay, said } from './inWorld.js';
import { startPatchbay } from './runPatchbay.js';

/** Runs Temporal's own command line, as an operator does. */
async function temporal({ temporal: { address } }: World, ...args: readonly string[]): Promise<void> {
  const cli = await findTemporalCli(() => undefined);
  await promisify(execFile)(cli, [...args, '--address', address, '--identity', 'ada@ops']);
}

/** Carries out a command that Patchbay has told. */
const carriedOut = (world: World, command: string): Promise<void> => temporal(world, ...command.split(' ').slice(1));

/** The command in what was said that begins like this. */
const commandIn = (text: string, begins: string): string =>
  text
    .split('\n')
    .map((line) => line.slice(Math.max(0, line.indexOf(begins))).trim())
    .find((line) => line.startsWith(begins)) ?? '';

/** An onboarding whose outbound trunk is refused for passing reasons until the fault is cleared. */
async function givenRetriedStep(): Promise<{ readonly world: World; readonly of: readonly string[] }> {
  const world = await givenAccounts();
  world.sandbox.faults.fail('POST /voice_out_trunks', { status: 503 });
  await world.patchbay.onboard(world.request({ patience: { step: '1h', rollback: '1h', firstRetry: '50ms' } }));
  return { world, of: await retriedStep(world, workflowIds.connection(world.connection)) };
}

/** The step of this run that is being retried, as Temporal's command line names it. */
async function retriedStep({ client }: World, workflowId: string): Promise<readonly string[]> {
  const { activityId } = await until(async () => {
    const run = await client.workflow
      .getHandle(workflowId)
      .describe()
      .catch(() => undefined); // not started yet
    return run?.raw.pendingActivities?.find(({ attempt }) => (attempt ?? 0) > 1);
  });
  return ['--workflow-id', workflowId, '--activity-id', activityId ?? ''];
}

/** The same, and somebody has paused that step. */
async function givenPausedStep(): Promise<World> {
  const { world, of } = await givenRetriedStep();
  await temporal(world, 'activity', 'pause', ...of, '--reason', 'DIDWW is down');
  return world;
}

describe('a step that somebody paused in Temporal', () => {
  test('is told by status and watch, with who, why, and the command that lets it go on', async () => {
    const world = await givenPausedStep();

    const { stdout } = await patchbay(world, ['status', world.connection]);
    const watching = startPatchbay(['watch', world.connection], outside(world));
    await said(watching, /ensure outbound trunk was paused in Temporal by .*ada@ops.*\("DIDWW is down"\)/);
    expect(stdout).toMatch(/ensure outbound trunk was paused in Temporal by .*ada@ops.* UTC \("DIDWW is down"\)/);
    expect(stdout).not.toContain('is retried');

    world.sandbox.faults.clear();
    await carriedOut(world, commandIn(stdout, 'temporal activity unpause'));

    expect((await watching.ended).code).toBe(0);
  });

  test('is what resume names: no step waits for it', async () => {
    const world = await givenPausedStep();

    const { code, stderr } = await patchbay(world, ['resume', world.connection]);

    expect(code).toBe(2);
    expect(stderr).toContain('ensure outbound trunk was paused in Temporal');
    world.sandbox.faults.clear();
    await carriedOut(world, commandIn(stderr, 'temporal activity unpause'));
    expect((await world.ended()).outcome).toBe('done');
  });
});

test('a step of the run that edits an assistant, and that somebody paused in Temporal, is told with its command', async () => {
  const world = await givenAccounts();
  world.sandbox.faults.fail('PATCH /assistant/:id', { status: 503 });
  await world.patchbay.onboard(
    world.request({
      transfer: { destination: '+12025550100' },
      patience: { step: '1h', rollback: '1h', firstRetry: '50ms' },
    }),
  );
  const { assistantId } = world.sandbox;
  await temporal(world, 'activity', 'pause', ...(await retriedStep(world, workflowIds.assistant(assistantId))));

  const { stdout } = await patchbay(world, ['status', world.connection]);
  const resumed = await patchbay(world, ['resume', world.connection]);

  const words = `apply assistant edit of assistant ${assistantId} was paused in Temporal by `;
  expect(stdout).toContain(words);
  expect(resumed).toMatchObject({ code: 2, stderr: expect.stringContaining(words) as string });
  world.sandbox.faults.clear();
  await carriedOut(world, commandIn(stdout, 'temporal activity unpause'));
  expect((await world.ended()).outcome).toBe('done');
});

test('a step on a number that somebody paused in Temporal is told with the number and its command', async () => {
  const world = await givenAccounts();
  const [number = ''] = world.numbers;
  world.sandbox.faults.fail('POST /phone-number', { status: 503 });
  await world.patchbay.onboard(world.request({ patience: { step: '1h', rollback: '1h', firstRetry: '50ms' } }));
  const of = await retriedStep(world, workflowIds.connection(world.connection));
  await temporal(world, 'activity', 'pause', ...of);

  const { stdout } = await patchbay(world, ['status', world.connection]);

  expect(stdout).toContain(`ensure import of ${number} was paused in Temporal by `);
  world.sandbox.faults.clear();
  await carriedOut(world, commandIn(stdout, 'temporal activity unpause'));
  expect((await world.ended()).outcome).toBe('done');
});

test('of many numbers under way, each that is tried again is told', async () => {
  const world = await givenAccounts({ numbers: 30 });
  world.sandbox.faults.fail('POST /phone-number', { status: 503 });
  const patience = { step: '1h', rollback: '1h', firstRetry: '1s' };
  await world.patchbay.onboard(world.request({ numbers: world.numbers.map((number) => ({ number })), patience }));

  await until(async () => {
    const { stdout } = await patchbay(world, ['status', world.connection]);
    return world.numbers.every((number) => stdout.includes(`ensure import of ${number} is retried`)) || undefined;
  });

  world.sandbox.faults.clear();
  expect((await world.ended()).outcome).toBe('done');
});

test('limits that somebody gave a step in Temporal are told, with the command that takes them away', async () => {
  const { world, of } = await givenRetriedStep();
  const limits = ['--retry-maximum-attempts', '500', '--schedule-to-close-timeout', '2h'];
  await temporal(world, 'activity', 'update-options', ...of, ...limits);

  const { stdout } = await patchbay(world, ['status', world.connection]);
  expect(stdout).toContain('ensure outbound trunk was given limits in Temporal: at most 500 attempts, 2h in all');
  await carriedOut(world, commandIn(stdout, 'temporal activity update-options'));

  expect((await patchbay(world, ['status', world.connection])).stdout).not.toContain('was given limits');
  world.sandbox.faults.clear();
  expect((await world.ended()).outcome).toBe('done');
});

test('a run that somebody paused in Temporal is told as that, and goes on by the command that is told', async () => {
  const { address } = await givenServer({ 'frontend.WorkflowPauseEnabled': true });
  const world = await givenAccounts({ temporal: { address } });
  const gate = world.sandbox.faults.hold('POST /voice_out_trunks', { times: 1 });
  await world.patchbay.onboard(world.request());
  await gate.arrived;
  const id = workflowIds.connection(world.connection);
  await temporal(world, 'workflow', 'pause', '--workflow-id', id, '--reason', 'maintenance');

  const shown = await patchbay(world, ['status', world.connection]);
  const resumed = await patchbay(world, ['resume', world.connection]);

  const words = new RegExp(`the run ${id} was paused in Temporal by .*ada@ops.*\\("maintenance"\\)`);
  expect(shown.stdout).toMatch(words);
  expect(resumed).toMatchObject({ code: 2, stderr: expect.stringMatching(words) as string });
  gate.release();
  await carriedOut(world, commandIn(shown.stdout, 'temporal workflow unpause'));
  expect((await world.ended()).outcome).toBe('done');
});

describe('a schedule that somebody edited in Temporal', () => {
  test('is shown as it is, with the command that replaces it, which tells how it was left', async () => {
    const world = await givenAccounts();
    await world.onboard();
    await scheduled(world);
    await scheduleIn(world).update((description) => ({
      ...description,
      spec: { cronExpressions: ['30 3 * * 1-5'], timezone: 'Europe/Berlin' },
      state: { ...description.state, remainingActions: 0 },
    }));
    // Temporal may carry out a pause before an update that came first, which then undoes it.
    await until(async () => isByCalendar(await scheduleIn(world).describe()) || undefined);
    await scheduleIn(world).pause('until the move is over');
    await until(async () => (await scheduleIn(world).describe()).state.paused || undefined);

    const shown = await patchbay(world, ['status', world.connection]);
    const replaced = await patchbay(world, ['verify', world.connection, '--every', '12h']);

    for (const { stdout } of [shown, replaced]) {
      expect(stdout).toContain('cron 30 3 * * 1-5 (Europe/Berlin), 0 more times');
      expect(stdout).toContain('until the move is over');
    }
    expect(shown.stdout).toContain(`patchbay verify ${world.connection} --every 24h`);
    expect(replaced.stdout).toContain('every 12h');
    expect((await scheduleIn(world).describe()).state).toMatchObject({ paused: true, note: 'until the move is over' });
    await carriedOut(world, commandIn(replaced.stdout, 'temporal schedule toggle'));
    expect((await scheduleIn(world).describe()).state.paused).toBe(false);
    expect((await scheduleIn(world).describe()).state.remainingActions).toBeUndefined();
    endScheduleWithTest(world);
  });
});

/** Whether a schedule goes by a calendar, into which Temporal turns a cron expression. */
const isByCalendar = ({ spec }: ScheduleDescription): boolean => (spec.calendars ?? []).length > 0;
