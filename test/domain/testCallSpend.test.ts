import { describe, expect, test } from 'vitest';
import { type CallPurpose, longestSeconds } from '../../src/domain/calls/plan.js';
import { type Budget, capReached, estimated, usageOf, usageOfFollowed } from '../../src/domain/calls/spend.js';
import { withCaps } from '../../src/contract/verificationCaps.js';
import { verificationSchema } from '../../src/contract/requestShape.js';
import { inbound, outbound, refusedWith } from './verdictGiven.js';

const LONGEST = 45;
const ended = { seconds: 20, endedAt: '2026-11-20T10:00:20.000Z' };
const mostOf = (purpose: CallPurpose, maxSeconds = 90) => estimated(purpose, longestSeconds(purpose, maxSeconds));
/** Dollars to the cent of a cent, as sums of decimals are not exact. */
const usd = ({ usd: exact }: { usd: number }) => Math.round(exact * 10_000) / 10_000;

describe('what a call costs', () => {
  test('counts both legs at Vapi, the one that leaves through DIDWW, and the one that a transfer adds', () => {
    expect(estimated('line', 60)).toEqual({ seconds: 120, usd: 0.15 + 0.15 + 0.05 });
    expect(estimated('phone', 60)).toEqual({ seconds: 60, usd: 0.15 + 0.05 });
    expect(usd(estimated('transfer', 60))).toBe(0.4);
  });

  test('counts a minute that has begun at DIDWW whole, and nothing of a call that nobody answered', () => {
    expect(usd(estimated('phone', 61)) - usd(estimated('phone', 60))).toBeGreaterThan(0.05);
    expect(estimated('transfer', 0)).toEqual({ seconds: 0, usd: 0 });
  });

  test('is never less than the estimate while Vapi has reported a part of it only', () => {
    const none = usageOf('line', [{ seconds: 20 }, { seconds: 20 }]);

    expect(usageOf('line', [{ seconds: 20, costUsd: 0 }, { seconds: 20 }])).toEqual(none);
    expect(
      usageOf('line', [
        { seconds: 20, costUsd: 0.001 },
        { seconds: 20, costUsd: 0.04 },
      ]),
    ).toEqual(none);
  });

  test('is what Vapi reports of a leg where that is more, with DIDWW on top', () => {
    expect(
      usd(
        usageOf('line', [
          { seconds: 20, costUsd: 0.5 },
          { seconds: 20, costUsd: 0.01 },
        ]),
      ),
    ).toBe(0.6);
    expect(usd(usageOf('phone', [{ seconds: 20, costUsd: 0.5 }]))).toBe(0.55);
  });

  test('counts an answering leg that was not seen as long as the caller’s', () => {
    expect(usageOf('line', [{ seconds: 20 }])).toEqual(usageOf('line', [{ seconds: 20 }, { seconds: 20 }]));
  });
});

describe('a call that was followed', () => {
  const followed = (facts: Parameters<typeof usageOfFollowed>[1], purpose: CallPurpose = 'line') =>
    usageOfFollowed(purpose, facts, LONGEST);

  test('has used the seconds of its legs', () => {
    expect(followed({ outbound: outbound(ended), inbound: inbound({ ...ended, seconds: 30 }) })).toEqual(
      usageOf('line', [{ seconds: 20 }, { seconds: 30 }]),
    );
  });

  test('has used nothing where nobody answered', () => {
    expect(followed({ outbound: refusedWith('customer-busy') })).toEqual({ seconds: 0, usd: 0 });
  });

  test.each([
    ['was never seen', {}],
    ['is still on the line', { outbound: outbound({ status: 'in-progress', seconds: 0 }), inbound: inbound(ended) }],
    ['has an end without a date', { outbound: outbound({ seconds: 0 }), inbound: inbound({ seconds: 0 }) }],
  ])('counts as long as it may last where it %s', (_, facts) => {
    expect(followed(facts).usd).toBeGreaterThanOrEqual(usageOf('line', [{ seconds: LONGEST }, { seconds: 20 }]).usd);
  });

  test('counts the leg of a transfer that the assistant began without being asked', () => {
    const forwarding = inbound({ ...ended, endedReason: 'assistant-forwarded-call' });
    expect(followed({ outbound: outbound(ended), inbound: forwarding })).toEqual(
      usageOf('transfer', [{ seconds: 20 }, { seconds: 20 }]),
    );
  });

  test('counts a called leg that outlives the caller as long as any may last', () => {
    const outliving = inbound({ status: 'in-progress', seconds: 0 });
    expect(followed({ outbound: outbound(ended), inbound: outliving })).toEqual(
      usageOf('line', [{ seconds: 20 }, { seconds: LONGEST }]),
    );
  });
});

describe('the caps', () => {
  const caps = { maxCalls: 12, maxSpendUsd: 1 };
  const budget = (members: Partial<Budget> = {}): Budget => ({ calls: 0, spentUsd: 0, caps, ...members });

  test.each([
    [1, true],
    [2, true],
    [50, true],
    [1_000, true],
    [1, { destination: '+493012345678' }],
    [1_000, { destination: '+493012345678' }],
  ])('of %i numbers pay by default for every call of theirs, however long (outbound %j)', (numbers, outboundAsked) => {
    const verification = verificationSchema.parse({ outbound: outboundAsked });
    const phones = outboundAsked === true ? 0 : numbers;
    const before = numbers * mostOf('line').usd + phones * mostOf('phone').usd;

    const { maxSpendUsd, maxCalls } = withCaps(verification, numbers);

    const spent = budget({ calls: numbers + phones, spentUsd: before, caps: { maxCalls, maxSpendUsd } });
    expect(capReached(spent, mostOf('transfer').usd)).toBeUndefined();
  });

  test('keep a call from being placed that might exceed the spend, or is one too many', () => {
    expect(capReached(budget({ spentUsd: 0.8 }), mostOf('line').usd)).toBe('maxSpendUsd');
    expect(capReached(budget({ calls: 12 }), mostOf('line').usd)).toBe('maxCalls');
  });
});
