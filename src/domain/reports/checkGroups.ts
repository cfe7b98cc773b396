import type { CheckResult } from '../../contract/result.js';

/** Up to so many checks that failed alike are shown one by one: each has ids of its own. */
export const MOST_SHOWN_ALIKE = 10;

/** A check, and the numbers of others that had the same verdict for the same cause. */
export interface CheckGroup {
  readonly first: CheckResult;
  readonly others: readonly string[];
}

/**
 * Checks in their order; more than ten that differ in their numbers and ids alone, as where one trunk is
 * wrong, become one group.
 */
export function groupsOf(results: readonly CheckResult[]): readonly CheckGroup[] {
  const alike = new Map<string, [CheckResult, ...CheckResult[]]>();
  for (const result of results) {
    const key = kindOf(result);
    const group = alike.get(key);
    if (group === undefined) alike.set(key, [result]);
    else group.push(result);
  }
  const places = new Map(results.map((result, at) => [result, at]));
  return [...alike.values()]
    .flatMap(([first, ...others]) =>
      others.length < MOST_SHOWN_ALIKE
        ? [first, ...others].map((one) => ({ first: one, others: [] }))
        : [{ first, others: others.map(({ number }) => number) }],
    )
    .sort((one, other) => (places.get(one.first) ?? 0) - (places.get(other.first) ?? 0));
}

/** The numbers of the others, as many as are named: `19 more: +1…, +1…`. */
export function othersText(others: readonly string[], mostNamed: number): string {
  const named = others.slice(0, mostNamed).join(', ');
  const unnamed = others.length - mostNamed;
  return `${String(others.length)} more: ${named}${unnamed > 0 ? ` and ${String(unnamed)} others` : ''}`;
}

function kindOf(result: CheckResult): string {
  const { check, verdict, diagnosis } = result;
  const own = ownWords(result);
  const impersonal = (text: string): string => own.reduce((rest, word) => rest.replaceAll(word, '…'), text);
  return [
    check,
    verdict,
    diagnosis?.side,
    impersonal(diagnosis?.cause ?? ''),
    impersonal(diagnosis?.action ?? ''),
  ].join('\n');
}

/**
 * Numbers and ids, which differ from check to check although the cause is one. Numbers without `+`, as a
 * SIP address may have them.
 */
function ownWords({ number, evidence }: CheckResult): readonly string[] {
  const numbers = [number, evidence['from'], evidence['to']].map((one) => String(one ?? '').replace('+', ''));
  const ids = ['call', 'callId', 'inboundCallId', 'carrierCallId', 'didwwCallId'].map((key) =>
    String(evidence[key] ?? ''),
  );
  return [...numbers, ...ids].filter((word) => word !== '');
}
