/**
 * What travels through Temporal has to fit 2 MB, of a thousand numbers too. Belongs here: what is left out first. Does not: anything that one number needs.
 */
import type { CheckResult, Evidence } from './result.js';
import type { Finding } from './testCallFacts.js';

/** Characters that checks, or findings, may have: a Result holds numbers and objects as well. */
const MOST_CHARACTERS = 1_000_000;
/** What stays in any case: ids to find a call by, and codes. */
const KEPT: ReadonlySet<string> = new Set(['callId', 'inboundCallId', 'didwwCallId', 'endedReason', 'didwwCode']);
/** Characters that cause and action keep, tried in this order. */
const TEXT_LENGTHS = [Infinity, 300, 120] as const;

/** What was left out, for a person. */
export const EVIDENCE_CUT =
  'The test calls of so many numbers have more evidence than a Result holds: of most checks only ids, codes and the beginning of the diagnosis were kept.';

/** The checks with as much evidence as a Result holds: first what is proven is reduced to its ids, then everything. */
export function fitting(checks: readonly CheckResult[]): {
  readonly checks: readonly CheckResult[];
  readonly isCut: boolean;
} {
  if (fits(checks)) return { checks, isCut: false };
  const tries = [
    checks.map((check) => (check.verdict === 'proven' ? reduced(check, Infinity) : check)),
    ...TEXT_LENGTHS.map((length) => checks.map((check) => reduced(check, length))),
  ];
  return { checks: tries.find(fits) ?? tries.at(-1) ?? checks, isCut: true };
}

const fits = (list: readonly unknown[]): boolean => JSON.stringify(list).length <= MOST_CHARACTERS;

function reduced({ evidence, diagnosis, ...rest }: CheckResult, length: number): CheckResult {
  const kept: Evidence = Object.fromEntries(Object.entries(evidence).filter(([key]) => KEPT.has(key)));
  if (diagnosis === undefined) return { ...rest, evidence: kept };
  const { side, cause, action } = diagnosis;
  return { ...rest, evidence: kept, diagnosis: { side, cause: cut(cause, length), action: cut(action, length) } };
}

const cut = (text: string, length: number): string => (text.length <= length ? text : `${text.slice(0, length - 1)}…`);

/** The findings as far as they fit: of each number the most telling one, where all are too many. */
export function fittingFindings(findings: readonly Finding[]): readonly Finding[] {
  if (fits(findings)) return findings;
  const seen = new Set<string>();
  return findings.filter(({ number }) => {
    if (number === undefined) return true;
    const isFirst = !seen.has(number);
    seen.add(number);
    return isFirst;
  });
}
