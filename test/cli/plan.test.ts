import { expect, test } from 'vitest';
import type { Plan } from '../../src/contract/plan.js';
import { plantedSecrets } from '../support/secrets.js';
import { givenAccounts } from '../support/world.js';
import { onboard, patchbay } from './inWorld.js';

test('patchbay plan shows each change with its sign, what is rung and the command, and ends with 8', async () => {
  const world = await givenAccounts();
  const spoken = await patchbay(world, ['plan', '-'], world.request({ verification: {} }));
  expect(spoken.code).toBe(8);
  expect(spoken.stdout).toContain(`${world.connection}: 6 to create, 2 to change`);
  expect(spoken.stdout).toContain(`  + DIDWW outbound trunk patchbay ${world.connection} out`);
  expect(spoken.stdout).toContain('      limits.channels: 10');
  expect(spoken.stdout).toContain('+12025550100, by the transfer test call');
  expect(spoken.stdout).toContain('To carry it out: patchbay onboard');
  for (const secret of plantedSecrets(world.sandbox)) expect(spoken.stdout + spoken.stderr).not.toContain(secret);
});

test('patchbay plan ends with 0 where nothing is to change, for a file and for the name of the connection', async () => {
  const world = await givenAccounts();
  await onboard(world);
  const [ofFile, ofSlug] = [
    await patchbay(world, ['plan', '-'], world.request()),
    await patchbay(world, ['plan', world.connection]),
  ];
  expect([ofFile.code, ofSlug.code]).toEqual([0, 0]);
  expect(ofSlug.stdout).toContain(`${world.connection}: nothing to change`);
});

test('patchbay plan shows of a long list what is added and removed, and says that no command changes it yet', async () => {
  const world = await givenAccounts();
  await onboard(world);
  const spoken = await patchbay(world, ['plan', '-'], world.request({ sip: { allowedIps: ['198.51.100.7'] } }));
  expect(spoken.code).toBe(8);
  expect(spoken.stdout).toContain('      sip.allowedIps: added 198.51.100.7/32\n');
  expect(spoken.stdout).toContain('[calls may fail while it is made]');
  expect(spoken.stdout).not.toContain('To carry it out');
});

test('patchbay plan shows a value of several lines on one, so that none passes for a line of the plan', async () => {
  const world = await givenAccounts();
  const transfer = { destination: '+12025550100', when: 'Always.\n  - Vapi assistant Forged' };
  const spoken = await patchbay(world, ['plan', '-'], world.request({ transfer }));
  expect(spoken.stdout).toContain('transfer.when: Always. ⏎ - Vapi assistant Forged\n');
  expect(spoken.stdout).not.toMatch(/^ {2}- Vapi/m);
});

test('patchbay plan --json prints the Plan alone, also where it is refused, and ends with 5', async () => {
  const world = await givenAccounts();
  const spoken = await patchbay(
    world,
    ['plan', '-', '--json'],
    world.request({ numbers: [{ number: '+4930123456' }] }),
  );
  expect(spoken.code).toBe(5);
  const plan = JSON.parse(spoken.stdout) as Plan;
  expect(Object.keys(plan)).toEqual(['connection', 'changes', 'problems', 'warnings', 'rings']);
  expect(plan.problems).toMatchObject([{ path: 'numbers[0].number' }]);
});

test('patchbay plan ends with 4 where a provider refuses its key, and --json says why', async () => {
  const world = await givenAccounts();
  world.sandbox.faults.fail('* *', { server: 'didww', status: 401 });
  const spoken = await patchbay(world, ['plan', '-', '--json'], world.request());
  expect(spoken.code).toBe(4);
  expect(JSON.parse(spoken.stdout)).toMatchObject({ changes: [], problems: [{ path: 'didww.account' }] });
});

test('patchbay plan ends with 2 for a connection that Temporal does not know, and for a wrong request', async () => {
  const world = await givenAccounts();
  const [unknown, wrong, twice] = [
    await patchbay(world, ['plan', world.connection]),
    await patchbay(world, ['plan', '-'], { connection: 'x' }),
    await patchbay(world, ['plan', '-', '--region', 'eu'], world.request()),
  ];
  expect([unknown.code, wrong.code, twice.code]).toEqual([2, 2, 2]);
  expect(twice.stderr).toContain('Leave --region out');
  expect(unknown.stderr).toContain('patchbay plan request.yaml');
});
