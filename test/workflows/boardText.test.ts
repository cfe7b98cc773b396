import { describe, expect, test } from 'vitest';
import { groupsOf } from '../../src/domain/reports/checkGroups.js';
import type { CheckResult, StepProgress } from '../../src/contract/result.js';
import { boardText } from '../../src/workflows/engine/boardText.js';

/** Bytes that Temporal takes of current details. */
const MOST_DETAILS = 20_000;
const numberAt = (at: number): string => `+1864830${String(1000 + at)}`;
const bytes = (text: string): number => Buffer.byteLength(text);

const failed = (at = 0, cause = 'The person was busy'): CheckResult => ({
  check: 'inbound',
  number: numberAt(at),
  verdict: 'failed',
  evidence: {
    from: numberAt(at),
    to: numberAt(at),
    callId: `c-${String(at)}`,
    answered: false,
    endedReason: 'customer-busy',
  },
  diagnosis: { side: 'carrier', cause, action: 'Call again later.' },
});
const step = (at: number): StepProgress => ({
  name: `test call ${numberAt(at)}`,
  state: 'failed',
  note: `failed: ${'☎ '.repeat(200)}`,
});
const board = (open: readonly CheckResult[], steps: readonly StepProgress[] = []): string =>
  boardText({ connection: 'acme', stage: 'verify', steps, open: groupsOf(open) });

describe("Temporal's current details", () => {
  test('show a screen for each check that is not proven, as a Markdown list, above the steps', () => {
    expect(board([failed()], [{ name: 'test call', state: 'failed' }])).toBe(
      [
        '**acme**: verify',
        '',
        '**inbound +18648301000: failed, at the far end or its carrier**',
        '',
        '- *Tried*: Call from +18648301000 to itself',
        "- *At Vapi*: The caller's leg ended unanswered: the called party was busy (customer-busy) · No inbound call appeared",
        '- *At DIDWW*: No record of a call to the number was read',
        '- *Cause*: The person was busy',
        '- *Do*: Call again later.',
        '- *Quote*: Vapi call c-0',
        '',
        '- ❌ test call: failed',
      ].join('\n'),
    );
  });

  test('count steps on many assistants, as those on many numbers, and list few', () => {
    const of = (many: number): readonly StepProgress[] =>
      Array.from({ length: many }, (_, at) => [
        { name: `tool on assistant a-${String(at)}`, state: 'done' } as const,
        { name: `assistant a-${String(at)} read again`, state: at === 0 ? 'running' : 'waiting' } as const,
      ]).flat();

    expect(board([], of(1000))).toBe(
      [
        '**acme**: verify',
        '',
        '- tool on assistants: 1000 done',
        '- assistants read again: 1 under way, 999 to come',
      ].join('\n'),
    );
    expect(board([], of(2))).toContain('tool on assistant a-1: done');
  });

  test('show one screen for numbers that fail alike, and name the others', () => {
    const text = board(Array.from({ length: 30 }, (_, at) => failed(at)));
    expect(text.match(/failed, at the far end/g)).toHaveLength(1);
    expect(text).toContain('- And 29 more: +18648301001,');
    expect(text).toContain('+18648301020 and 9 others; their call ids are in the Result');
  });

  test("show a provider's words as they are, not as Markdown", () => {
    expect(board([failed(0, '<b>No</b> [way](http://x) *now* `a`')])).toContain(
      String.raw`\<b>No\</b> \[way\](http://x) \*now\* \`a\``,
    );
  });

  test('show them so in headlines, advice and notes as well, each on one line', () => {
    const words = '**No** [way](x)\n# Heading\u202e\u001b[31m <b>&lt;';
    const shown = String.raw`\*\*No\*\* \[way\](x) \# Heading\[31m \<b>\&lt;`;
    const failure = {
      step: `import ${words}`,
      provider: 'vapi',
      class: 'refused',
      message: words,
      action: `- ${words}`,
    } as const;
    const steps = [
      { name: `tool *x*`, state: 'failed', note: words },
      ...Array.from({ length: 21 }, (_, at) => ({ name: `call *x* ${numberAt(at)}`, state: 'done' as const })),
    ] as const;

    expect(boardText({ connection: 'acme', stage: 'rollback', steps, failure })).toBe(
      [
        '**acme**: rollback',
        '',
        `**import ${shown}**: ${shown}`,
        '',
        String.raw`\- ${shown}`,
        '',
        String.raw`- ❌ tool \*x\*: failed (${shown})`,
        String.raw`- call \*x\* of numbers: 21 done`,
      ].join('\n'),
    );
  });

  test.each([
    ['1. No', String.raw`1\. No`],
    ['2) No', String.raw`2\) No`],
    ['+ No', String.raw`\+ No`],
    ['> No', String.raw`\> No`],
    ['~~No~~', String.raw`\~\~No\~\~`],
    ['a | b', String.raw`a \| b`],
    ['\\', String.raw`\\`],
  ])('do not begin a list or strike anything out for %s', (words, shown) => {
    const failure = { step: 's', provider: 'vapi', class: 'refused', message: 'm', action: words } as const;

    expect(boardText({ connection: 'acme', stage: 'rollback', steps: [], failure })).toBe(
      ['**acme**: rollback', '', '**s**: m', '', shown, '', ''].join('\n'),
    );
  });

  test.each([
    [
      'hundreds of different failures',
      Array.from({ length: 400 }, (_, at) => failed(at, `Cause ${'☎'.repeat(300)} ${String(at)}`)),
    ],
    ['hundreds of short ones', Array.from({ length: 400 }, (_, at) => failed(at, `Cause ${String(at)} of many`))],
    ['one that goes on for ever', [failed(0, '☎'.repeat(20_000))]],
  ])('stay below what Temporal takes: %s', (_, open) => {
    for (const steps of [[], Array.from({ length: 50 }, (__, at) => step(at))]) {
      const text = board(open, steps);
      expect(bytes(text)).toBeLessThan(MOST_DETAILS);
      const shown = text.match(/^\*\*inbound/gm)?.length ?? 0;
      const unshown = Number(/^(\d+) more not proven and not shown here/m.exec(text)?.[1] ?? 0);
      expect(shown + unshown).toBe(open.length);
      expect(shown).toBeGreaterThan(0);
      if (steps.length > 0) expect(text).toContain('test call of numbers: 50 failed');
    }
  });

  test('are cut without half a character where the rest alone is too long', () => {
    const failure = {
      step: 'preflight',
      provider: 'vapi',
      class: 'refused',
      message: '☎'.repeat(9_000),
      action: '',
    } as const;
    const text = boardText({ connection: 'acme', stage: 'verify', steps: [], failure });
    expect(bytes(text)).toBeLessThan(MOST_DETAILS);
    expect(text).toMatch(/☎…$/);
  });
});
