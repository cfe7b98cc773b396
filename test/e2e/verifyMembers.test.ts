import type { WorkflowHandle } from '@temporalio/client';
import { describe, expect, test } from 'vitest';
import { calls, givenConnection, inShort, PERSON, reportOf, started, trunkIn, verified } from './verifying.js';

/** A telephone outside of both accounts. */
const PHONE = '+493012345678';
/** Together more than the 64 MiB that are read of a file of call records (docs/operations.md, Limits). */
const LONG_CELL = 'x'.repeat(60_000);
const LONG_ROWS = 1_150;

describe('a telephone as the destination of the way out', () => {
  test('is called by each number in place of the ring, which proves the way in', async () => {
    const world = await givenConnection(2);

    const report = await verified(world, { verification: { outbound: { destination: PHONE }, transfer: false } });

    expect(inShort(report)).toEqual(['inbound proven', 'outbound proven', 'inbound proven', 'outbound proven']);
    expect(calls(world).map(({ customer }) => customer.number)).toEqual([
      world.numbers[1],
      world.numbers[0],
      PHONE,
      PHONE,
    ]);
    expect(report.verification[1]?.evidence).toMatchObject({ to: PHONE, heard: 'both sides', didwwCode: '200' });
  });

  test.each([
    ['busy', 'outbound inconclusive carrier'],
    ['silent', 'outbound inconclusive carrier'],
    ['unknown', 'outbound inconclusive carrier'],
    ['voicemail', 'outbound proven'],
  ] as const)('that is %s: %s', async (farEnd, expected) => {
    const world = await givenConnection();
    world.sandbox.network.farEnd(PHONE, farEnd);

    const report = await verified(world, {
      verification: { inbound: false, outbound: { destination: PHONE }, transfer: false },
    });

    expect(inShort(report)).toEqual([expected]);
  });
});

describe('the caps of a verification', () => {
  test('a sample of a large connection is called, and that the others are not proven is said', async () => {
    const world = await givenConnection(6);

    const report = await verified(world, { verification: { sample: 2 } });

    const called = new Set(report.verification.map(({ number }) => number));
    expect(called.size).toBe(2);
    expect(calls(world)).toHaveLength(3);
    expect(report.outcome).toBe('verified');
    expect(report.warnings[0]).toContain('Of 6 numbers only 2 were called');
  });

  test('no more calls are placed than allowed, and what was not called is not proven', async () => {
    const world = await givenConnection(3);

    const report = await verified(world, { verification: { maxCalls: 2, outbound: false } });

    expect(inShort(report)).toEqual([
      'inbound inconclusive our-request',
      'inbound proven',
      'inbound proven',
      'transfer inconclusive our-request',
    ]);
    expect(report.verification[0]?.diagnosis?.action).toContain('verification.maxCalls');
    expect(calls(world)).toHaveLength(2);
    expect(report).toMatchObject({ outcome: 'inconclusive', spent: { calls: 2 } });
  });

  test('no call is allowed to last longer than asked', async () => {
    const world = await givenConnection();

    await verified(world, { verification: { maxSecondsPerCall: 30 } });

    expect(calls(world).map(({ assistant }) => assistant?.maxDurationSeconds)).toEqual([30, 30]);
  });
});

test('the transfer is tried with the first number that can be called, where the way in is not asked for', async () => {
  const world = await givenConnection(2);
  const [lost = '', other = ''] = world.numbers;
  for (const [id, one] of world.sandbox.vapi.phoneNumbers)
    if (one.number === lost) world.sandbox.vapi.phoneNumbers.delete(id);

  const report = await verified(world, { verification: { inbound: false, outbound: false } });

  expect(report.verification).toMatchObject([{ check: 'transfer', number: other, verdict: 'proven' }]);
});

describe("DIDWW's call records", () => {
  test('back every verdict, asked for once for all calls', async () => {
    const world = await givenConnection(3);

    const report = await verified(world);

    expect(report.verification.every(({ evidence }) => evidence['didwwCode'] === '200')).toBe(true);
    expect(new Set(report.verification.map(({ evidence }) => evidence['didwwCallId'])).size).toBe(7);
    expect([...world.sandbox.didww.exports.values()].map(({ exportType }) => exportType).sort()).toEqual([
      'cdr_in',
      'cdr_out',
    ]);
  });

  test('that come late are asked for again within the window', async () => {
    const world = await givenConnection();
    world.sandbox.didww.switches.cdrDelayMs = 5_000;

    const report = await verified(world, { verification: { windowSeconds: 60, transfer: false } });

    expect(report.verification.every(({ evidence }) => evidence['didwwCode'] === '200')).toBe(true);
  });

  test('that were read once stay although a later look fails', async () => {
    const world = await givenConnection();
    world.sandbox.network.farEnd(PERSON, 'declines');
    world.sandbox.vapi.switches.transferStatusReported = false;
    const looks = world.sandbox.faults.fail('POST /exports', { status: 500, after: 2 });
    Object.assign(trunkIn(world).configuration, { maxTransfers: 0 });

    const report = await verified(world, { verification: { windowSeconds: 20 } });

    expect(looks.hits()).toBeGreaterThan(0);
    expect(report.verification.slice(0, 2).map(({ evidence }) => evidence['didwwCode'])).toEqual(['200', '200']);
    expect(report.warnings).toEqual([]);
  });

  test('that do not come within the window change nothing, and the evidence says so', async () => {
    const world = await givenConnection();
    world.sandbox.didww.switches.cdrDelayMs = 3_600_000;

    const report = await verified(world);

    expect(report.outcome).toBe('verified');
    expect(report.verification.map(({ evidence }) => evidence['didwwRecord'])).toEqual(
      Array(3).fill('none within the window'),
    );
  });

  test('that cannot be read change nothing, and the result says so', async () => {
    const world = await givenConnection();
    world.sandbox.faults.fail('POST /exports', { status: 403 });

    const report = await verified(world);

    expect(report.outcome).toBe('verified');
    expect(report.warnings[0]).toContain('the verdicts rest on Vapi alone');
  });

  test('that are larger than is read are fetched once, change nothing, and the result says so', async () => {
    const world = await givenConnection();
    const { outbound } = world.sandbox.didww.callRecords;
    const gate = world.sandbox.faults.hold('POST /exports', { times: 1 });
    const handle = await started(world, { verification: { inbound: false, transfer: false, windowSeconds: 60 } });
    await gate.arrived;
    const [row] = outbound;
    if (row !== undefined) outbound.push(...Array.from({ length: LONG_ROWS }, () => ({ ...row, network: LONG_CELL })));
    gate.release();

    const report = await reportOf(handle);

    expect(inShort(report)).toEqual(['outbound proven']);
    expect(report).toMatchObject({
      outcome: 'verified',
      warnings: [
        "DIDWW's call records could not be read, so that the verdicts rest on Vapi alone: " +
          'DIDWW gave an answer to GET export file that is larger than Patchbay reads: it has more than 64 MiB.',
      ],
    });
    expect(await attemptsIn(handle, 'findCallRecords')).toEqual([1]);
  });

  test('are not asked for where nobody waits for them', async () => {
    const world = await givenConnection();

    const report = await verified(world, { verification: { windowSeconds: 0 } });

    expect(report.outcome).toBe('verified');
    expect(world.sandbox.didww.exports.size).toBe(0);
  });
});

/** How many attempts each call of this activity took. */
async function attemptsIn(run: WorkflowHandle, activity: string): Promise<readonly number[]> {
  const events = (await run.fetchHistory()).events ?? [];
  const calls = events.flatMap(({ eventId, activityTaskScheduledEventAttributes: scheduled }) =>
    scheduled?.activityType?.name === activity ? [String(eventId)] : [],
  );
  return events.flatMap(({ activityTaskStartedEventAttributes: begun }) =>
    calls.includes(String(begun?.scheduledEventId)) ? (begun?.attempt ?? []) : [],
  );
}

test('whom the transfer rings stands on the board before it is called', async () => {
  const world = await givenConnection();
  const gate = world.sandbox.faults.hold('POST /call', { times: 1 });
  const handle = await started(world);
  await gate.arrived;

  const { steps } = await handle.query<{ steps: { name: string; note?: string }[] }>('progress');
  gate.release();
  await handle.result();

  expect(steps.find(({ name }) => name === 'transfer call')?.note).toBe(`will call ${PERSON}`);
});
