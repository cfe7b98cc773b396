import { describe, expect, test } from 'vitest';
import { failureReport, reportRows, reportTitle } from '../../src/domain/reports/failureReport.js';
import type { Check, CheckResult, Diagnosis, Evidence, Verdict } from '../../src/contract/result.js';
import type { CallEvidence, Placement } from '../../src/domain/calls/evidence.js';
import { judgeCall } from '../../src/domain/verdict/judgeCall.js';
import {
  A,
  B,
  evidence,
  facts,
  inbound,
  judged,
  outbound,
  placed,
  refusedWith,
  transfer,
  transferCall,
} from './verdictGiven.js';

const FORBIDDEN = 'call.in-progress.error-providerfault-outbound-sip-403-forbidden';

/** A judged call, with further evidence that others look up. */
const seen = (check: Check, given: Partial<CallEvidence>, more: Evidence = {}): CheckResult => {
  const result = judged(check, given);
  return { ...result, evidence: { ...result.evidence, ...more } };
};
const seenTransfer = (given: Partial<CallEvidence>, more: Evidence = {}): CheckResult =>
  seen('transfer', { call: transferCall, ...given }, more);
/** The first check of a call that nobody followed. */
const unfollowed = (placement: Placement): CheckResult => {
  const { facts: _, ...unseen } = evidence({ placement });
  const [result] = judgeCall(unseen).results;
  if (result === undefined) throw new Error('the call proves nothing');
  return result;
};
/** A check without any call. */
const untried = (check: Check, verdict: Verdict, diagnosis: Diagnosis, evidence: Evidence = {}): CheckResult => ({
  check,
  number: B,
  verdict,
  evidence,
  diagnosis,
});

/** The screen as lines, `Label: text`. */
function linesOf(result: CheckResult): string[] {
  const screen = failureReport(result);
  return [
    reportTitle(result, screen),
    ...reportRows(screen).flatMap(({ label, texts }) => texts.map((text) => `${label}: ${text}`)),
  ];
}

describe('the screen of a check that is not proven', () => {
  test('of an inbound call that Vapi refused: what was tried, both sides, which side, what to do, the ids', () => {
    const result = seen(
      'inbound',
      {
        facts: { outbound: refusedWith('customer-did-not-answer') },
        inboundRecord: {
          number: B.slice(1),
          seconds: 0,
          code: '401',
          reason: 'Unauthorized',
          target: `sip:${B}@sip.vapi.ai`,
          recordId: 'didww-1',
        },
      },
      {
        call: 'pb-acme-1a2b3c4d-1',
        placedAt: '2026-11-25T18:00:03.512Z',
        didwwReason: 'Unauthorized',
        didwwTarget: `sip:${B}@sip.vapi.ai`,
      },
    );
    expect(linesOf(result)).toEqual([
      `inbound ${B}: failed, at Vapi`,
      `Tried: Call pb-acme-1a2b3c4d-1 from ${A} to ${B}, placed 2026-11-25 18:00:03 UTC`,
      "At Vapi: The caller's leg ended unanswered: the called party did not answer (customer-did-not-answer)",
      'At Vapi: No inbound call appeared',
      `At DIDWW: The call reached the number and was sent to sip:${B}@sip.vapi.ai: 401 Unauthorized`,
      `Cause: The call reached the number, but was not taken: DIDWW sent it to sip:${B}@sip.vapi.ai, 401 Unauthorized. Vapi does not know the address that the call came from: a gateway is missing`,
      `Do: ${result.diagnosis?.action ?? ''}`,
      'Quote: Vapi call call-1',
      'Quote: DIDWW call didww-1',
    ]);
  });

  test('of an outbound call that DIDWW refused names code, meaning and the record of its own leg', () => {
    const result = seen(
      'outbound',
      { facts: { outbound: refusedWith(FORBIDDEN) } },
      { didwwCode: '403', didwwReason: 'Forbidden', didwwCallId: 'didww-2', didwwSeconds: 0 },
    );
    expect(linesOf(result)).toEqual([
      `outbound ${A}: failed, at DIDWW`,
      `Tried: Call pb-acme-12345678-1 from ${A} to ${B}, placed 1970-01-01 00:00:00 UTC`,
      `At Vapi: The caller's leg ended unanswered: the carrier refused the call (403): allow-list, caller id, destination or balance (${FORBIDDEN})`,
      'At DIDWW: The record of the test call: 403 Forbidden: the destination refused the call, or the service time of the number has expired',
      `Cause: The carrier refused the call (403): allow-list, caller id, destination or balance (${FORBIDDEN})`,
      `Do: ${result.diagnosis?.action ?? ''}`,
      'Quote: Vapi call call-1',
      'Quote: DIDWW call didww-2',
    ]);
  });

  test('of one-way audio says who was heard by whom, and quotes the ids of both legs', () => {
    const result = seen('inbound', {
      facts: {
        outbound: outbound({ userSpoke: false }),
        inbound: inbound({ caller: A, carrierName: 'patchbay acme in', carrierCallId: 'sip-1' }),
      },
    });
    const { atVapi, side, quote } = failureReport(result);
    expect(side).toBe('on the network between them');
    expect(atVapi[0]).toContain('after 9 s');
    expect(atVapi[0]).toContain('The caller spoke and heard nothing');
    expect(atVapi[1]).toContain(`an inbound call appeared, from ${A}, accepted by the credential patchbay acme in.`);
    expect(atVapi[1]).toContain('One-way audio: the assistant spoke and the caller did not hear it');
    expect(quote).toEqual(['Vapi call call-1', 'Vapi inbound call call-2', 'SIP Call-ID sip-1']);
  });

  test('of a transfer that was forwarded and rang nobody says how it was begun, and that "forwarded" proves nothing', () => {
    const { status: _, ...unknown } = transfer({ personSpoke: false });
    const forwarded = inbound({ endedReason: 'assistant-forwarded-call' });
    const result = seenTransfer(
      { facts: facts({ inbound: forwarded, transfer: unknown }) },
      { didwwRecord: 'none within the window' },
    );
    const { tried, atVapi, atDidww } = failureReport(result);
    expect(tried).toContain(`from ${A} to ${B}`);
    expect(tried).toContain('; the caller asks for a person');
    expect(atVapi[2]).toBe(
      'the assistant called its transfer tool on its own. Vapi gives no status of the transfer. That it was forwarded proves nothing on its own. No words of the person reached the caller',
    );
    expect(atDidww).toBe('no record of the leg to the person within the window');
  });

  test('of a person who was busy tells a forced transfer, its status, and the record of the leg to the person', () => {
    const result = seenTransfer(
      {
        facts: facts({ transfer: transfer({ toolFired: false, forced: true, status: 'busy', personSpoke: false }) }),
        transferRecord: { number: '1', seconds: 0, code: '486', reason: 'Busy here', target: '', recordId: 'didww-3' },
      },
      { didwwReason: 'Busy here' },
    );
    const { side, atVapi, atDidww, quote } = failureReport(result);
    expect(side).toBe('at the far end or its carrier');
    expect(atVapi[2]).toContain('was forced through the control URL');
    expect(atVapi[2]).toContain("Vapi's status of the transfer: busy");
    expect(atDidww).toBe('the record of the leg to the person: 486 Busy here: the destination is busy');
    expect(quote).toContain('DIDWW call didww-3');
  });

  test('of a call that left no slot for the called side says so', () => {
    const { side, atVapi } = failureReport(unfollowed({ ...placed, remainingSlots: 0 }));
    expect(side).toBe('billing or call slots');
    expect(atVapi).toEqual(['the call was placed, which left no call slot for the called side, and was ended']);
  });

  test('of a call that Vapi refused to place names it and has no id to quote', () => {
    const result = unfollowed({ placed: false, why: 'refused', message: 'the voice is unknown' });
    const { tried, atVapi, atDidww, quote } = failureReport(result);
    expect({ tried, atVapi, atDidww, quote }).toEqual({
      tried: `call from ${A} to ${B}; Vapi gave no call id`,
      atVapi: ['no call is known of'],
      atDidww: 'nothing',
      quote: ['no id: no call is known of'],
    });
  });

  test.each([
    ['the budget', 'inconclusive', 'our-request', 'in our request'],
    ['a number that is not imported', 'failed', 'vapi', 'at Vapi'],
  ] as const)('without a call, because of %s, says that none was placed, and why', (_, verdict, side, words) => {
    const result = untried('inbound', verdict, { side, cause: 'The reason', action: 'Mend it.' });
    expect(linesOf(result)).toEqual([
      `inbound ${B}: ${verdict}, ${words}`,
      'Tried: No call was placed, as far as is known',
      'At Vapi: Nothing',
      'At DIDWW: Nothing',
      'Cause: The reason',
      'Do: Mend it.',
      'Quote: No id: no call is known of',
    ]);
  });

  test('puts a cause with line breaks into one line', () => {
    const result = untried('inbound', 'failed', { side: 'vapi', cause: 'It\n  broke', action: 'Mend\nit.' });
    expect(failureReport(result)).toMatchObject({ cause: 'It broke', action: 'Mend it.' });
  });

  test('says of an inbound call that DIDWW sent nowhere that it was sent nowhere', () => {
    const evidence = { from: A, to: B, callId: 'c', answered: false, didwwCode: '404', didwwTarget: '' };
    const { atDidww } = failureReport(untried('inbound', 'failed', { side: 'didww', cause: '', action: '' }, evidence));
    expect(atDidww).toContain('reached the number and was sent nowhere: 404: the destination does not know');
  });

  test('says of a call that was placed and could not be followed that its course is not known', () => {
    const evidence = { from: A, to: A, callId: 'c' };
    const screen = failureReport(
      untried('outbound', 'inconclusive', { side: 'vapi', cause: '', action: '' }, evidence),
    );
    expect(screen.tried).toBe(`call from ${A} to itself`);
    expect(screen.atVapi).toEqual(['the call was placed; what became of it could not be read']);
    expect(screen.atDidww).toBe('no record of the test call was read');
  });
});
