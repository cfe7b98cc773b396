import { describe, expect, test } from 'vitest';
import {
  expectsInbound,
  isSelfCall,
  longestSeconds,
  type PlanInput,
  planLineCalls,
  planTransferCall,
  sampleOf,
} from '../../src/domain/calls/plan.js';
import { testCallName } from '../../src/domain/calls/name.js';

const number = (n: number) => ({
  number: `+1864830100${String(n)}`,
  assistantId: `assistant-${String(n)}`,
  phoneNumberId: `phone-${String(n)}`,
});
const plan = (members: Partial<PlanInput> = {}): PlanInput => ({
  numbers: [number(1), number(2), number(3)],
  verification: { inbound: true, outbound: true },
  ...members,
});
const inWords = (input: PlanInput): string[] =>
  planLineCalls(input).calls.map(
    ({ from, to, checks }) =>
      `${from.number.slice(-1)}>${to.number.slice(-1)} ${checks.map(({ check, number: of }) => `${check} of ${of.slice(-1)}`).join(', ')}`,
  );

describe('who calls whom', () => {
  test('each number calls the next and the last one the first, so that n calls prove both directions of n numbers', () => {
    expect(inWords(plan())).toEqual([
      '1>2 inbound of 2, outbound of 1',
      '2>3 inbound of 3, outbound of 2',
      '3>1 inbound of 1, outbound of 3',
    ]);
  });

  test('a number that is bound to no assistant calls nobody and is called by nobody', () => {
    const { number: silent, phoneNumberId } = number(2);
    const input = plan({ numbers: [number(1), { number: silent, phoneNumberId }, number(3)] });
    expect(inWords(input)).toEqual(['1>3 inbound of 3, outbound of 1', '3>1 inbound of 1, outbound of 3']);
    expect(planLineCalls(input).impossible).toEqual([
      { check: 'inbound', number: silent, why: 'no-assistant' },
      { check: 'outbound', number: silent, why: 'no-assistant' },
    ]);
    expect(planTransferCall(input, silent)).toBeUndefined();
  });

  test('a single number calls itself', () => {
    const { calls } = planLineCalls(plan({ numbers: [number(1)] }));
    expect(calls).toHaveLength(1);
    expect(calls.every(isSelfCall)).toBe(true);
  });

  test('only what was asked for is called for', () => {
    expect(inWords(plan({ verification: { inbound: false, outbound: true } }))[0]).toBe('1>2 outbound of 1');
    expect(planLineCalls(plan({ verification: { inbound: false, outbound: false } })).calls).toEqual([]);
  });

  test('a call that proves the way out alone waits for no inbound leg', () => {
    const [call] = planLineCalls(plan({ verification: { inbound: false, outbound: true } })).calls;
    expect(call && expectsInbound(call)).toBe(false);
  });

  test('callFrom calls each number, and is called by each for the way out', () => {
    const callFrom = { number: '+12025550109', phoneNumberId: 'phone-9' };
    expect(inWords(plan({ numbers: [number(1), number(2)], callFrom }))).toEqual([
      '9>1 inbound of 1',
      '1>9 outbound of 1',
      '9>2 inbound of 2',
      '2>9 outbound of 2',
    ]);
  });

  test('callFrom is told from the numbers of the connection, also as the caller', () => {
    const callFrom = { number: '+12025550109', phoneNumberId: 'phone-9' };
    const outside = planLineCalls(plan({ callFrom })).calls.map(({ from }) => from.isOutside === true);
    expect(outside.slice(0, 2)).toEqual([true, false]);
    expect(planTransferCall(plan({ callFrom }), number(1).number)?.from.isOutside).toBe(true);
    const own = planLineCalls(plan({ callFrom: number(3) })).calls;
    expect(own[0]?.from.isOutside).toBeUndefined();
  });

  test('a callFrom that is no number of the organisation makes no call and says so for every check', () => {
    const { calls, impossible } = planLineCalls(plan({ callFrom: { number: '+12025550109' } }));
    expect(calls).toEqual([]);
    expect(impossible).toHaveLength(6);
    expect(impossible.every(({ why }) => why === 'caller-unknown')).toBe(true);
  });

  test('a number that is not imported is left out of the ring and named', () => {
    const lost = { number: '+18648301002', assistantId: 'assistant-2' };
    const input = plan({ numbers: [number(1), lost, number(3)] });
    expect(inWords(input)).toEqual(['1>3 inbound of 3, outbound of 1', '3>1 inbound of 1, outbound of 3']);
    expect(planLineCalls(input).impossible).toEqual([
      { check: 'inbound', number: lost.number, why: 'not-imported' },
      { check: 'outbound', number: lost.number, why: 'not-imported' },
    ]);
  });

  test('the transfer call goes to one number, from the one before it, from itself, or from callFrom', () => {
    const from = (input: PlanInput) => planTransferCall(input, number(1).number)?.from.number.slice(-1);
    expect(from(plan())).toBe('3');
    expect(from(plan({ numbers: [number(1)] }))).toBe('1');
    expect(from(plan({ callFrom: { number: '+12025550109', phoneNumberId: 'phone-9' } }))).toBe('9');
    expect(planTransferCall(plan(), '+4930123456')).toBeUndefined();
  });
});

describe('a telephone as the destination of the way out', () => {
  const destination = '+493012345678';
  const withPhone = (members: Partial<PlanInput> = {}) =>
    plan({ numbers: [number(1), number(2)], verification: { inbound: true, outbound: { destination } }, ...members });

  test('is called by each number, while the ring proves the way in alone', () => {
    expect(inWords(withPhone())).toEqual([
      '1>2 inbound of 2',
      '2>1 inbound of 1',
      '1>8 outbound of 1',
      '2>8 outbound of 2',
    ]);
  });

  test('is called by a caller that speaks first, and no inbound leg is waited for', () => {
    const call = planLineCalls(withPhone()).calls.at(-1);
    expect(call).toMatchObject({ purpose: 'phone', to: { number: destination } });
    expect(call && expectsInbound(call)).toBe(false);
  });

  test('is called although callFrom is no number of the organisation', () => {
    const { calls, impossible } = planLineCalls(withPhone({ callFrom: { number: '+12025550109' } }));
    expect(calls).toHaveLength(2);
    expect(impossible.map(({ check }) => check)).toEqual(['inbound', 'inbound']);
  });
});

describe('a sample of the numbers', () => {
  const ten = Array.from({ length: 10 }, (_, at) => at);

  test('is spread evenly, and begins elsewhere each time', () => {
    expect(sampleOf(ten, 2, 0)).toEqual([0, 5]);
    expect(sampleOf(ten, 2, 0.25)).toEqual([2, 7]);
    expect(sampleOf(ten, 3, 0.95)).toEqual([2, 5, 9]);
  });

  test('holds no number twice, and all of them where there are no more', () => {
    for (let size = 1; size <= 10; size += 1)
      for (const at of [0, 0.33, 0.999]) expect(new Set(sampleOf(ten, size, at)).size).toBe(size);
    expect(sampleOf(ten, 20, 0.5)).toEqual(ten);
  });
});

test('no call may last longer than allowed, a line call never longer than it needs', () => {
  expect([longestSeconds('line', 90), longestSeconds('transfer', 90)]).toEqual([45, 90]);
  expect([longestSeconds('line', 30), longestSeconds('phone', 30), longestSeconds('transfer', 30)]).toEqual([
    30, 30, 30,
  ]);
});

describe('the name of a call', () => {
  test('names slug, run and number of the call', () => {
    expect(testCallName('acme-support', '0199b0c2-1111-7222-8333-44445555abcd', 7)).toBe('pb-acme-support-5555abcd-7');
  });

  test('fits the 40 characters that Vapi takes, for the longest slug and more than a thousand calls', () => {
    const names = [1, 999, 1_000, 1_001, 3_000].map((n) =>
      testCallName('a'.repeat(24), '0199b0c2-1111-7222-8333-44445555abcd', n),
    );
    expect(Math.max(...names.map(({ length }) => length))).toBeLessThanOrEqual(40);
    expect(new Set(names).size).toBe(names.length);
  });

  test('tells two runs apart that began within the same second', () => {
    const names = ['8333-44445555abcd', '8333-444466660000'].map((end) =>
      testCallName('x', `0199b0c2-1111-7222-${end}`, 1),
    );
    expect(new Set(names).size).toBe(2);
  });
});
