import { expect, test } from 'vitest';
import type { Plan, PlannedChange } from '../../src/contract/plan.js';
import { fitPlan } from '../../src/domain/reports/planSize.js';
import { addressWarnings } from '../../src/domain/sip/addresses.js';

const bytes = (plan: Plan): number => Buffer.byteLength(JSON.stringify(plan));

const id = (at: number): string => `5f0c0a52-0000-4000-8000-${String(at).padStart(12, '0')}`;

/** A number that would be made, with a label of this length. */
const number = (at: number, label: string): PlannedChange => ({
  action: 'create',
  provider: 'vapi',
  kind: 'phone-number',
  name: `+1555${String(at).padStart(7, '0')}`,
  attributes: [
    { attribute: 'label', from: null, to: label },
    { attribute: 'assistantId', from: null, to: id(at) },
  ],
  effect: 'none',
});

const plan = (changes: readonly PlannedChange[], texts: readonly string[] = []): Plan => ({
  connection: 'acme',
  changes,
  problems: texts.map((text) => ({ path: 'numbers', message: text, action: text })),
  warnings: [],
  rings: [],
});

test('a plan that fits is told as it is', () => {
  const small = plan([number(1, 'Support')]);
  expect(fitPlan(small)).toBe(small);
});

test('a plan of too many words has them cut, and every object and problem is told', () => {
  const changes = Array.from({ length: 1_000 }, (_, at) => number(at, 'Support'));
  const large = plan(
    changes,
    Array.from({ length: 1_000 }, () => 'x'.repeat(2_000)),
  );

  const fitted = fitPlan(large);

  expect(bytes(fitted)).toBeLessThan(2_000_000);
  expect(fitted.changes).toEqual(changes);
  expect(fitted.problems.length).toBe(1_000);
});

test('a plan of more objects than fit leaves out what they would be made with, and says so', () => {
  const fitted = fitPlan(plan(Array.from({ length: 9_000 }, (_, at) => number(at, 'Support'))));

  expect(bytes(fitted)).toBeLessThan(2_000_000);
  expect(fitted.changes.length).toBe(9_000);
  expect(fitted.warnings.join(' ')).toContain('left out');
});

test('built-in addresses that were read more than 90 days ago are told, with the page to compare them with', () => {
  const on = (date: string): readonly string[] => addressWarnings(Date.parse(date));

  expect(on('2026-11-01')).toEqual([]);
  expect(on('2026-12-01')).toEqual([expect.stringContaining('docs.vapi.ai')]);
  expect(on('2027-01-01')).toEqual([expect.stringContaining('doc.didww.com'), expect.stringContaining('docs.vapi.ai')]);
});
