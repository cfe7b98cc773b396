import { describe, expect, test } from 'vitest';
import { workflowIds } from '../../src/contract/workflowIds.js';
import type { Result } from '../../src/contract/result.js';
import { givenAccounts } from '../support/world.js';
import { calls, givenConnection, inShort, started, verified } from './verifying.js';

describe('money and slots', () => {
  test('a cap that does not pay for a call places none, and says why', async () => {
    const world = await givenConnection();

    const report = await verified(world, { verification: { maxSpendUsd: 0.1 } });

    expect(inShort(report)).toEqual([
      'inbound inconclusive our-request',
      'outbound inconclusive our-request',
      'transfer inconclusive our-request',
    ]);
    expect(calls(world)).toEqual([]);
  });

  test('a call that Vapi reports as cheap leaves no more to spend than its legs at both providers may have cost', async () => {
    const world = await givenConnection(2);
    world.sandbox.vapi.switches.modelUsdPerMinute = 0;
    const order = { verification: { transfer: false, maxSpendUsd: 0.3 } };

    const report = await verified(world, order);

    expect(inShort(report)).toEqual([
      'inbound inconclusive our-request',
      'outbound proven',
      'inbound proven',
      'outbound inconclusive our-request',
    ]);
    const reported = [...world.sandbox.vapi.calls.values()].map(({ cost }) => cost);
    expect(reported).toHaveLength(2);
    expect(report.spent?.calls).toBe(1);
    expect(report.spent?.usd).toBeGreaterThan(reported.reduce((sum, cost) => sum + cost, 0) + 0.05);
    expect(report.spent?.usd).toBeLessThanOrEqual(0.3);
  });

  test('frozen billing is inconclusive, and no further call is tried', async () => {
    const world = await givenConnection(2);
    world.sandbox.vapi.switches.billing = 'frozen';

    const report = await verified(world);

    expect(report.outcome).toBe('inconclusive');
    expect(
      report.verification.every(
        ({ verdict, diagnosis }) => verdict === 'inconclusive' && diagnosis?.side === 'billing',
      ),
    ).toBe(true);
    expect(calls(world)).toHaveLength(1);
  });

  test.each(['wait', 'refuse', 'end'] as const)(
    'without a free slot (%s) the call waits for one',
    async (overLimit) => {
      const world = await givenConnection();
      Object.assign(world.sandbox.vapi.switches, { overLimit, slotsInUse: 10 });
      const handle = await started(world, { verification: { transfer: false } });
      await expect
        .poll(() => world.sandbox.requests().some(({ method, path }) => method === 'POST' && path === '/call'))
        .toBe(true);
      world.sandbox.vapi.switches.slotsInUse = 0;

      const report = (await handle.result()) as Result;

      expect(inShort(report)).toEqual(['inbound proven', 'outbound proven']);
    },
  );

  test('a call that would take the last slot is ended at once and tried again', async () => {
    const world = await givenConnection();
    world.sandbox.vapi.switches.slotsInUse = 9;
    const handle = await started(world, { verification: { transfer: false } });
    await expect.poll(() => calls(world).length).toBe(1);
    world.sandbox.vapi.switches.slotsInUse = 0;

    expect(inShort((await handle.result()) as Result)).toEqual(['inbound proven', 'outbound proven']);
    expect(calls(world).every(({ status }) => status === 'ended')).toBe(true);
  });

  test.each(['wait', 'refuse', 'end'] as const)(
    'an organisation with fewer slots than a call takes (%s) is told so at its first answer, and called no more',
    async (overLimit) => {
      const world = await givenConnection(2);
      Object.assign(world.sandbox.vapi.switches, { overLimit, concurrencyLimit: 1 });

      const report = await verified(world, { verification: { windowSeconds: 60 } });

      expect(report.outcome).toBe('inconclusive');
      expect(report.verification.map(({ verdict, diagnosis }) => ({ verdict, ...diagnosis }))).toEqual([
        ...Array<object>(4).fill(TOO_FEW_SLOTS),
        { ...TOO_FEW_SLOTS, cause: `${NOT_TRIED}: ${TOO_FEW_SLOTS.cause}` },
      ]);
      expect(calls(world).map(({ status }) => status)).toEqual(['ended']);
      expect(report.spent).toMatchObject({ calls: 1 });
    },
  );

  test('a single slot is enough to call a telephone', async () => {
    const world = await givenConnection();
    world.sandbox.vapi.switches.concurrencyLimit = 1;

    const report = await verified(world, { verification: { outbound: { destination: '+493012345678' } } });

    expect(inShort(report)).toEqual([
      'inbound inconclusive billing',
      'outbound proven',
      'transfer inconclusive billing',
    ]);
    expect(calls(world)).toHaveLength(2);
  });
});

const NOT_TRIED = 'The transfer was not tried, as no number was proven to take calls';
const TOO_FEW_SLOTS = {
  verdict: 'inconclusive',
  side: 'billing',
  cause: 'The Vapi organisation has 1 call slot in all, and a test call between two of its numbers takes 2',
  action: 'Raise the concurrency limit of the Vapi organisation, then run the verification again.',
};

describe('a verification that is disturbed', () => {
  test('leaves no call on the line where it is cancelled', async () => {
    const world = await givenConnection();
    world.sandbox.network.phaseMs = 2_000;
    const handle = await started(world);
    await expect.poll(() => calls(world).at(0)?.status, { timeout: 20_000 }).toBe('in-progress');

    await handle.cancel();
    await expect(handle.result()).rejects.toThrow();

    expect(await handle.describe()).toMatchObject({ status: { name: 'CANCELLED' } });
    expect(calls(world)).toHaveLength(1);
    expect(calls(world)[0]?.status).toBe('ended');
  });

  test('has the ids of a call that could not be followed to quote, and tries no further one', async () => {
    const world = await givenConnection(2);
    world.sandbox.faults.fail('GET /call/:id', { status: 400 });

    const report = await verified(world, { verification: { transfer: false } });

    expect(inShort(report).every((text) => text.endsWith('inconclusive vapi'))).toBe(true);
    expect(report.verification.find(({ evidence }) => evidence['callId'] !== undefined)).toMatchObject({
      evidence: { callId: calls(world)[0]?.id },
      diagnosis: { cause: expect.stringContaining('could not be made or followed') as string },
    });
    expect(calls(world)).toHaveLength(1);
  });

  test('finds the call that was placed although its answer was lost', async () => {
    const world = await givenConnection();
    world.sandbox.faults.loseAnswer('POST /call', { times: 1 });

    const report = await verified(world, { verification: { transfer: false } });

    expect(inShort(report)).toEqual(['inbound proven', 'outbound proven']);
    expect(calls(world)).toHaveLength(1);
  });

  test('finds it, too, where the list shows it late and it holds the slots that a second one would need', async () => {
    const world = await givenConnection();
    const { vapi, network, faults } = world.sandbox;
    network.phaseMs = 600;
    vapi.switches.overLimit = 'refuse';
    faults.loseAnswer('POST /call', { times: 1 });
    const handle = await started(world, { verification: { transfer: false } });
    await expect.poll(() => calls(world).length, { timeout: 20_000, interval: 20 }).toBe(1);
    vapi.switches.listLagMs.calls = 6_000;
    await expect.poll(() => calls(world).at(0)?.status, { timeout: 20_000 }).toBe('in-progress');
    vapi.switches.slotsInUse = 10;

    const report = (await handle.result()) as Result;

    expect(inShort(report)).toEqual(['inbound proven', 'outbound proven']);
    expect(calls(world)).toHaveLength(1);
    expect(report.spent?.calls).toBe(1);
  });

  test('fails where nothing of the connection stands, and for input that is no order', async () => {
    const world = await givenAccounts();
    const order = {
      connection: world.connection,
      region: 'us',
      numbers: [{ number: world.numbers[0], assistantId: world.sandbox.assistantId }],
    };
    const run = async (args: [unknown]): Promise<unknown> =>
      world.client.workflow
        .execute('verifyConnection', {
          workflowId: workflowIds.verification(world.connection),
          taskQueue: world.taskQueue,
          args,
        })
        .catch((error: unknown) => (error as { cause: { type: string; details: unknown[] } }).cause);

    expect(await run([order])).toMatchObject({
      type: 'PreflightRefused',
      details: [{ outcome: 'refused', failure: { class: 'not-found' } }],
    });
    expect(await run([{ connection: world.connection, region: 'mars' }])).toMatchObject({
      type: 'InvalidRequest',
      details: [{ outcome: 'refused', failure: { class: 'invalid-request' } }],
    });
  });
});
