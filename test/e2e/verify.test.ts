import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { uniqueNumbers } from '../support/unique.js';
import { ALL_PROVEN, calls, givenConnection, inShort, NO_CALLS, started, verified } from './verifying.js';

describe('a healthy connection', () => {
  test('of one number is proven by a call to itself and a transfer call', async () => {
    const world = await givenConnection();
    const before = world.sandbox.state();

    const report = await verified(world);

    expect(world.sandbox.state()).toEqual(before); // nothing is changed for a test, the customer's assistant least of all
    expect(inShort(report)).toEqual(ALL_PROVEN);
    expect(report).toMatchObject({ outcome: 'verified', spent: { calls: 2 }, leftovers: [], warnings: [] });
    expect(report.spent?.usd).toBeGreaterThan(0);
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

  test.each([2, 20])('of %i numbers is proven by as many calls in a ring and one transfer call', async (numbers) => {
    const world = await givenConnection(numbers);

    const report = await verified(world);

    expect(report.outcome).toBe('verified');
    expect(report.verification.map(({ check, number }) => `${check} ${number}`)).toEqual([
      ...world.numbers.flatMap((number) => [`inbound ${number}`, `outbound ${number}`]),
      `transfer ${world.numbers[0] ?? ''}`,
    ]);
    expect(calls(world)).toHaveLength(numbers + 1);
    expect(report.spent?.calls).toBe(numbers + 1);
    expect(calls(world).filter(({ customer }) => customer.number === world.numbers[0])).toHaveLength(2);
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
      'transfer call: done',
      'call records of DIDWW: done',
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

    expect(inShort(report).slice(0, 2)).toEqual(['inbound failed didww', 'outbound inconclusive didww']);
    expect(report.verification[0]?.diagnosis?.action).toContain('route it to the inbound trunk');
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
      'inbound inconclusive didww',
      'outbound failed didww',
      'transfer inconclusive didww',
    ]);
    expect(report.verification[1]?.diagnosis?.cause).toContain('blocked');
  });

  test('as large as extensions make it is verified whole: more numbers than a request may name', async () => {
    const world = await givenConnection(1, {}, { isThreaded: true });
    const numbers = uniqueNumbers(1_001).map((number) => ({ number, assistantId: world.sandbox.assistantId }));

    const report = await verified(world, { numbers, verification: { outbound: false, transfer: false } });

    expect(report.verification.map(({ check, number, verdict }) => ({ check, number, verdict }))).toEqual(
      numbers.map(({ number }) => ({ check: 'inbound', number, verdict: 'failed' })), // none of them is imported
    );
    expect(calls(world)).toEqual([]);
  });

  test('a number that is not imported any more fails without a call', async () => {
    const world = await givenConnection();
    world.sandbox.vapi.phoneNumbers.clear();

    const report = await verified(world);

    expect(inShort(report)).toEqual(['inbound failed vapi', 'outbound failed vapi', 'transfer inconclusive vapi']);
    expect(calls(world)).toEqual([]);
  });
});
