import { describe, expect, test } from 'vitest';
import {
  affords,
  expectsInbound,
  isSelfCall,
  type PlanInput,
  planLineCalls,
  planTransferCall,
} from '../../src/domain/testCallPlan.js';
import { testCallName } from '../../src/domain/testCallName.js';

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

describe('the cap on spend', () => {
  test('the default cap of one number pays for its line call and its transfer call', () => {
    expect(affords({ spentUsd: 0, maxSpendUsd: 1 }, 'line')).toBe(true);
    expect(affords({ spentUsd: 0.225, maxSpendUsd: 1 }, 'transfer')).toBe(true);
  });

  test('a call that might exceed the cap is not placed', () => {
    expect(affords({ spentUsd: 0.8, maxSpendUsd: 1 }, 'line')).toBe(false);
    expect(affords({ spentUsd: 0, maxSpendUsd: 0.1 }, 'line')).toBe(false);
  });
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
