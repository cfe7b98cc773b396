import { describe, expect, test } from 'vitest';
import { checkLines } from '../../src/cli/output/checkText.js';
import type { Paint } from '../../src/cli/output/paint.js';
import { resultLines } from '../../src/cli/output/resultText.js';
import type { CheckResult } from '../../src/contract/result.js';

const ID = '019abcde-1234-7000-8000-0123456789ab';
const FORBIDDEN = 'call.in-progress.error-providerfault-outbound-sip-403-forbidden';
const numberAt = (at: number): string => `+1864830${String(1000 + at)}`;

/** A number whose call DIDWW refused; cause and ids name the number, as they do in life. */
const refused = (at = 0, members: Partial<CheckResult> = {}): CheckResult => ({
  check: 'outbound',
  number: numberAt(at),
  verdict: 'failed',
  evidence: {
    call: `pb-acme-1a2b3c4d-${String(at)}`,
    from: numberAt(at),
    to: numberAt(at + 1),
    callId: `${ID}-${String(at)}`,
    endedReason: FORBIDDEN,
    answered: false,
    heard: 'nobody',
    seconds: 0,
  },
  diagnosis: {
    side: 'didww',
    cause: `The carrier refused the call of sip:${numberAt(at)}@fra.eu.out.didww.com, call ${ID}-${String(at)}`,
    action: 'Check allow-list, caller ids, destination rules, spend limit and balance of the outbound trunk at DIDWW.',
  },
  ...members,
});
const proven = (at: number, check: CheckResult['check'] = 'inbound'): CheckResult => ({
  check,
  number: numberAt(at),
  verdict: 'proven',
  evidence: { callId: 'c-1' },
});
const many = (count: number, make: (at: number) => CheckResult): CheckResult[] =>
  Array.from({ length: count }, (_, at) => make(at));
const marked: Paint = {
  bold: (text) => `<b>${text}</b>`,
  dim: (text) => `<dim>${text}</dim>`,
  good: (text) => `<good>${text}</good>`,
  bad: (text) => `<bad>${text}</bad>`,
  care: (text) => `<care>${text}</care>`,
};

describe('what the test calls showed', () => {
  test('a failed check is one screen: tried, both sides, the guilty side, cause, what to do, ids to quote', () => {
    expect(checkLines([refused()])).toEqual([
      'outbound +18648301000: failed, at DIDWW',
      '  Tried      Call pb-acme-1a2b3c4d-0 from +18648301000 to +18648301001',
      "  At Vapi    The caller's leg ended unanswered: the carrier refused the call (403): allow-list,",
      '             caller id, destination or balance',
      '             (call.in-progress.error-providerfault-outbound-sip-403-forbidden)',
      '  At DIDWW   No record of the test call was read',
      '  Cause      The carrier refused the call of sip:+18648301000@fra.eu.out.didww.com, call',
      '             019abcde-1234-7000-8000-0123456789ab-0',
      '  Do         Check allow-list, caller ids, destination rules, spend limit and balance of the',
      '             outbound trunk at DIDWW.',
      '  Quote      Vapi call 019abcde-1234-7000-8000-0123456789ab-0',
    ]);
  });

  test('stays within 100 columns, and breaks no id or address however long it is', () => {
    const address = `sip:${'x'.repeat(120)}@sip.vapi.ai`;
    const evidence = { ...refused().evidence, didwwCode: '401', didwwReason: 'Unauthorized', didwwTarget: address };
    const lines = resultLines({
      connection: 'acme',
      objects: [],
      numbers: [],
      verification: [refused(0, { check: 'inbound', evidence })],
      leftovers: [],
      warnings: [],
    });
    expect(lines.filter((line) => line.includes(address))).toHaveLength(1);
    expect(lines.filter((line) => line.length > 100)).toEqual([`${' '.repeat(15)}${address}:`]);
    expect(lines.join('\n')).not.toMatch(/ \n/);
  });

  test('a check without a call says that none was placed, and why', () => {
    const diagnosis = { side: 'our-request', cause: 'The spend could exceed the cap', action: 'Raise it.' } as const;
    const lines = checkLines([refused(0, { verdict: 'inconclusive', evidence: {}, diagnosis })]);
    expect(lines[0]).toBe('outbound +18648301000: inconclusive, in our request');
    expect(lines).toContain('  Tried      No call was placed, as far as is known');
    expect(lines).toContain('  Cause      The spend could exceed the cap');
    expect(lines).toContain('  Do         Raise it.');
  });

  test('twenty numbers that fail for one trunk are one screen, which names the others', () => {
    const text = checkLines(many(20, refused)).join('\n');
    expect(text.match(/failed, at DIDWW/g)).toHaveLength(1);
    expect(text).toContain('outbound +18648301000: failed');
    expect(text).toContain('  and 19 more: +18648301001, +18648301002,');
    expect(text.replace(/\s+/g, ' ')).toContain('+18648301019; their call ids are in the Result (--json)');
    expect(text.match(/Quote/g)).toHaveLength(1);
  });

  test('ten numbers that fail alike are a screen each, as are numbers that fail for another cause', () => {
    const other = { side: 'vapi', cause: 'Something else', action: 'Look.' } as const;
    const text = checkLines([...many(10, refused), refused(10, { diagnosis: other })]).join('\n');
    expect(text.match(/failed, at/g)).toHaveLength(11);
    expect(text).not.toContain('more:');
  });

  test('of a thousand numbers that fail alike fifty are named and the rest counted', () => {
    const text = checkLines(many(1000, refused)).join(' ');
    expect(text).toContain('and 999 more:');
    expect(text.replace(/\s+/g, ' ')).toContain('+18648301050 and 949 others;');
    expect(text).not.toContain('+18648301051');
  });

  test('proven checks come first, a line each; of more than ten of a kind only their count', () => {
    expect(checkLines([...many(3, proven), refused()]).slice(0, 5)).toEqual([
      'inbound +18648301000: proven, Vapi call c-1',
      'inbound +18648301001: proven, Vapi call c-1',
      'inbound +18648301002: proven, Vapi call c-1',
      '',
      'outbound +18648301000: failed, at DIDWW',
    ]);
    expect(checkLines([...many(11, proven), proven(0, 'outbound')])).toEqual([
      'inbound: 11 proven',
      'outbound +18648301000: proven, Vapi call c-1',
    ]);
  });

  test('a proven transfer that was forced, or on which no person was heard, says so', () => {
    const evidence = {
      inboundCallId: 'c-2',
      forced: true,
      toolFired: false,
      transferStatus: 'connected',
      audio: 'unproven',
    };
    expect(checkLines([{ ...proven(0, 'transfer'), evidence }])).toEqual([
      "transfer +18648301000: proven, forced through the control URL, Vapi's status connected, audio unproven; Vapi call c-2",
    ]);
  });

  test('on a terminal the verdict is coloured and the labels are dim; the texts are plain', () => {
    const lines = checkLines([proven(0), refused()], marked);
    expect(lines[0]).toBe('<good>inbound +18648301000: proven</good><dim>, Vapi call c-1</dim>');
    expect(lines[2]).toBe('<bad>outbound +18648301000: failed, at DIDWW</bad>');
    expect(lines[3]).toBe('<dim>  Tried      </dim>Call pb-acme-1a2b3c4d-0 from +18648301000 to +18648301001');
  });
});
