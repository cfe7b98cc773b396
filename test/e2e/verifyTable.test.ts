import { afterAll, describe, expect, test } from 'vitest';
import type { Check, CheckResult } from '../../src/domain/result.js';
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

const scores: Score[] = [];

describe('a single thing that is wrong', () => {
  test('stands in at least 60 rows, none twice', () => {
    if (process.env['PATCHBAY_ROWS'] === undefined) expect(ROWS.length).toBeGreaterThanOrEqual(60);
    expect(new Set(ROWS.map(({ name }) => name)).size).toBe(ROWS.length);
  });

  test(
    'is put through the real workflow',
    async () => {
      scores.push(...(await inLanes(ROWS, scoresOf)).flat());
    },
    LONGEST_MS,
  );

  test('gets the right verdict always, the guilty side in 95 % and the right action in 90 %', () => {
    const { verdict, side, action } = shares();
    const deviations = scores.filter((score) => !score.verdict || score.side === false || score.action === false);

    expect(scores).toHaveLength(ROWS.length * CHECKS.length);
    expect(verdict, deviations.map(({ of, seen }) => `${of}: ${seen}`).join('\n')).toBe(1);
    expect(side).toBeGreaterThanOrEqual(0.95);
    expect(action).toBeGreaterThanOrEqual(0.9);
  });
});

afterAll(() => {
  const { verdict, side, action } = shares();
  const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
  for (const { of, seen, ...score } of scores) {
    const wrong = Object.entries(score).flatMap(([what, isRight]) => (isRight ? [] : [what]));
    if (wrong.length > 0) process.stdout.write(`wrong ${wrong.join(', ')}: ${of}: ${seen}\n`);
  }
  process.stdout.write(
    `${String(ROWS.length)} rows, ${String(scores.length)} checks: verdict ${percent(verdict)}, side ${percent(side)}, action ${percent(action)}\n`,
  );
});

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

function shares(): { readonly verdict: number; readonly side: number; readonly action: number } {
  const share = (of: (score: Score) => boolean | undefined): number => {
    const judged = scores.map(of).filter((one) => one !== undefined);
    return judged.filter(Boolean).length / Math.max(judged.length, 1);
  };
  return {
    verdict: share(({ verdict }) => verdict),
    side: share(({ side }) => side),
    action: share(({ action }) => action),
  };
}
