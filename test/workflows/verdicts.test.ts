import { expect, test } from 'vitest';
import type { CheckResult, StepProgress } from '../../src/contract/result.js';
import { judgeCall } from '../../src/domain/verdict/judgeCall.js';
import type { JudgedEvidence } from '../../src/workflows/verification/judging.js';
import { Verdicts } from '../../src/workflows/verification/verdicts.js';
import type { Verifying } from '../../src/workflows/verification/verifying.js';
import { evidence, facts as factsOf, inbound, ringCall } from '../domain/verdictGiven.js';

const COUNT = 1_000;
const NUMBERS = Array.from({ length: COUNT }, (_, at) => `+1864${String(8_300_000 + at)}`);

/** A board and a report that only count what they are told. */
function given() {
  const seen = {
    draws: 0,
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

/** A number's call to the next one, judged. */
function callOf(at: number): JudgedEvidence {
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
  const made = evidence({ call, facts: factsOf({ inbound: inbound({ caller: from }) }) });
  return { evidence: made, judged: judgeCall(made) };
}

// Drawing the board for each of them in the end takes longer than Temporal gives a workflow task.
test('what a thousand calls come to is shown at once in the end, in the order of the request', () => {
  const { seen, verdicts } = given();
  const calls = NUMBERS.map((_, at) => callOf(at));

  for (const one of calls) verdicts.note(one.evidence.call, one);
  const drawnSoFar = seen.draws;
  const proven = NUMBERS.filter((number) => verdicts.of('inbound', number)?.verdict === 'proven');
  expect(proven).toHaveLength(COUNT);
  verdicts.settle(calls);

  expect(drawnSoFar).toBe(COUNT);
  expect(seen.draws).toBe(COUNT + 1);
  expect(seen.results.map(({ check, number }) => `${check} ${number}`)).toEqual(
    NUMBERS.flatMap((number) => [`inbound ${number}`, `outbound ${number}`]),
  );
});
