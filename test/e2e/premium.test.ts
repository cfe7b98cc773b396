import { describe, expect, test } from 'vitest';
import type { RequestInput } from '../../src/contract/request.js';
import { workflowIds } from '../../src/contract/workflowIds.js';
import { wantedOf } from '../../src/runHistory/requestOfRun.js';
import { scheduled, endOf, triggered } from '../support/schedules.js';
import { until } from '../support/until.js';
import { givenAccounts, type World } from '../support/world.js';
import { calls, givenConnection, inShort, reportOf } from './verifying.js';

const PREMIUM = '+19005551234';
const IS_PREMIUM = {
  message: 'is a premium-rate number of the calling code +1, and calls to it can cost many times an ordinary one',
  action: 'Name another number; or, to allow it at your cost, set limits.allowPremiumDestinations to true.',
};
const ALLOWED = { allowPremiumDestinations: true };
const PATIENCE = { step: '20s', rollback: '20s', firstRetry: '50ms' };

/** Telephones that a trunk of the account rang. */
const rung = ({ sandbox }: World) =>
  sandbox.didww.callRecords.outbound.map(({ destinationNumber }) => `+${destinationNumber}`);

/** A request whose transfer and way out lead to a premium-rate number. */
const expensive = (world: World, limits: RequestInput['limits'] = {}): RequestInput =>
  world.request({
    transfer: { destination: PREMIUM },
    verification: { outbound: { destination: PREMIUM } },
    patience: PATIENCE,
    limits,
  });

/** As another system starts a verification: of what the order says, or of what stands. */
async function verified(world: World, order: object) {
  const workflowId = workflowIds.verification(world.connection);
  const args = [{ connection: world.connection, region: 'us', ...order }];
  return reportOf(
    await world.client.workflow.start('verifyConnection', { workflowId, taskQueue: world.taskQueue, args }),
  );
}

/** As somebody does who writes another destination into the connection's transfer tool. */
function leadTool({ sandbox }: World, destination: string): void {
  for (const { destinations = [] } of sandbox.vapi.tools.values())
    for (const one of destinations) Object.assign(one, { sipUri: `sip:${destination}@fra.eu.out.didww.com` });
}

describe('a premium-rate destination', () => {
  test('is refused by an onboarding that does not allow it, and nothing is written', async () => {
    const world = await givenAccounts();

    const result = await world.client.workflow
      .start('onboardConnection', {
        workflowId: workflowIds.connection(world.connection),
        taskQueue: world.taskQueue,
        args: [expensive(world)],
      })
      .then(reportOf);

    expect(result).toMatchObject({ outcome: 'refused', failure: { class: 'invalid-request' } });
    expect(result.failure?.problems).toEqual([
      { path: 'transfer.destination', ...IS_PREMIUM },
      { path: 'verification.outbound.destination', ...IS_PREMIUM },
    ]);
    expect(world.sandbox.state()).toEqual(world.before);
  });

  test('is rung by an onboarding that allows it by name, and by what verifies the connection later', async () => {
    const world = await givenAccounts();

    const result = await world.onboard(expensive(world, ALLOWED));

    expect(result).toMatchObject({ outcome: 'verified', warnings: [] });
    expect(rung(world).filter((number) => number === PREMIUM)).toHaveLength(2);
    await until(async () => (await wantedOf(world.client, world.connection)).state === 'known' || undefined);
    expect(await wantedOf(world.client, world.connection)).toMatchObject({ input: { limits: ALLOWED } });
    await scheduled(world, { transfer: true });
    const { result: later } = await endOf(await triggered(world));
    expect(inShort(later)).toEqual(['inbound proven', 'outbound proven', 'transfer proven']);
    expect(rung(world).filter((number) => number === PREMIUM)).toHaveLength(3);
  });

  test('is refused in the input of a verification, and rung where that allows it', async () => {
    const world = await givenConnection(1, { transfer: { destination: PREMIUM }, limits: ALLOWED });
    const order = {
      numbers: world.numbers.map((number) => ({ number, assistantId: world.sandbox.assistantId })),
      transfer: { destination: PREMIUM, toolName: 'transfer_call_tool' },
      verification: { inbound: false, outbound: false, windowSeconds: 5 },
    };

    const refused = await verified(world, order);
    expect(refused).toMatchObject({ outcome: 'refused', failure: { class: 'invalid-request' } });
    expect(refused.failure?.problems).toEqual([{ path: 'transfer.destination', ...IS_PREMIUM }]);
    expect(calls(world)).toEqual([]);

    expect(inShort(await verified(world, { ...order, limits: ALLOWED }))).toEqual(['transfer proven']);
    expect(rung(world)).toContain(PREMIUM);
  });

  test('that somebody wrote into the tool is not rung by a verification of what stands, unless that allows it', async () => {
    const world = await givenConnection();
    leadTool(world, PREMIUM);
    const order = { verification: { windowSeconds: 5 } };

    const report = await verified(world, order);
    expect(inShort(report)).toEqual(['inbound proven', 'outbound proven']);
    expect(report.warnings.join()).toContain(`${PREMIUM}, which is a premium-rate number of the calling code +1`);
    expect(report.warnings.join()).toContain('limits.allowPremiumDestinations');
    expect(rung(world)).not.toContain(PREMIUM);

    expect(inShort(await verified(world, { ...order, limits: ALLOWED }))).toContain('transfer proven');
    expect(rung(world)).toContain(PREMIUM);
  });
});
