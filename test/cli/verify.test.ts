import { describe, expect, test } from 'vitest';
import { workflowIds } from '../../src/contract/workflowIds.js';
import { readVerificationInput } from '../../src/contract/verificationInput.js';
import { verificationRequestOf } from '../../src/contract/verificationRequest.js';
import { runsOf } from '../../src/runHistory/chain.js';
import { inputOf, newestRun } from '../../src/runHistory/runs.js';
import { wantedOf } from '../../src/runHistory/requestOfRun.js';
import { NO_CALLS, started } from '../e2e/verifying.js';
import { forgetRuns } from '../support/forgetting.js';
import { endOf, endScheduleWithTest, isScheduled, scheduleIn, triggered } from '../support/schedules.js';
import { until } from '../support/until.js';
import { givenAccounts, type World } from '../support/world.js';
import { heldOnboarding, onboard, outside, patchbay, resultIn, said } from './inWorld.js';
import { runPatchbay, startPatchbay } from './runPatchbay.js';

const PERSON = '+12025550100';
const PROVE_ALL = { inbound: true, outbound: true, transfer: true };

/** A connection whose onboarding Temporal no longer has. */
async function givenForgotten(): Promise<World> {
  const world = await givenAccounts();
  expect((await onboard(world)).code).toBe(0);
  await forgetRuns(world);
  return world;
}

describe('what verify is asked', () => {
  test.each([
    ['an interval that is no duration', ['--every', 'daily']],
    ['an interval that is too short for test calls', ['--every', '9m']],
    ['to begin and to end a schedule at once', ['--every', '24h', '--stop']],
    ['to include the transfer in no schedule', ['--transfer']],
    ['a schedule of a request', ['request.yaml', '--every', '24h']],
    ['a region that does not exist', ['--region', 'mars']],
  ])('%s is a mistake of usage', async (_what, args) => {
    const { code, stdout, stderr } = await runPatchbay(['verify', 'acme', ...args]);
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).not.toBe('');
    expect(stderr).not.toContain('Temporal cannot be reached'); // refused before it is asked
  });
});

describe('whom test calls will ring', () => {
  test('is said before they do, by onboard, retry and verify, and not where nobody will be', async () => {
    const world = await givenAccounts();
    const words = `The transfer test will call ${PERSON} and says first that it is an automated test call.`;
    world.sandbox.faults.fail('POST /phone-number', { status: 400, times: 1 });

    expect((await onboard(world, world.request({ verification: PROVE_ALL }))).stderr).toContain(words);
    expect((await patchbay(world, ['retry', world.connection])).stderr).toContain(words);
    expect((await patchbay(world, ['verify', world.connection])).stderr).toContain(words);
    const quiet = world.request({ verification: { ...PROVE_ALL, transfer: false } });
    expect((await patchbay(world, ['verify', world.connection, '-'], quiet)).stderr).not.toContain('will call');
  });
});

describe('verify of a connection that is being set up', () => {
  test('explains that it is, unless it is told by a request what to call', async () => {
    const world = await givenAccounts();
    const { run, release } = await heldOnboarding(world);
    await until(async () => (await wantedOf(world.client, world.connection)).state === 'being-set-up' || undefined);

    const refused = await patchbay(world, ['verify', world.connection]);
    const told = await patchbay(world, ['verify', world.connection, '-', '--detach'], world.request());
    release();
    await run.ended;

    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain(`${world.connection} is being set up`);
    expect(told.code).toBe(0);
  });

  test('goes on calling what exists while further numbers are added', async () => {
    const world = await givenAccounts({ numbers: 2 });
    const [first = '', second = ''] = world.numbers;
    await onboard(world, world.request({ numbers: [{ number: first }] }));
    const gate = world.sandbox.faults.hold('POST /phone-number');
    await onboard(world, world.request({ numbers: [{ number: second }] }), '--detach');
    await gate.arrived;
    await until(async () => (await runsOf(world.client, world.connection)).runs.length === 2 || undefined);

    const spoken = await patchbay(world, ['verify', world.connection]);
    gate.release();
    await world.ended();

    expect(spoken.code).toBe(0);
    expect(await inputOfVerification(world)).toMatchObject({ numbers: [{ number: first }] });
  });
});

describe('verify of a connection that was extended', () => {
  test('keeps to the caps that the last request names, and derives the others for all numbers', async () => {
    const world = await givenAccounts({ numbers: 2 });
    const [first = '', second = ''] = world.numbers;
    await onboard(world, world.request({ numbers: [{ number: first }], verification: NO_CALLS }));
    const verification = { ...NO_CALLS, maxSpendUsd: 0.5 };
    await onboard(world, world.request({ numbers: [{ number: second }], verification }));

    await patchbay(world, ['verify', world.connection]);
    expect(await capsOfVerification(world)).toEqual({ numbers: 2, maxCalls: 14, maxSpendUsd: 0.5 });

    const numbers = [{ number: first }, { number: second }];
    const given = world.request({ numbers, verification: { ...NO_CALLS, maxCalls: 1 } });
    await patchbay(world, ['verify', world.connection, '-'], given);
    expect(await capsOfVerification(world)).toEqual({ numbers: 2, maxCalls: 1, maxSpendUsd: 1.3 });
  });

  test('keeps to them where Temporal no longer has the run that made the connection', async () => {
    const world = await givenAccounts({ numbers: 2 });
    const [first = '', second = ''] = world.numbers;
    await onboard(world, world.request({ numbers: [{ number: first }], verification: NO_CALLS }));
    await forgetRuns(world);
    const verification = { ...NO_CALLS, maxCalls: 1 };
    await onboard(world, world.request({ numbers: [{ number: second }], verification }));

    await patchbay(world, ['verify', world.connection]);

    expect(await inputOfVerification(world)).toMatchObject({ verification: { maxCalls: 1 } });
    expect(JSON.stringify(await inputOfVerification(world))).not.toContain('maxSpendUsd');
  });
});

describe('verify where a verification is under way', () => {
  test('follows it, and says that whom it announced may not ring', async () => {
    const world = await givenAccounts();
    await onboard(world);
    const gate = world.sandbox.faults.hold('POST /call');
    const other = await started(world, { verification: { transfer: false } });
    await gate.arrived;

    const joined = startPatchbay(['verify', world.connection], outside(world));
    await said(joined, /was under way already/);
    gate.release();
    const { code, stderr } = await joined.ended;

    expect(code).toBe(0);
    expect(stderr).toContain(`A verification of ${world.connection} was under way already`);
    expect(stderr).toContain('It may test other numbers or leave the transfer out.');
    expect(stderr).toContain(other.firstExecutionRunId);
  });
});

describe('verify where Temporal no longer has the onboarding', () => {
  test('needs the region or the request, and says how either is given', async () => {
    const world = await givenForgotten();

    const spoken = await patchbay(world, ['verify', world.connection]);

    expect(spoken.code).toBe(2);
    expect(spoken.stderr).toContain(`patchbay verify ${world.connection} --region us`);
    expect(spoken.stderr).toContain(`patchbay verify ${world.connection} request.yaml`);
  });

  test('takes what exists today as the desired state, warns of what that cannot notice, and the board names who is called', async () => {
    const world = await givenForgotten();

    const spoken = await patchbay(world, ['verify', world.connection, '--region', 'us', '--json']);

    expect(spoken.code).toBe(0);
    expect(spoken.stderr).toContain('the board names it before the call');
    expect(spoken.stderr).toContain(`the transfer test will call ${PERSON}`);
    const { verification, warnings } = resultIn(spoken);
    expect(verification.map(({ check, verdict }) => `${check} ${verdict}`)).toEqual([
      'inbound proven',
      'outbound proven',
      'transfer proven',
    ]);
    expect(warnings.join()).toContain('what exists today was taken as the desired state');
  });

  test('calls every number where only the run that made the connection is forgotten', async () => {
    const world = await givenAccounts({ numbers: 2 });
    const [first = '', second = ''] = world.numbers;
    await onboard(world, world.request({ numbers: [{ number: first }] }));
    await forgetRuns(world);
    await onboard(
      world,
      world.request({ numbers: [{ number: second }], verification: { ...PROVE_ALL, transfer: false } }),
    );

    const spoken = await patchbay(world, ['verify', world.connection, '--json']);

    expect(spoken.code).toBe(0);
    const { verification, warnings } = resultIn(spoken);
    expect(new Set(verification.map(({ number }) => number))).toEqual(new Set([first, second]));
    expect(warnings.join()).toContain('what exists today was taken as the desired state');
  });

  test('warns that the transfer is not tested where its tool leads to no telephone', async () => {
    const world = await givenForgotten();
    for (const tool of world.sandbox.vapi.tools.values())
      for (const destination of tool.destinations ?? [])
        Object.assign(destination, { sipUri: 'sip:reception@example.com' });

    const spoken = await patchbay(world, ['verify', world.connection, '--region', 'us', '--json']);

    const { verification, warnings } = resultIn(spoken);
    expect(verification.map(({ check }) => check)).toEqual(['inbound', 'outbound']);
    expect(warnings.join()).toContain('The transfer was not tested');
    expect(warnings.join()).toContain('destination must be E.164');
  });

  test('fails a number that is bound to no assistant', async () => {
    const world = await givenForgotten();
    for (const imported of world.sandbox.vapi.phoneNumbers.values()) delete imported.assistantId;

    const spoken = await patchbay(world, ['verify', world.connection, '--region', 'us', '--json']);

    expect(spoken.code).toBe(1);
    const { verification } = resultIn(spoken);
    expect(verification.find(({ check }) => check === 'inbound')).toMatchObject({ verdict: 'failed' });
    expect(verification.some(({ verdict }) => verdict === 'proven')).toBe(false);
    expect(verification[0]?.diagnosis?.cause).toContain('bound to no assistant');
  });
});

describe('verify --every', () => {
  test('says when the next run is and how to end it; --stop ends it, once', async () => {
    const world = await givenAccounts();
    endScheduleWithTest(world);
    await onboard(world);

    const made = await patchbay(world, ['verify', world.connection, '--every', '24h']);
    expect(made.code).toBe(0);
    expect(made.stdout).toMatch(/every 24h, next \d{4}-\d\d-\d\d \d\d:\d\d UTC, without the transfer/);
    expect(made.stdout).toContain(`patchbay verify ${world.connection} --stop`);
    expect(made.stderr).not.toContain('will call');

    const changed = await patchbay(world, ['verify', world.connection, '--every', '6h', '--transfer', '--json']);
    expect(JSON.parse(changed.stdout)).toEqual({
      connection: world.connection,
      scheduleId: `verification/${world.connection}`,
      every: '6h',
      nextRun: expect.stringMatching(/Z$/) as string,
      transfer: true,
    });
    expect(changed.stderr).toContain(`will call ${PERSON}`);

    expect((await patchbay(world, ['verify', world.connection, '--stop'])).code).toBe(0);
    expect(await isScheduled(world)).toBe(false);
    expect((await patchbay(world, ['verify', world.connection, '--stop'])).code).toBe(2);
  });

  test('needs the region of a connection that Temporal does not know', async () => {
    const world = await givenForgotten();
    endScheduleWithTest(world);

    expect((await patchbay(world, ['verify', world.connection, '--every', '24h'])).code).toBe(2);
    expect(await isScheduled(world)).toBe(false);
    expect((await patchbay(world, ['verify', world.connection, '--every', '24h', '--region', 'us'])).code).toBe(0);
    expect((await scheduleIn(world).describe()).action.args).toEqual([
      { connection: world.connection, region: 'us', transfer: false },
    ]);
  });

  test('is shown by status where nothing else of the connection is known', async () => {
    const world = await givenForgotten();
    endScheduleWithTest(world);
    await patchbay(world, ['verify', world.connection, '--every', '24h', '--region', 'us']);

    const { code, stdout } = await patchbay(world, ['status', world.connection]);

    expect(code).toBe(0);
    expect(stdout).toContain(`${world.connection}: Temporal knows no run of it`);
    expect(stdout).toMatch(/Scheduled verification: every 24h, next .* UTC, without the transfer/);
    const { stdout: json } = await patchbay(world, ['status', world.connection, '--json']);
    expect(JSON.parse(json)).toEqual({ stage: null, steps: [], result: null });
  });
});

describe('patchbay status', () => {
  test('adds the newest verification with what it lacks and the schedule, to the text alone', async () => {
    const world = await givenAccounts();
    endScheduleWithTest(world);
    await onboard(world, world.request({ verification: { ...PROVE_ALL, transfer: false } }));
    await patchbay(world, ['verify', world.connection, '--every', '24h']);
    for (const id of [...world.sandbox.vapi.phoneNumbers.keys()]) world.sandbox.vapi.phoneNumbers.delete(id);
    await endOf(await triggered(world));

    const { stdout } = await patchbay(world, ['status', world.connection]);
    expect(stdout).toMatch(/Last verification: \d{4}-\d\d-\d\d \d\d:\d\d UTC, a check failed/);
    expect(stdout).toContain(`  inbound of ${world.numbers[0] ?? ''}: failed: `);
    expect(stdout).toMatch(/Scheduled verification: every 24h, next .* UTC, without the transfer/);

    const { stdout: json } = await patchbay(world, ['status', world.connection, '--json']);
    expect(Object.keys(JSON.parse(json) as object)).toEqual(['stage', 'steps', 'result']);
  });
});

const inputOfVerification = (world: World): Promise<unknown> =>
  newestRun(world.client, world.connection, workflowIds.verification(world.connection)).then((run) =>
    run === undefined ? undefined : inputOf(world.client, run),
  );

/** How the newest verification was bounded. */
async function capsOfVerification(world: World) {
  const read = readVerificationInput(await inputOfVerification(world));
  if ('problems' in read) throw new Error(JSON.stringify(read.problems));
  const { numbers, verification } = verificationRequestOf(read.asked, { numbers: read.asked.numbers ?? [] });
  return { numbers: numbers.length, maxCalls: verification.maxCalls, maxSpendUsd: verification.maxSpendUsd };
}
