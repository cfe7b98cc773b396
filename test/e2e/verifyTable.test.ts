import { describe, expect, test } from 'vitest';
import type { Check, CheckResult } from '../../src/contract/result.js';
import type { World } from '../support/world.js';
import { CONDITIONS } from './conditions.js';
import { inLanes, type Misconfiguration, type Truth } from './misconfigured.js';
import { MISCONFIGURED_AT_DIDWW } from './misconfiguredDidww.js';
import { MISCONFIGURED_AT_VAPI } from './misconfiguredVapi.js';
import { verified } from './verifying.js';

/** To look at a few: PATCHBAY_ROWS is a regular expression over names. */
const WANTED = new RegExp(process.env['PATCHBAY_ROWS'] ?? '');
const ROWS = [...MISCONFIGURED_AT_DIDWW, ...MISCONFIGURED_AT_VAPI, ...CONDITIONS]
  .filter(({ name }) => WANTED.test(name))
  .sort((one, other) => Number(other.slow ?? false) - Number(one.slow ?? false));
const CHECKS = ['inbound', 'outbound', 'transfer'] as const satisfies readonly Check[];
const LONGEST_MS = 900_000;

/** How the verdict on one check compares with the truth. */
interface Score {
  readonly of: string;
  readonly verdict: boolean;
  /** Of checks that are not proven in truth. */
  readonly side?: boolean;
  readonly action?: boolean;
  readonly seen: string;
}

describe('a single thing that is wrong', () => {
  test('stands in at least 60 rows, none twice', () => {
    if (process.env['PATCHBAY_ROWS'] === undefined) expect(ROWS.length).toBeGreaterThanOrEqual(60);
    expect(new Set(ROWS.map(({ name }) => name)).size).toBe(ROWS.length);
  });

  test(
    'gets the right verdict, the guilty side and the right action, row by row',
    async () => {
      const scores = (await inLanes(ROWS, scoresOf)).flat();

      expect(scores).toHaveLength(ROWS.length * CHECKS.length);
      expect(scores.flatMap(deviationOf)).toEqual([]);
    },
    LONGEST_MS,
  );
});

/** What of a check is not as it is in truth; nothing where all of it is. */
function deviationOf({ of, seen, ...score }: Score): readonly string[] {
  const wrong = Object.entries(score).flatMap(([what, isRight]) => (isRight ? [] : [what]));
  return wrong.length === 0 ? [] : [`wrong ${wrong.join(', ')}: ${of}: ${seen}`];
}

async function scoresOf(world: World, row: Misconfiguration): Promise<readonly Score[]> {
  const { verification } = await verified(world, row.order);
  return CHECKS.map((check) =>
    scoreOf(
      `${row.name}, ${check}`,
      row[check],
      verification.find((result) => result.check === check),
    ),
  );
}

function scoreOf(of: string, truth: Truth, result: CheckResult | undefined): Score {
  const { verdict, diagnosis } = result ?? {};
  const { side, cause, action } = diagnosis ?? {};
  const seen = [verdict ?? 'no verdict', side, cause, action].filter((part) => part !== undefined).join(' | ');
  const isRight = verdict === truth.verdict;
  if (truth.verdict === 'proven') return { of, verdict: isRight, seen };
  const sides: readonly unknown[] = [truth.side].flat();
  return { of, verdict: isRight, side: sides.includes(side), action: truth.action.test(action ?? ''), seen };
}
