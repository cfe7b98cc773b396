import { expect, test } from 'vitest';
import type { CheckResult, StepProgress } from '../../src/contract/result.js';
import type { CallEvidence } from '../../src/domain/calls/evidence.js';
import { Verdicts } from '../../src/workflows/verification/verdicts.js';
import type { Verifying } from '../../src/workflows/verification/verifying.js';
import { evidence, facts as factsOf, inbound, ringCall } from '../domain/verdictGiven.js';

const COUNT = 1_000;
const NUMBERS = Array.from({ length: COUNT }, (_, at) => `+1864${String(8_300_000 + at)}`);

/** A board and a report that only count what they are told. */
function given() {
  const seen = {
    draws: 0,
    judgements: 0,
    results: [] as readonly CheckResult[],
    steps: new Map<string, StepProgress>(),
  };
  const verifying = {
    request: { numbers: NUMBERS.map((number) => ({ number })) },
    board: {
      update: (steps: readonly StepProgress[]) => {
        seen.draws += 1;
        for (const step of steps) seen.steps.set(step.name, step);
      },
    },
    report: { verification: (results: readonly CheckResult[]) => void (seen.results = results) },
  } as unknown as Verifying;
  return { seen, verdicts: new Verdicts(verifying) };
}

/** A number's call to the next one; counts each time that it is judged. */
function callOf(at: number, onJudged: () => void): CallEvidence {
  const [from = '', to = ''] = [NUMBERS[at], NUMBERS[(at + 1) % COUNT]];
  const call = {
    ...ringCall,
    from: { ...ringCall.from, number: from },
    to: { ...ringCall.to, number: to },
    checks: [
      { check: 'outbound', number: from },
      { check: 'inbound', number: to },
    ],
  } as const;
  const { facts, ...plain } = evidence({ call, facts: factsOf({ inbound: inbound({ caller: from }) }) });
  return Object.defineProperty({ ...plain, call }, 'facts', {
    enumerable: true,
    get: () => {
      onJudged();
      return facts;
    },
  });
}

// Judging all anew after each call, or drawing the board for each of them in the end, takes longer than
// Temporal gives a workflow task.
test('a thousand calls are judged once when they are made and once in the end, and shown at once in the end', () => {
  const { seen, verdicts } = given();
  const calls = NUMBERS.map((_, at) => callOf(at, () => void (seen.judgements += 1)));

  for (const one of calls) verdicts.made(one.call, { evidence: one });
  const [judgedSoFar, drawnSoFar] = [seen.judgements, seen.draws];
  const proven = NUMBERS.filter((number) => verdicts.of('inbound', number)?.verdict === 'proven');
  expect(proven).toHaveLength(COUNT);
  expect(seen.judgements).toBe(judgedSoFar);
  verdicts.settle(calls);

  expect(drawnSoFar).toBe(COUNT);
  expect(seen.draws).toBe(COUNT + 1);
  expect(seen.judgements).toBe(2 * judgedSoFar);
  expect(seen.results.map(({ check, number }) => `${check} ${number}`)).toEqual(
    NUMBERS.flatMap((number) => [`inbound ${number}`, `outbound ${number}`]),
  );
});
