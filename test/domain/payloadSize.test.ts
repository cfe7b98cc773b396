import { describe, expect, test } from 'vitest';
import { fitting, fittingFindings } from '../../src/domain/payloadSize.js';
import type { CheckResult, Verdict } from '../../src/domain/result.js';
import type { Finding } from '../../src/domain/testCallFacts.js';

const LIMIT = 1_000_000;
const number = (at: number): string => `+1864${String(8_300_000 + at)}`;

/** A check with as much evidence and as long a diagnosis as real ones have. */
const check = (at: number, verdict: Verdict): CheckResult => ({
  check: 'inbound',
  number: number(at),
  verdict,
  evidence: { callId: `call-${String(at)}`, didwwCode: '401', from: number(at), note: 'x'.repeat(500) },
  ...(verdict === 'proven' ? {} : { diagnosis: { side: 'vapi', cause: 'c'.repeat(500), action: 'a'.repeat(300) } }),
});
const checks = (verdict: Verdict): readonly CheckResult[] =>
  Array.from({ length: 2_000 }, (_, at) => check(at, verdict));

describe('the checks of a thousand numbers', () => {
  test.each(['proven', 'failed'] as const)(
    'fit a Result where all are %s, with verdict, side and ids of each',
    (verdict) => {
      const { checks: kept, isCut } = fitting(checks(verdict));

      expect(isCut).toBe(true);
      expect(JSON.stringify(kept).length).toBeLessThanOrEqual(LIMIT);
      expect(kept).toHaveLength(2_000);
      expect(kept.every((one, at) => one.verdict === verdict && one.evidence['callId'] === `call-${String(at)}`)).toBe(
        true,
      );
      expect(kept.every(({ diagnosis }) => (diagnosis?.side === 'vapi') === (verdict === 'failed'))).toBe(true);
    },
  );

  test('keep the whole evidence of the few that failed among many proven ones', () => {
    const mixed = [...checks('proven').slice(5), ...checks('failed').slice(0, 5)];

    const { checks: kept } = fitting(mixed);

    expect(kept.slice(-5)).toEqual(mixed.slice(-5));
  });
});

test('the checks of a few numbers are left as they are', () => {
  const few = [check(1, 'failed'), check(2, 'proven')];
  expect(fitting(few)).toEqual({ checks: few, isCut: false });
});

test('of too many findings each number keeps its first, and what concerns all stays', () => {
  const finding = (at: number | undefined): Finding => ({
    side: 'didww',
    affects: ['inbound'],
    verdict: 'failed',
    cause: 'c'.repeat(400),
    action: 'a'.repeat(400),
    ...(at === undefined ? {} : { number: number(at) }),
  });
  const many = [finding(undefined), ...Array.from({ length: 3_000 }, (_, at) => finding(at % 1_000))];

  const kept = fittingFindings(many);

  expect(kept).toHaveLength(1_001);
  expect(fittingFindings(many.slice(0, 3))).toEqual(many.slice(0, 3));
});
