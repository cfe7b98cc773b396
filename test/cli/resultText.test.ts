import { describe, expect, test } from 'vitest';
import { resultLines } from '../../src/cli/output/resultText.js';
import type { Result } from '../../src/contract/result.js';

const result = (rest: Partial<Result>): Result => ({
  outcome: 'verified',
  connection: 'acme',
  objects: [],
  numbers: [],
  verification: [],
  leftovers: [],
  warnings: [],
  ...rest,
});

describe('a result', () => {
  test('names every object with its id, every number, and every verdict with its evidence', () => {
    const text = resultLines(
      result({
        objects: [{ provider: 'didww', kind: 'outbound-trunk', id: 't-1', name: 'patchbay acme out', created: true }],
        numbers: [{ number: '+18648301018', outcome: 'attached', phoneNumberId: 'p-1', didId: 'd-1' }],
        verification: [
          {
            check: 'inbound',
            number: '+18648301018',
            verdict: 'proven',
            evidence: { callId: 'c-1', inboundCallId: 'c-2', inboundHeard: 'both sides', inboundSeconds: 9 },
          },
        ],
      }),
    ).join('\n');
    expect(text).toContain('acme: set up, and proven by test calls');
    expect(text).toContain('DIDWW outbound trunk  patchbay acme out  t-1');
    expect(text).toContain('+18648301018  attached  Vapi p-1  DIDWW d-1');
    expect(text).toContain('inbound +18648301018: proven, both sides heard, 9 s; Vapi call c-2');
  });

  test('says what the test calls took, and nothing where none was made', () => {
    const lines = (calls: number) => resultLines(result({ spent: { calls, seconds: 34, usd: 0.0576 } }));

    expect(lines(2)).toContain(
      '  Spent: 2 calls, 34 s over all legs at Vapi, at most about USD 0.06 at both providers',
    );
    expect(lines(0).join()).not.toContain('Spent');
  });

  test('says of a failure what failed, at whom, why, what to do, and how things stand', () => {
    const failure = {
      step: 'outbound trunk',
      provider: 'didww',
      class: 'permission',
      message: 'Outbound calling is not enabled for this account (403).',
      action: 'Ask DIDWW support to enable "Outbound".',
    } as const;
    expect(resultLines(result({ outcome: 'rolled-back', failure }))).toEqual([
      'acme: failed; everything was restored',
      'outbound trunk (DIDWW): Outbound calling is not enabled for this account (403).',
      'Ask DIDWW support to enable "Outbound".',
      'To run it again: patchbay retry acme',
    ]);
  });

  test('lists every problem that preflight found, each with what to do', () => {
    const failure = {
      step: 'preflight',
      provider: 'patchbay',
      class: 'refused',
      message: 'Two things stand in the way.',
      action: 'Correct every problem listed.',
      problems: [
        { path: 'numbers[0].number', message: 'is blocked.', action: 'Ask DIDWW.' },
        { path: '', message: 'The balance is zero.', action: 'Top it up.' },
      ],
    } as const;
    expect(resultLines(result({ outcome: 'refused', failure })).slice(3)).toEqual([
      '  - numbers[0].number: is blocked. Ask DIDWW.',
      '  - The balance is zero. Top it up.',
    ]);
  });

  test('names each leftover with the command that removes it', () => {
    const leftovers = [
      {
        provider: 'vapi',
        kind: 'credential',
        id: 'k-1',
        why: 'Vapi has a fault (500).',
        remove: 'curl -X DELETE https://vapi/k-1',
      },
    ] as const;
    const lines = resultLines(result({ outcome: 'leftovers', leftovers }));
    expect(lines).toContain('  Vapi credential k-1: Vapi has a fault (500).');
    expect(lines).toContain('    curl -X DELETE https://vapi/k-1');
    expect(lines).toContain('To remove all that is left: patchbay offboard acme');
  });

  test('says how to go on and how to go back where it is paused', () => {
    expect(resultLines(result({ outcome: 'paused' }))).toEqual([
      'acme: paused; it waits for a person',
      'To try the step again: patchbay resume acme',
      'To put everything back: patchbay cancel acme',
    ]);
  });
});
