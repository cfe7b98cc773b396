import { describe, expect, test } from 'vitest';
import { judgeCall } from '../../src/domain/verdict/judgeCall.js';
import type { CallEvidence } from '../../src/domain/calls/evidence.js';
import { A, evidence, facts, inbound, outbound, refusedWith, transfer, transferCall } from './verdictGiven.js';

const FAULT = 'call.in-progress.error-vapifault-worker-died';
const isWorthRepeating = (call: CallEvidence) => judgeCall(call).isWorthRepeating;
const asked = (members: Parameters<typeof facts>[0]) =>
  isWorthRepeating(evidence({ call: transferCall, facts: facts(members) }));

describe('another call', () => {
  test('is made where a fault of Vapi kept this one from proving anything', () => {
    expect(isWorthRepeating(evidence({ facts: { outbound: refusedWith(FAULT) } }))).toBe(true);
  });

  test('is not made for a fault that stays, or where nothing is left to prove', () => {
    const own = 'call.in-progress.error-providerfault-outbound-sip-407-proxy-authentication-required';
    expect(isWorthRepeating(evidence({ facts: { outbound: refusedWith(own) } }))).toBe(false);
    expect(isWorthRepeating(evidence())).toBe(false);
  });

  test('is never made once a person may have been rung, whatever became of the call', () => {
    const broken = { outbound: outbound({ endedReason: FAULT }), inbound: inbound({ caller: A }) };
    const none = transfer({ toolFired: false, begun: false, personSpoke: false });
    expect(asked({ ...broken, transfer: transfer() })).toBe(false);
    expect(asked({ ...broken, transfer: { ...none, forced: true } })).toBe(false);
    expect(asked({ ...broken, transfer: none })).toBe(true);
  });
});
