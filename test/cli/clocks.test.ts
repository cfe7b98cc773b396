import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { endScheduleWithTest, scheduleIn } from '../support/schedules.js';
import { givenAccounts, type World } from '../support/world.js';
import { outside } from './inWorld.js';
import type { Spoken } from './runPatchbay.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const SHIFTED_CLOCK = fileURLToPath(new URL('../support/shiftedClock.mjs', import.meta.url));
const HOUR_MS = 3_600_000;

/** Runs a command in a process of its own, whose clock is so far ahead of Temporal's. */
async function patchbayAhead(
  world: World,
  aheadMs: number,
  args: readonly string[],
  request?: object,
): Promise<Spoken> {
  const { env, input = '' } = outside(world, request);
  const child = spawn(process.execPath, ['--import', 'tsx', '--import', SHIFTED_CLOCK, 'src/cli/main.ts', ...args], {
    cwd: ROOT,
    env: { ...process.env, ...env, PATCHBAY_TEST_CLOCK_AHEAD_MS: String(aheadMs) },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  child.stdin.end(input);
  const [stdout, stderr, exited] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
  const [code] = exited as [number];
  return { code, stdout, stderr };
}

describe('a command whose clock is wrong', () => {
  test.each([
    ['two minutes ahead', 120_000, "2 min ahead of Temporal's"],
    ['two minutes behind', -120_000, "2 min behind Temporal's"],
  ])('%s sees the worker all the same, and says so of its clock', async (_how, aheadMs, distance) => {
    const world = await givenAccounts();

    const started = await patchbayAhead(world, aheadMs, ['onboard', '-', '--detach'], world.request());
    const status = await patchbayAhead(world, aheadMs, ['status', world.connection]);

    expect([started.code, status.code]).toEqual([0, 0]);
    expect(started.stderr).toContain(`The clock of this machine is ${distance}.`);
    expect(started.stderr + status.stderr + status.stdout).not.toContain('No worker polls');
  });

  test('has a connection verified one interval from now by Temporal’s clock', async () => {
    const world = await givenAccounts();
    endScheduleWithTest(world);
    expect((await patchbayAhead(world, HOUR_MS, ['onboard', '-'], world.request())).code).toBe(0);

    const { code, stdout } = await patchbayAhead(world, HOUR_MS, [
      'verify',
      world.connection,
      '--every',
      '24h',
      '--json',
    ]);

    expect(code).toBe(0);
    const [next] = (await scheduleIn(world).describe()).info.nextActionTimes;
    const { nextRun } = JSON.parse(stdout) as { nextRun: string };
    expect(nextRun).toBe(next?.toISOString());
    expect(Math.abs(Date.parse(nextRun) - (Date.now() + 24 * HOUR_MS))).toBeLessThan(HOUR_MS / 2);
  });
});
