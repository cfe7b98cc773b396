import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { workflowIds } from '../../src/domain/marks.js';
import type { RequestInput } from '../../src/domain/request.js';
import type { CheckResult } from '../../src/domain/result.js';
import type { VerificationReport } from '../../src/workflows/verifyConnection.js';
import type { VapiCall } from '../../src/sandbox/vapi/index.js';
import { givenAccounts, type World } from '../support/world.js';

const PERSON = '+12025550100';
const NO_CALLS = { inbound: false, outbound: false, transfer: false };

/** A connection of so many numbers that stands and was never called. */
async function givenConnection(numbers = 1, members: Partial<RequestInput> = {}): Promise<World> {
  const world = await givenAccounts({ numbers });
  const result = await world.onboard(
    world.request({ numbers: world.numbers.map((number) => ({ number })), verification: NO_CALLS, ...members }),
  );
  expect(result.outcome).toBe('done');
  return world;
}

interface Order {
  readonly verification?: Record<string, unknown>;
  readonly numbers?: readonly { number: string; assistantId: string }[];
}

/** What another system starts. */
async function started(world: World, { verification = {}, numbers }: Order = {}) {
  return world.client.workflow.start('verifyConnection', {
    workflowId: workflowIds.verification(world.connection),
    taskQueue: world.taskQueue,
    args: [
      {
        connection: world.connection,
        region: 'us',
        numbers: numbers ?? world.numbers.map((number) => ({ number, assistantId: world.sandbox.assistantId })),
        transfer: { destination: PERSON, toolName: 'transfer_call_tool' },
        verification,
      },
    ],
  });
}

/** The report of a verification, whether it completed or failed. */
async function verified(world: World, order: Order = {}): Promise<VerificationReport> {
  const handle = await started(world, order);
  try {
    return (await handle.result()) as VerificationReport;
  } catch (error) {
    const { details } = (error as { cause: { details: [VerificationReport] } }).cause;
    return details[0];
  }
}

const calls = (world: World, type: VapiCall['type'] = 'outboundPhoneCall'): VapiCall[] =>
  [...world.sandbox.vapi.calls.values()].filter((call) => call.type === type);
const inShort = ({ verification }: { verification: readonly CheckResult[] }): string[] =>
  verification.map(({ check, verdict, diagnosis }) =>
    [check, verdict, diagnosis?.side].filter((part) => part !== undefined).join(' '),
  );
const ALL_PROVEN = ['inbound proven', 'outbound proven', 'transfer proven'];
const trunkIn = (world: World) => {
  const [trunk] = [...world.sandbox.didww.inboundTrunks.values()].filter(
    ({ name }) => name === `patchbay ${world.connection} in`,
  );
  if (trunk?.configuration.type !== 'sip_configurations') throw new Error('no inbound trunk');
  return { trunk, configuration: trunk.configuration };
};

describe('a healthy connection', () => {
  test('of one number is proven by a call to itself and a transfer call', async () => {
    const world = await givenConnection();

    const report = await verified(world);

    expect(inShort(report)).toEqual(ALL_PROVEN);
    expect(report).toMatchObject({ outcome: 'verified', spent: { calls: 2 }, leftovers: [], warnings: [] });
    expect(report.spent.usd).toBeGreaterThan(0);
    expect(report.verification[2]?.evidence).toMatchObject({
      audio: 'both ways',
      forced: false,
      transferStatus: 'connected',
    });
    expect(calls(world).map(({ name }) => name?.replace(/-[0-9a-f]{8}-/, '-RUN-'))).toEqual([
      `pb-${world.connection}-RUN-1`,
      `pb-${world.connection}-RUN-2`,
    ]);
  });

  test('of three numbers is proven by three calls in a ring and one transfer call', async () => {
    const world = await givenConnection(3);

    const report = await verified(world);

    expect(report.outcome).toBe('verified');
    expect(report.verification).toHaveLength(7);
    expect(calls(world)).toHaveLength(4);
    expect(report.spent.calls).toBe(4);
  });

  test('proves what was asked for and nothing else, and nothing asked for is done without a call', async () => {
    const world = await givenConnection();

    expect(inShort(await verified(world, { verification: { outbound: false, transfer: false } }))).toEqual([
      'inbound proven',
    ]);
    expect(await verified(world, { verification: NO_CALLS })).toMatchObject({ outcome: 'done', verification: [] });
    expect(calls(world)).toHaveLength(1);
  });

  test('says what it does: board, summaries, evidence that quotes both legs', async () => {
    const world = await givenConnection();
    const handle = await started(world);
    await handle.result();

    const progress = await handle.query<{ stage: string; steps: { name: string; state: string }[] }>('progress');
    const [number] = world.numbers;
    expect(progress.steps.map(({ name, state }) => `${name}: ${state}`)).toEqual([
      'read the accounts: done',
      `test call ${number ?? ''}: done`,
      `transfer call ${number ?? ''}: done`,
    ]);
    const { events } = await handle.fetchHistory();
    const summaries = (events ?? []).map((event) => Buffer.from(event.userMetadata?.summary?.data ?? []).toString());
    expect(summaries).toContain(`"place call ${number ?? ''} from ${number ?? ''} (inbound, outbound)"`);
  });
});

describe('a number that nothing reaches', () => {
  test('as it calls itself and its carrier does not carry that is inconclusive, and callFrom is the advice', async () => {
    const world = await givenConnection();
    world.sandbox.network.switches.selfCalls = 'lost';

    const report = await verified(world);

    expect(report.outcome).toBe('inconclusive');
    expect(report.verification.every(({ verdict }) => verdict === 'inconclusive')).toBe(true);
    expect(report.verification[0]?.diagnosis?.action).toContain('callFrom');
  });

  test('by itself is reached from callFrom', async () => {
    const world = await givenConnection();
    world.sandbox.network.switches.selfCalls = 'lost';
    const other = world.sandbox.vapi.addPhoneNumber({
      provider: 'twilio',
      number: '+12025550142',
      numberE164CheckEnabled: true,
    });

    const report = await verified(world, { verification: { callFrom: other.number } });

    expect(inShort(report)).toEqual(ALL_PROVEN);
  });

  test('as it is routed elsewhere fails at DIDWW, and says so', async () => {
    const world = await givenConnection();
    const did = world.sandbox.didww.didByNumber(world.numbers[0] ?? '');
    if (did !== undefined) Object.assign(did, { voiceInTrunkId: null });

    const report = await verified(world);

    expect(inShort(report).slice(0, 2)).toEqual(['inbound failed didww', 'outbound inconclusive carrier']);
    expect(report.verification[0]?.diagnosis?.cause).toContain('not routed');
    expect(report).toMatchObject({ outcome: 'rolled-back', failure: { class: 'not-proven' } });
  });

  test('as Vapi does not know where the call comes from fails at Vapi, although it calls itself', async () => {
    const world = await givenConnection();
    for (const [id, credential] of world.sandbox.vapi.credentials) {
      if (credential.name?.endsWith(' in') !== true) continue;
      world.sandbox.vapi.credentials.set(id, { ...credential, gateways: [] });
    }

    const report = await verified(world);

    expect(inShort(report)[0]).toBe('inbound failed vapi');
    expect(report.verification[0]?.evidence).toMatchObject({ didwwCode: '401' });
  });
});

describe('what fails', () => {
  test('an assistant that another number was given to is told apart', async () => {
    const world = await givenConnection();
    const report = await verified(world, {
      numbers: [{ number: world.numbers[0] ?? '', assistantId: randomUUID() }],
      verification: { transfer: false },
    });

    expect(inShort(report)).toEqual(['inbound failed vapi', 'outbound proven']);
  });

  test.each([
    ['from-caller', 'the caller spoke'],
    ['to-caller', 'the assistant spoke'],
  ] as const)('one-way audio (%s) is a failure of its own', async (lostAudio, cause) => {
    const world = await givenConnection();
    world.sandbox.network.switches.lostAudio = lostAudio;

    const report = await verified(world, { verification: { transfer: false } });

    expect(inShort(report)).toEqual(['inbound failed network', 'outbound failed network']);
    expect(report.verification[0]?.diagnosis?.cause).toContain(cause);
  });

  test('a trunk that was blocked takes the blame for the way out alone', async () => {
    const world = await givenConnection();
    for (const trunk of world.sandbox.didww.outboundTrunks.values()) trunk.status = 'blocked';

    const report = await verified(world);

    expect(inShort(report)).toEqual([
      'inbound inconclusive vapi',
      'outbound failed didww',
      'transfer inconclusive vapi',
    ]);
    expect(report.verification[1]?.diagnosis?.cause).toContain('blocked');
  });

  test('a number that is not imported any more fails without a call', async () => {
    const world = await givenConnection();
    world.sandbox.vapi.phoneNumbers.clear();

    const report = await verified(world);

    expect(inShort(report)).toEqual(['inbound failed vapi', 'outbound failed vapi', 'transfer inconclusive vapi']);
    expect(calls(world)).toEqual([]);
  });
});

describe('a transfer', () => {
  const asked = { verification: { inbound: false, outbound: false } };

  test.each(['busy', 'no-answer', 'declines'] as const)('to a person who is %s is inconclusive', async (farEnd) => {
    const world = await givenConnection();
    world.sandbox.network.farEnd(PERSON, farEnd);

    expect(inShort(await verified(world, asked))).toEqual(['transfer inconclusive carrier']);
  });

  test('to a person who says nothing is proven with the audio unproven', async () => {
    const world = await givenConnection();
    world.sandbox.network.farEnd(PERSON, 'silent');

    const report = await verified(world, asked);

    expect(report.verification[0]).toMatchObject({ verdict: 'proven', evidence: { audio: 'unproven' } });
  });

  test('is proven by the records of DIDWW where Vapi does not tell its status', async () => {
    const world = await givenConnection();
    world.sandbox.vapi.switches.transferStatusReported = false;

    const report = await verified(world, asked);

    expect(report.verification[0]).toMatchObject({ verdict: 'proven', evidence: { didwwCode: '200' } });
  });

  test('that DIDWW refuses fails, although Vapi says that it was forwarded', async () => {
    const world = await givenConnection();
    world.sandbox.vapi.switches.transferStatusReported = false;
    Object.assign(trunkIn(world).configuration, { maxTransfers: 0 });

    const report = await verified(world, asked);

    expect(inShort(report)).toEqual(['transfer failed didww']);
    expect(report.verification[0]).toMatchObject({ evidence: { inboundEndedReason: 'assistant-forwarded-call' } });
    expect(report.verification[0]?.diagnosis?.cause).toContain('max_transfers');
  });

  test('that the assistant does not make by itself is forced, and the verdict says so', async () => {
    const world = await givenConnection();
    world.sandbox.vapi.switches.modelIgnoresTools = true;
    world.sandbox.network.phaseMs = 500;

    const report = await verified(world, asked);

    expect(report.verification[0]).toMatchObject({ verdict: 'proven', evidence: { forced: true, toolFired: false } });
  });

  test('by an assistant that lost the tool fails, although forcing it gets through', async () => {
    const world = await givenConnection();
    const { vapi, assistantId } = world.sandbox;
    const assistant = vapi.assistants.get(assistantId);
    if (assistant?.model !== undefined)
      vapi.assistants.set(assistantId, { ...assistant, model: { ...assistant.model, toolIds: [] } });
    world.sandbox.network.phaseMs = 250;

    expect(inShort(await verified(world, asked))).toEqual(['transfer failed assistant']);
  });
});

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

      const report = (await handle.result()) as VerificationReport;

      expect(inShort(report)).toEqual(['inbound proven', 'outbound proven']);
    },
  );

  test('a call that would take the last slot is ended at once and tried again', async () => {
    const world = await givenConnection();
    world.sandbox.vapi.switches.slotsInUse = 9;
    const handle = await started(world, { verification: { transfer: false } });
    await expect.poll(() => calls(world).length).toBe(1);
    world.sandbox.vapi.switches.slotsInUse = 0;

    expect(inShort((await handle.result()) as VerificationReport)).toEqual(['inbound proven', 'outbound proven']);
    expect(calls(world).every(({ status }) => status === 'ended')).toBe(true);
  });
});

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

  test('finds the call that was placed although its answer was lost', async () => {
    const world = await givenConnection();
    world.sandbox.faults.loseAnswer('POST /call', { times: 1 });

    const report = await verified(world, { verification: { transfer: false } });

    expect(inShort(report)).toEqual(['inbound proven', 'outbound proven']);
    expect(calls(world)).toHaveLength(1);
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
