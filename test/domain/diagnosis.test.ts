import { Vapi } from '@vapi-ai/server-sdk';
import { describe, expect, test } from 'vitest';
import {
  endJudgement,
  isPassingFault,
  isPlainEnd,
  mayComeFromFarEnd,
} from '../../src/domain/diagnosis/endJudgement.js';
import { inboundRecordJudgement } from '../../src/domain/diagnosis/callRecord.js';
import { readDisconnectCode } from '../../src/domain/diagnosis/disconnectCode.js';

/** Every ended reason of the installed SDK. */
const REASONS: readonly string[] = [...new Set<string>(Object.values(Vapi.CallEndedReason))];

describe('what an ended reason means', () => {
  test('every reason that Vapi documents has a verdict, a side, a cause that quotes it and an action', () => {
    expect(REASONS.length).toBeGreaterThan(500);
    for (const role of ['caller', 'called'] as const) {
      for (const reason of REASONS) {
        const judgement = endJudgement(reason, role);
        if (judgement.verdict === 'proven') throw new Error(`${reason} alone proves nothing`);
        expect(judgement.diagnosis.cause, reason).toContain(
          reason.endsWith('concurrency-limit-reached') ? 'slot' : reason,
        );
        expect(judgement.diagnosis.action.length, reason).toBeGreaterThan(10);
      }
    }
  });

  test('no reason is proof by itself', () => {
    expect(REASONS.filter((reason) => endJudgement(reason, 'called').verdict === 'proven')).toEqual([]);
  });

  test.each([
    ['pipeline-error-openai-401-unauthorized', 'called', 'assistant'],
    ['pipeline-error-openai-401-unauthorized', 'caller', 'vapi'],
    ['call.in-progress.error-vapifault-worker-died', 'called', 'vapi'],
    ['assistant-not-found', 'called', 'assistant'],
    ['call.start.error-get-phone-number', 'caller', 'vapi'],
  ] as const)('%s of the leg of the %s is the fault of %s', (reason, role, side) => {
    expect(endJudgement(reason, role)).toMatchObject({ diagnosis: { side } });
  });

  test('only outages are worth one more call', () => {
    expect(isPassingFault('call.in-progress.error-providerfault-openai-llm-failed')).toBe(true);
    expect(isPassingFault('worker-shutdown')).toBe(true);
    expect(isPassingFault('pipeline-error-openai-401-unauthorized')).toBe(false);
    expect(isPassingFault('call.in-progress.error-providerfault-outbound-sip-403-forbidden')).toBe(false);
    expect(isPassingFault('customer-ended-call')).toBe(false);
    expect(isPassingFault(undefined)).toBe(false);
  });

  test('a refused password comes from the near side, a missing answer may come from the far one', () => {
    const sip = (rest: string) => mayComeFromFarEnd(`call.in-progress.error-providerfault-outbound-sip-${rest}`);
    expect(sip('407-proxy-authentication-required')).toBe(false);
    expect(sip('408-request-timeout')).toBe(true);
    expect(mayComeFromFarEnd('call.in-progress.error-sip-outbound-call-failed-to-connect')).toBe(true);
    expect(mayComeFromFarEnd('call.in-progress.error-providerfault-transport-never-connected')).toBe(false);
  });

  test('stops that say nothing of the line are plain ends, faults are not', () => {
    expect(
      ['customer-ended-call', 'exceeded-max-duration', 'silence-timed-out', 'assistant-said-end-call-phrase'].every(
        isPlainEnd,
      ),
    ).toBe(true);
    expect(['customer-busy', 'worker-shutdown', 'manually-canceled', undefined].some(isPlainEnd)).toBe(false);
  });
});

describe('what a disconnect code of an inbound record means', () => {
  const judge = (code: string, target = 'sip:+1864@sip.vapi.ai') => {
    const judgement = inboundRecordJudgement({ number: '1864', seconds: 0, code, reason: '', target, recordId: 'r' });
    return judgement.verdict === 'proven' ? 'proven' : `${judgement.verdict} ${judgement.diagnosis.side}`;
  };

  test.each([
    ['401', 'failed vapi'],
    ['403', 'failed vapi'],
    ['404', 'failed vapi'],
    ['408', 'failed network'],
    ['503', 'failed vapi'],
    ['486', 'inconclusive carrier'],
    ['487', 'inconclusive carrier'],
    ['402', 'inconclusive billing'],
    ['200', 'inconclusive vapi'],
  ])('%s of a call that DIDWW sent to Vapi is %s', (code, expected) => {
    expect(judge(code)).toBe(expected);
  });

  test.each(['403', '404'])('%s of a call that DIDWW sent nowhere is a matter of DIDWW', (code) => {
    expect(judge(code, '')).toBe('failed didww');
  });

  // docs/providers/didww.md, Capacity and balance: channels that others hold are free again later; a number
  // without any is found in the account.
  test.each(['', 'sip:+1864@sip.vapi.ai'])('480 says that channels are in use, at DIDWW (sent to "%s")', (target) => {
    expect(judge('480', target)).toBe('inconclusive didww');
  });

  test('200 of a call that DIDWW sent elsewhere says that somebody else answered', () => {
    expect(judge('200', 'sip:1864@pbx.example.com')).toBe('failed didww');
  });

  test.each([
    ['401', /gateway/],
    ['404', /imported/],
    ['488', /codecs/],
    ['503', /sip\.ingress/],
  ])('%s by Vapi comes with what to look at', (code, action) => {
    const facts = { number: '1864', seconds: 0, code, reason: '', target: 'sip:+1864@sip.vapi.ai', recordId: 'r' };
    expect(inboundRecordJudgement(facts)).toMatchObject({
      diagnosis: { side: 'vapi', action: expect.stringMatching(action) as string },
    });
  });

  test('no code is proof by itself', () => {
    for (let code = 100; code < 700; code += 1)
      expect(judge(String(code)), readDisconnectCode(code).meaning).not.toBe('proven');
  });
});
