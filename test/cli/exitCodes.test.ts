import { describe, expect, test } from 'vitest';
import { type Asked, exitCodeOf } from '../../src/cli/exitCodes.js';
import type { ErrorClass } from '../../src/contract/failure.js';
import { ERROR_CLASSES } from '../../src/contract/failure.js';
import type { Outcome, Result, Verdict } from '../../src/contract/result.js';

interface Ending {
  readonly outcome: Outcome;
  readonly class?: ErrorClass;
  readonly verdict?: Verdict;
}

const resultOf = ({ outcome, class: errorClass, verdict }: Ending): Result => ({
  outcome,
  connection: 'acme',
  objects: [],
  numbers: [],
  verification:
    verdict === undefined ? [] : [{ check: 'inbound', number: '+18648301018', verdict, evidence: { callId: 'c' } }],
  ...(errorClass === undefined
    ? {}
    : { failure: { step: 's', provider: 'didww', class: errorClass, message: 'm', action: 'a' } }),
  leftovers: [],
  warnings: [],
});

const ROWS: readonly (readonly [string, Asked, Ending, number])[] = [
  ['a verified onboarding is a success', 'run', { outcome: 'verified' }, 0],
  ['an onboarding of which no check was asked is a success', 'run', { outcome: 'done' }, 0],
  ['a connection that was taken away is a success', 'run', { outcome: 'removed' }, 0],
  ['a failure that was rolled back clean is 1', 'run', { outcome: 'rolled-back', class: 'conflict' }, 1],
  ['a cancelled onboarding that is clean is 1', 'run', { outcome: 'rolled-back', class: 'cancelled' }, 1],
  ['a run cancelled before it wrote anything is 1', 'run', { outcome: 'refused', class: 'cancelled' }, 1],
  ['a key refused after something was written is 1', 'run', { outcome: 'rolled-back', class: 'authentication' }, 1],
  ['a request that the run itself finds invalid is 2', 'run', { outcome: 'refused', class: 'invalid-request' }, 2],
  ['leftovers are 3', 'run', { outcome: 'leftovers', class: 'provider-fault' }, 3],
  ['leftovers after a refused key are 3', 'run', { outcome: 'leftovers', class: 'authentication' }, 3],
  ['a key refused before anything was written is 4', 'run', { outcome: 'refused', class: 'authentication' }, 4],
  ['a refusal by preflight is 5', 'run', { outcome: 'refused', class: 'refused' }, 5],
  ['a preflight that could not read the accounts is 5', 'run', { outcome: 'refused', class: 'network' }, 5],
  ['a conflict with another run is 5', 'run', { outcome: 'refused', class: 'conflict' }, 5],
  ['a setup that is not proven is 6', 'run', { outcome: 'inconclusive' }, 6],
  ['a run that waits for a person is 7', 'run', { outcome: 'paused', class: 'permission' }, 7],
  ['a cancel that rolled back clean is a success', 'cancel', { outcome: 'rolled-back', class: 'cancelled' }, 0],
  ['a cancel before anything was written is a success', 'cancel', { outcome: 'refused', class: 'refused' }, 0],
  ['a cancel that left something is 3', 'cancel', { outcome: 'leftovers', class: 'cancelled' }, 3],
  ['a cancel that came too late had nothing to act on', 'cancel', { outcome: 'verified' }, 2],
  ['a cancel that came too late, unproven, had nothing to act on', 'cancel', { outcome: 'inconclusive' }, 2],
  ['a verification that proves everything is a success', 'verify', { outcome: 'verified', verdict: 'proven' }, 0],
  ['a verification with a failed check is 1', 'verify', { outcome: 'rolled-back', verdict: 'failed' }, 1],
  ['a verification with a failed check is 1 whatever its outcome', 'verify', { outcome: 'done', verdict: 'failed' }, 1],
  ['a verification that proves too little is 6', 'verify', { outcome: 'inconclusive', verdict: 'inconclusive' }, 6],
];

describe('exit codes', () => {
  test.each(ROWS)('%s', (_rule, asked, ending, code) => {
    expect(exitCodeOf(resultOf(ending), asked)).toBe(code);
  });

  test('a refusal because nobody knows the connection is 2', () => {
    expect(exitCodeOf(resultOf({ outcome: 'refused', class: 'not-found' }), 'run')).toBe(2);
  });

  test('every refusal but for keys, invalid requests and unknown connections is 5', () => {
    const told = ['authentication', 'invalid-request', 'not-found', 'cancelled'];
    const others = ERROR_CLASSES.filter((name) => !told.includes(name));
    for (const errorClass of others)
      expect(exitCodeOf(resultOf({ outcome: 'refused', class: errorClass }), 'run')).toBe(5);
  });
});
