import { expect, test } from 'vitest';
import { type CallEvidence, type Finding, findingsFor } from '../../src/domain/calls/evidence.js';
import { jsonBytes } from '../../src/domain/reports/payloadSize.js';
import { judgeCall } from '../../src/domain/verdict/judgeCall.js';
import { JUDGED_AT_ONCE } from '../../src/workflows/verification/judging.js';
import { evidence, refusedWith, ringCall } from '../domain/verdictGiven.js';

/** What Temporal takes as the input of an activity. */
const MOST_INPUT_BYTES = 2_000_000;
const NUMBERS = Array.from({ length: 1_000 }, (_, at) => `+1864${String(8_300_000 + at)}`);

/** Somebody has routed every number elsewhere; and one thing concerns them all. */
const FINDINGS: readonly Finding[] = [
  ...NUMBERS.map((number) => ({ ...finding(`The number ${number} is routed elsewhere`), number })),
  finding('The outbound trunk is blocked'),
];

function finding(cause: string): Finding {
  const action = `Look at the number at DIDWW and route it to the inbound trunk of the connection. ${'.'.repeat(300)}`;
  return { side: 'didww', affects: ['inbound', 'outbound'], verdict: 'failed', cause, action };
}

/** A number's call to the next one, which fails. */
function failedCall(at: number): CallEvidence {
  const [from = '', to = ''] = [NUMBERS[at], NUMBERS[(at + 1) % NUMBERS.length]];
  const checks = [
    { check: 'outbound', number: from },
    { check: 'inbound', number: to },
  ] as const;
  const call = { ...ringCall, from: { ...ringCall.from, number: from }, to: { ...ringCall.to, number: to }, checks };
  const outbound = refusedWith('call.in-progress.error-providerfault-outbound-sip-403-forbidden');
  return evidence({ call, facts: { outbound } });
}

test('of a thousand findings a call is judged by those that concern it, so that its evidence stays small', () => {
  const calls = NUMBERS.map((_, at) => failedCall(at));

  const whole = calls.slice(0, 3).map((call) => judgeCall({ ...call, findings: FINDINGS }).results);
  const few = calls.map((call) => ({ ...call, findings: findingsFor(call.call, FINDINGS) }));

  expect(few.slice(0, 3).map((call) => judgeCall(call).results)).toEqual(whole);
  expect(whole[0]?.map(({ diagnosis }) => diagnosis?.cause)).toEqual([
    `The number ${String(NUMBERS[0])} is routed elsewhere`,
    `The number ${String(NUMBERS[1])} is routed elsewhere`,
  ]);
  expect(jsonBytes(few.slice(0, JUDGED_AT_ONCE))).toBeLessThan(MOST_INPUT_BYTES / 4);
});
