import { describe, expect, test } from 'vitest';
import type { Spent } from '../../src/contract/result.js';
import { estimated, usageOf } from '../../src/domain/calls/spend.js';
import { CallBudget } from '../../src/workflows/verification/callBudget.js';
import type { Verifying } from '../../src/workflows/verification/verifying.js';
import { inbound, outbound, ringCall, transferCall } from '../domain/verdictGiven.js';

const ended = { seconds: 20, endedAt: '2026-11-20T10:00:20.000Z' };
const twentySeconds = (costUsd: number) => ({
  outbound: outbound({ ...ended, costUsd }),
  inbound: inbound({ ...ended, costUsd }),
});
const OVER_SPEND = {
  verdict: 'inconclusive',
  diagnosis: { side: 'our-request', action: 'Raise verification.maxSpendUsd, then run the verification again.' },
};
const mostOfLine = estimated('line', 45).usd;

/** A ledger under caps, and what it last told. */
function given(caps: { maxSpendUsd?: number; maxCalls?: number } = {}) {
  const told: Spent[] = [];
  const verification = { maxSecondsPerCall: 90, maxSpendUsd: 1, maxCalls: 12, ...caps };
  const ledger = new CallBudget({
    request: { verification },
    report: { spend: (spent: Spent) => told.push(spent) },
  } as unknown as Verifying);
  return { ledger, spent: () => told.at(-1) };
}

describe('what is left of maxSpendUsd', () => {
  test('does not grow when Vapi reports a first part of what a call cost', () => {
    const { ledger } = given({ maxSpendUsd: usageOf('line', [{ seconds: 20 }]).usd + mostOfLine - 0.001 });
    ledger.place(ringCall);
    ledger.followed(ringCall, twentySeconds(0.001));

    expect(ledger.overCap(ringCall)).toMatchObject(OVER_SPEND);
  });

  test('shrinks by what Vapi reports where that is more than was reckoned', () => {
    const { ledger } = given();
    ledger.place(ringCall);
    ledger.followed(ringCall, twentySeconds(0.4));

    expect(ledger.overCap(ringCall)).toMatchObject(OVER_SPEND);
  });

  test('pays for a call whose longest duration just fits', () => {
    const { ledger } = given({ maxSpendUsd: mostOfLine });

    expect(ledger.overCap(ringCall)).toBeUndefined();
  });

  test('has to pay for the leg that a transfer adds at DIDWW', () => {
    const { ledger } = given({ maxSpendUsd: estimated('transfer', 90).usd - 0.001 });

    expect(ledger.overCap(transferCall)).toBeDefined();
  });

  test('stays reserved for a call that may still be on the line', () => {
    const { ledger, spent } = given({ maxSpendUsd: 2 * mostOfLine - 0.001 });
    ledger.place(ringCall);

    expect(ledger.overCap(ringCall)).toBeDefined();
    expect(spent()).toEqual({ calls: 1, seconds: 90, usd: 0.275 });
  });

  test('stays reserved for every call that nobody saw end', () => {
    const { ledger, spent } = given();
    ledger.place(ringCall);
    ledger.hungUp(ringCall, { found: false, seconds: 0, costUsd: 0 });
    ledger.place(ringCall);

    expect(spent()).toEqual({ calls: 2, seconds: 180, usd: 0.55 });
  });
});

describe('what was spent', () => {
  test('is nothing for a call that Vapi refused', () => {
    const { ledger, spent } = given();
    ledger.place(ringCall);
    ledger.notPlaced();

    expect(spent()).toEqual({ calls: 0, seconds: 0, usd: 0 });
  });

  test('counts every leg of a call that was hung up, the answering one too', () => {
    const { ledger, spent } = given();
    ledger.place(transferCall);
    ledger.hungUp(transferCall, { found: true, seconds: 20, costUsd: 0.01 });

    // Two legs of 20 s at Vapi at USD 0.15 a minute; at DIDWW the call and the transfer, a minute each at
    // USD 0.05.
    expect(spent()).toEqual({ calls: 1, seconds: 40, usd: 0.2 });
  });

  test('adds calls up', () => {
    const { ledger, spent } = given();
    for (let call = 0; call < 2; call += 1) {
      ledger.place(ringCall);
      ledger.followed(ringCall, twentySeconds(0.02));
    }

    expect(spent()).toEqual({ calls: 2, seconds: 80, usd: 0.3 });
  });
});
