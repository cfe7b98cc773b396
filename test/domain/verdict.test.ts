import { describe, expect, test } from 'vitest';
import { judgeCall } from '../../src/domain/verdict/judgeCall.js';
import type { Finding, RecordFacts } from '../../src/domain/calls/evidence.js';
import {
  A,
  evidence,
  facts,
  inbound,
  inShort,
  judged,
  outbound,
  outboundCall,
  placed,
  refusedWith,
  ringCall,
  selfCall,
  transfer,
  transferCall,
} from './verdictGiven.js';

const SIP = 'call.in-progress.error-providerfault-outbound-sip-';
const record = (code: string, members: Partial<RecordFacts> = {}): RecordFacts => ({
  number: '18648301002',
  seconds: 0,
  code,
  reason: '',
  target: 'sip:+18648301002@sip.vapi.ai',
  recordId: 'didww-1',
  ...members,
});
const finding = (members: Partial<Finding> = {}): Finding => ({
  side: 'didww',
  affects: ['inbound'],
  verdict: 'failed',
  cause: 'The inbound trunk calls elsewhere',
  action: 'Set it back',
  ...members,
});
/** The caller's side refused, nothing inbound. */
const lost = (reason: string) => ({ outbound: refusedWith(reason) });
const withoutInbound = (leg = outbound()) => ({ outbound: leg });

describe('a line call', () => {
  test('with both legs ended well and both sides heard proves both directions, with the ids of both legs', () => {
    const { results } = judgeCall(evidence());
    expect(results.map(({ verdict }) => verdict)).toEqual(['proven', 'proven']);
    expect(results[1]?.evidence).toMatchObject({
      callId: 'call-1',
      inboundCallId: 'call-2',
      assistantId: 'assistant-1',
      inboundHeard: 'both sides',
    });
  });

  test.each([
    ['the caller reached its longest duration', { endedReason: 'exceeded-max-duration' }],
    ['nobody spoke any more', { endedReason: 'silence-timed-out' }],
    ['the far end hung up', { endedReason: 'call.in-progress.sip-completed-call' }],
  ])('still proves the way out where %s after both had spoken', (_, members) => {
    expect(inShort('outbound', { facts: facts({ outbound: outbound(members) }) })).toBe('proven');
  });

  test('outbound that works says nothing about inbound', () => {
    const given = { facts: withoutInbound() };
    expect(inShort('outbound', given)).toBe('proven');
    expect(inShort('inbound', given)).toBe('failed didww');
  });

  test.each([
    ['the words of the assistant get lost', { outbound: outbound({ userSpoke: false }) }],
    ['the words of the caller get lost', { inbound: inbound({ userSpoke: false }) }],
    [
      'the assistant is told that it hears nothing',
      {
        inbound: inbound({
          userSpoke: false,
          endedReason: 'call.in-progress.error-assistant-did-not-receive-customer-audio',
        }),
      },
    ],
  ])('is a failure of the network in both directions where %s', (_, members) => {
    expect(inShort('inbound', { facts: facts(members) })).toBe('failed network');
    expect(inShort('outbound', { facts: facts(members) })).toBe('failed network');
  });

  test('is a failure of the assistant where it hears the caller and says nothing', () => {
    const given = { facts: facts({ outbound: outbound({ userSpoke: false }), inbound: inbound({ botSpoke: false }) }) };
    expect(inShort('inbound', given)).toBe('failed assistant');
  });

  test('is inconclusive where the assistant hangs up before the caller can be heard', () => {
    const hungUp = inbound({ userSpoke: false, endedReason: 'assistant-ended-call' });
    expect(inShort('inbound', { facts: facts({ inbound: hungUp }) })).toBe('inconclusive assistant');
  });

  test('that another assistant answers fails, and names both', () => {
    const result = judged('inbound', { facts: facts({ inbound: inbound({ assistantId: 'assistant-9' }) }) });
    expect(result.verdict).toBe('failed');
    expect(result.diagnosis?.cause).toContain('assistant-9');
    expect(result.diagnosis?.action).toContain('assistant-1');
  });

  test.each([
    ['assistant-not-found', 'failed assistant'],
    ['call.in-progress.error-providerfault-openai-llm-failed', 'failed vapi'],
    ['pipeline-error-openai-401-unauthorized', 'failed assistant'],
    ['call.in-progress.error-sip-inbound-call-failed-to-connect', 'failed vapi'],
    ['worker-shutdown', 'failed vapi'],
    ['call.start.error-subscription-frozen', 'inconclusive billing'],
    ['call.start.error-subscription-concurrency-limit-reached', 'inconclusive billing'],
    ['something-that-vapi-adds-next-year', 'failed vapi'],
  ])('whose inbound leg ended with %s is %s', (endedReason, expected) => {
    expect(inShort('inbound', { facts: facts({ inbound: inbound({ endedReason, answered: false }) }) })).toBe(expected);
  });
});

describe('a leg at Vapi is no proof of the way in', () => {
  test('where our caller was answered by nobody: it is another call', () => {
    const given = { facts: facts({ outbound: refusedWith('customer-did-not-answer') }) };
    expect(judged('inbound', given).verdict).toBe('inconclusive');
  });

  test('where our caller is not shown at all', () => {
    expect(judged('inbound', { facts: { inbound: inbound() } }).verdict).toBe('inconclusive');
  });

  test("where our caller's own leg does not show that it spoke: what the assistant heard may be its echo", () => {
    expect(judged('inbound', { facts: facts({ outbound: outbound({ botSpoke: false }) }) }).verdict).toBe(
      'inconclusive',
    );
  });

  test.each([
    ['another number', '+491511234567'],
    ['no number', undefined],
  ])('where it shows %s and the transcripts do not tell that it is the same call', (_, caller) => {
    const { caller: _shown, ...leg } = inbound();
    const strange = caller === undefined ? leg : { ...leg, caller };
    expect(judged('inbound', { facts: facts({ inbound: strange }) }).verdict).toBe('inconclusive');
    expect(judged('inbound', { facts: facts({ inbound: strange, sharedWords: false }) }).verdict).toBe('inconclusive');
    expect(judged('inbound', { facts: facts({ inbound: strange, sharedWords: true }) }).verdict).toBe('proven');
  });
});

describe('the way out', () => {
  test.each([
    [`${SIP}403-forbidden`, 'failed didww'],
    [`${SIP}407-proxy-authentication-required`, 'failed vapi'],
    [`${SIP}408-request-timeout`, 'failed network'],
    [`${SIP}480-temporarily-unavailable`, 'inconclusive carrier'],
    [`${SIP}503-service-unavailable`, 'inconclusive carrier'],
    ['call.in-progress.error-sip-outbound-call-failed-to-connect', 'inconclusive carrier'],
    ['call.in-progress.error-providerfault-transport-never-connected', 'failed network'],
    ['customer-busy', 'inconclusive carrier'],
    ['customer-did-not-answer', 'inconclusive carrier'],
    ['voicemail', 'inconclusive carrier'],
    ['call.start.error-subscription-insufficient-credits', 'inconclusive billing'],
    ['call.start.error-get-transport', 'failed vapi'],
    ['manually-canceled', 'inconclusive vapi'],
    ['never-heard-of', 'failed vapi'],
  ])('to somebody else that ended with %s is %s', (reason, expected) => {
    expect(inShort('outbound', { call: outboundCall, facts: { outbound: refusedWith(reason) } })).toBe(expected);
  });

  test('is inconclusive where the far end answers and says nothing', () => {
    expect(
      inShort('outbound', {
        call: outboundCall,
        facts: { outbound: outbound({ userSpoke: false, endedReason: 'silence-timed-out' }) },
      }),
    ).toBe('inconclusive carrier');
  });

  test('that a number of the connection did not take is open for the reason, and with the action, of the way in', () => {
    const routedAway = finding({ side: 'vapi', cause: 'bound to nobody', action: 'Bind it' });
    const given = { facts: lost('customer-did-not-answer'), findings: [routedAway] };
    expect(judged('outbound', given)).toMatchObject({
      verdict: 'inconclusive',
      diagnosis: { side: 'vapi', cause: expect.stringContaining('bound to nobody') as string, action: 'Bind it' },
    });
  });

  test('is not blamed for an answer that the called number gave', () => {
    const given = { facts: lost(`${SIP}403-forbidden`), inboundRecord: record('403', { target: '' }) };
    expect(inShort('outbound', given)).toBe('inconclusive didww');
    expect(inShort('inbound', given)).toBe('failed didww');
  });

  test('is explained by what stands in the accounts', () => {
    const blocked = finding({ affects: ['outbound'], cause: 'The outbound trunk is blocked' });
    const result = judged('outbound', { facts: lost(`${SIP}403-forbidden`), findings: [blocked] });
    expect(result).toMatchObject({
      verdict: 'failed',
      diagnosis: { side: 'didww', cause: 'The outbound trunk is blocked' },
    });
    expect(inShort('inbound', { facts: lost(`${SIP}403-forbidden`), findings: [blocked] })).toBe('inconclusive didww');
  });

  test('is open where DIDWW recorded a refusal of the very leg that Vapi calls answered', () => {
    expect(inShort('outbound', { outboundRecord: record('503') })).toBe('inconclusive carrier');
    expect(inShort('outbound', { outboundRecord: record('200', { seconds: 9 }) })).toBe('proven');
  });

  test('of our trunk is not blamed where the caller is no number of the connection', () => {
    const blocked = finding({ affects: ['outbound'], cause: 'The outbound trunk is blocked' });
    const call = { ...ringCall, from: { ...ringCall.from, isOutside: true as const } };
    const given = { call, facts: lost(`${SIP}403-forbidden`), findings: [blocked] };
    expect(judged('inbound', given).diagnosis?.cause).not.toContain('blocked');
  });

  test('of an account without balance is a matter of billing', () => {
    const empty = finding({ affects: ['inbound', 'outbound'], verdict: 'inconclusive', side: 'billing' });
    const given = { facts: lost('call.in-progress.error-sip-outbound-call-failed-to-connect'), findings: [empty] };
    expect(inShort('outbound', given)).toBe('inconclusive billing');
    expect(inShort('inbound', given)).toBe('inconclusive billing');
  });
});

describe('a call that never arrives', () => {
  const GENERIC = 'call.in-progress.error-sip-outbound-call-failed-to-connect';

  test.each([GENERIC, `${SIP}503-service-unavailable`, `${SIP}480-temporarily-unavailable`])(
    'from another number (%s) fails nothing where nothing explains it, whether the accounts could be read or not',
    (reason) => {
      for (const given of [{ facts: lost(reason) }, { facts: lost(reason), findings: [] }]) {
        expect(inShort('inbound', given)).toBe('inconclusive carrier');
        expect(inShort('outbound', given)).toBe('inconclusive carrier');
        expect(judged('outbound', given).diagnosis?.action).toMatch(/capacity_limit.+balance.+call id/);
      }
    },
  );

  test('from another number fails where it rang and nobody at Vapi was rung', () => {
    expect(inShort('inbound', { facts: lost('customer-did-not-answer') })).toBe('failed didww');
  });

  test.each([GENERIC, 'customer-did-not-answer', `${SIP}503-service-unavailable`, `${SIP}480-temporarily-unavailable`])(
    'from the number itself (%s) proves nothing while both configurations are as wanted, and callFrom is the advice',
    (reason) => {
      const result = judged('inbound', { call: selfCall, facts: lost(reason), findings: [] });
      expect(result.verdict).toBe('inconclusive');
      expect(result.diagnosis?.action).toContain('callFrom');
      expect(judged('outbound', { call: selfCall, facts: lost(reason), findings: [] }).verdict).toBe('inconclusive');
    },
  );

  test('from the number itself fails where something in the accounts is wrong', () => {
    const result = judged('inbound', { call: selfCall, facts: lost(GENERIC), findings: [finding()] });
    expect(result).toMatchObject({
      verdict: 'failed',
      diagnosis: { side: 'didww', cause: 'The inbound trunk calls elsewhere' },
    });
  });

  test('from the number itself fails where DIDWW recorded that Vapi refused it', () => {
    const result = judged('inbound', { call: selfCall, facts: lost(GENERIC), inboundRecord: record('401') });
    expect(result).toMatchObject({
      verdict: 'failed',
      diagnosis: { side: 'vapi' },
      evidence: { didwwCode: '401', didwwCallId: 'didww-1' },
    });
  });

  test('does not fail for what is wrong with another number', () => {
    const other = finding({ number: '+4930123456' });
    expect(judged('inbound', { call: selfCall, facts: lost(GENERIC), findings: [other] }).verdict).toBe('inconclusive');
  });

  test('is answered by somebody else fails', () => {
    expect(judged('inbound', { facts: withoutInbound() }).diagnosis?.cause).toContain('not at Vapi');
  });

  test('as the call took the last slot is inconclusive', () => {
    const given = { placement: { ...placed, remainingSlots: 0 }, facts: lost('customer-did-not-answer') };
    expect(inShort('inbound', given)).toBe('inconclusive billing');
  });

  test('as the caller could not get out is inconclusive for the way in', () => {
    expect(inShort('inbound', { facts: lost(`${SIP}407-proxy-authentication-required`) })).toBe('inconclusive vapi');
  });
});

describe('a call that was not placed', () => {
  test('as Vapi refuses it for good fails', () => {
    const placement = {
      placed: false,
      why: 'refused',
      message: 'Vapi refused POST /call: phoneNumberId does not exist',
    } as const;
    const { results } = judgeCall({ call: selfCall, name: 'pb-acme-1', placement });
    expect(results.map(({ check, verdict }) => `${check} ${verdict}`)).toEqual([
      'outbound failed',
      'inbound inconclusive',
    ]);
    const inboundOnly = { ...selfCall, checks: [{ check: 'inbound', number: A } as const] };
    expect(judgeCall({ call: inboundOnly, name: 'pb-acme-1', placement }).results[0]?.verdict).toBe('failed');
  });

  test.each(['no-slot', 'billing'] as const)('for want of %s is inconclusive', (why) => {
    const { results } = judgeCall({
      call: selfCall,
      name: 'pb-acme-1',
      placement: { placed: false, why, message: 'later' },
    });
    expect(results.map(({ verdict, diagnosis }) => `${verdict} ${String(diagnosis?.side)}`)).toEqual([
      'inconclusive billing',
      'inconclusive billing',
    ]);
  });

  test('or not shown, or never ended, is inconclusive', () => {
    expect(inShort('outbound', { facts: {} })).toBe('inconclusive vapi');
    const { endedReason: _, ...onTheLine } = outbound({ status: 'in-progress' });
    expect(inShort('outbound', { facts: { outbound: onTheLine } })).toBe('inconclusive vapi');
  });
});

describe('a transfer', () => {
  const given = (members: Parameters<typeof transfer>[0], more: Partial<Parameters<typeof judged>[1]> = {}) => ({
    call: transferCall,
    facts: facts({ inbound: inbound({ endedReason: 'assistant-forwarded-call' }), transfer: transfer(members) }),
    ...more,
  });

  test('whose far leg is connected is proven, with the audio as heard', () => {
    expect(judged('transfer', given({}))).toMatchObject({
      verdict: 'proven',
      evidence: { audio: 'both ways', forced: false, toolFired: true },
    });
    expect(judged('transfer', given({ personSpoke: false })).evidence).toMatchObject({ audio: 'unproven' });
  });

  test('is proven by the record of the far leg where Vapi tells no status', () => {
    const { status: _, ...untold } = transfer();
    const seen = facts({ inbound: inbound({ endedReason: 'assistant-forwarded-call' }), transfer: untold });
    expect(
      inShort('transfer', { call: transferCall, facts: seen, transferRecord: record('200', { seconds: 12 }) }),
    ).toBe('proven');
    expect(inShort('transfer', { call: transferCall, facts: seen })).toBe('inconclusive vapi');
    expect(
      inShort('transfer', { call: transferCall, facts: seen, findings: [finding({ affects: ['transfer'] })] }),
    ).toBe('failed didww');
  });

  test('that was forced says so, and fails where a caller who asks for a person would not get there', () => {
    const forced = given({ toolFired: false, forced: true });
    expect(judged('transfer', forced)).toMatchObject({ verdict: 'proven', evidence: { forced: true } });
    expect(judgeCall(evidence(forced)).isWorthInspecting).toBe(true);
    expect(inShort('transfer', { ...forced, findings: [finding({ affects: ['transfer'], side: 'assistant' })] })).toBe(
      'failed assistant',
    );
  });

  test.each(['busy', 'no-answer', 'voicemail', 'cancelled'])(
    'that ends as %s is inconclusive, whatever stands in the accounts',
    (status) => {
      expect(inShort('transfer', given({ status }, { findings: [finding({ affects: ['transfer'] })] }))).toBe(
        'inconclusive carrier',
      );
    },
  );

  test.each([
    ['486', 'inconclusive carrier'],
    ['603', 'inconclusive carrier'],
    ['480', 'inconclusive carrier'],
    ['402', 'inconclusive billing'],
    ['403', 'failed didww'],
    ['404', 'failed carrier'],
  ])('whose far leg DIDWW records with %s is %s', (code, expected) => {
    expect(inShort('transfer', given({ status: 'failed' }, { transferRecord: record(code) }))).toBe(expected);
  });

  test('that a voicemail answered is no transfer to a person, whether Vapi or only its words say so', () => {
    const talked = record('200', { seconds: 12 });
    expect(inShort('transfer', given({ status: 'voicemail' }, { transferRecord: talked }))).toBe(
      'inconclusive carrier',
    );
    expect(inShort('transfer', given({ machineSpoke: true }))).toBe('inconclusive carrier');
    expect(inShort('transfer', given({ status: 'completed', machineSpoke: true }, { transferRecord: talked }))).toBe(
      'inconclusive carrier',
    );
  });

  test.each([
    ['failed, and DIDWW that somebody talked', 'failed', record('200', { seconds: 12 })],
    ['busy, and DIDWW that somebody talked', 'busy', record('200', { seconds: 12 })],
    ['connected, and DIDWW that it was refused', 'connected', record('403')],
  ])('of which Vapi says that it is %s, is not proven', (_, status, transferRecord) => {
    expect(judged('transfer', given({ status }, { transferRecord })).verdict).toBe('inconclusive');
  });

  test('that was forced while the assistant never heard the caller is a failure of the network', () => {
    const deaf = facts({
      inbound: inbound({ endedReason: 'assistant-forwarded-call', userSpoke: false }),
      transfer: transfer({ toolFired: false, forced: true }),
    });
    expect(inShort('transfer', { call: transferCall, facts: deaf })).toBe('failed network');
  });

  test('on a call that may be a stranger’s is no transfer of ours', () => {
    const strange = facts({
      inbound: inbound({ endedReason: 'assistant-forwarded-call', caller: '+491511234567' }),
      transfer: transfer(),
    });
    expect(judged('transfer', { call: transferCall, facts: strange }).verdict).toBe('inconclusive');
  });

  test('that is refused beyond DIDWW is the carrier’s, where nothing in the accounts explains it', () => {
    const refused = { transferRecord: record('403') };
    expect(inShort('transfer', given({ status: 'failed' }, { ...refused, findings: [] }))).toBe('failed carrier');
    expect(inShort('transfer', given({ status: 'failed' }, refused))).toBe('failed didww');
  });

  test('that failed without a record is open: the person may have declined, or what cannot be read is wrong', () => {
    const result = judged('transfer', given({ status: 'failed' }, { findings: [] }));
    expect(result).toMatchObject({ verdict: 'inconclusive', diagnosis: { side: 'vapi' } });
    expect(result.diagnosis?.action).toMatch(/person.+authPassword of the inbound credential/);
    expect(inShort('transfer', given({ status: 'failed' }))).toBe('inconclusive carrier');
  });

  test('that failed without a record fails for what an inspection found', () => {
    const found = { findings: [finding({ affects: ['transfer'] })] };
    expect(inShort('transfer', given({ status: 'failed' }, found))).toBe('failed didww');
  });

  test('to somebody else fails: the fault of the tool where it is set so, else of the assistant', () => {
    const astray = transfer({ begun: false, wentTo: 'sip:+4930@x' });
    const seen = { call: transferCall, facts: facts({ transfer: astray }) };
    expect(inShort('transfer', seen)).toBe('failed assistant');
    expect(inShort('transfer', { ...seen, findings: [finding({ affects: ['transfer'], side: 'vapi' })] })).toBe(
      'failed vapi',
    );
  });

  test('that was never begun is inconclusive, or explained by the accounts', () => {
    const idle = { toolFired: false, forced: false, begun: false };
    const { status: _, ...never } = transfer(idle);
    const seen = { call: transferCall, facts: facts({ transfer: never }) };
    expect(inShort('transfer', seen)).toBe('inconclusive assistant');
    expect(inShort('transfer', { ...seen, findings: [finding({ affects: ['transfer'], side: 'vapi' })] })).toBe(
      'failed vapi',
    );
  });

  test('on a call that did not come through was not tried', () => {
    const result = judged('transfer', { call: transferCall, facts: lost('customer-busy') });
    expect(result.verdict).toBe('inconclusive');
    expect(result.diagnosis?.cause).toContain('could not be tried');
  });
});
