import { expect, test } from 'vitest';
import { foreignGroup } from '../../src/sandbox/index.js';
import { ALL_PROVEN, givenConnection, inShort, trunkIn, verified } from './verifying.js';

/**
 * Somebody moves the number to a group of our trunk and another one, which has this priority; ours has 1.
 */
async function givenMoved(priority: number) {
  const world = await givenConnection();
  const { didww } = world.sandbox;
  const group = foreignGroup(didww, 'sales hunt group');
  const member = [...didww.inboundTrunks.values()].find(({ groupId }) => groupId === group.id);
  const { trunk } = trunkIn(world);
  const did = didww.didByNumber(world.numbers[0] ?? '');
  if (did === undefined || member === undefined) throw new Error('the number or the group is not there');
  Object.assign(member, { priority });
  Object.assign(trunk, { groupId: group.id, priority: 1 });
  Object.assign(did, { voiceInTrunkId: null, voiceInTrunkGroupId: group.id });
  return { world, group, trunk };
}

test('a number whose calls come in through a group of our trunk is proven as any other', async () => {
  const { world } = await givenMoved(2);
  const before = world.sandbox.state();

  const report = await verified(world);

  expect({ outcome: report.outcome, checks: inShort(report) }).toEqual({ outcome: 'verified', checks: ALL_PROVEN });
  expect(world.sandbox.state()).toEqual(before);
});

test('where the group sends calls over another trunk, the group is named, and what to look at', async () => {
  const { world, group, trunk } = await givenMoved(0);

  const report = await verified(world, { verification: { outbound: false, transfer: false } });

  expect(inShort(report)).toEqual(['inbound failed didww']);
  const told = report.verification[0]?.diagnosis;
  for (const fact of [group.id, trunk.id, 'which holds']) expect(told?.cause).toContain(fact);
  expect(told?.action).toContain('which trunks that group tries first');
});

test('what keeps calls out besides is named before the group', async () => {
  const { world } = await givenMoved(2);
  const { configuration } = trunkIn(world);
  Object.assign(configuration, { host: 'elsewhere.example.com' });

  const report = await verified(world, { verification: { outbound: false, transfer: false } });

  expect(inShort(report)).toEqual(['inbound failed didww']);
  expect(report.verification[0]?.diagnosis?.cause).toContain('host');
});
