// Rows of Vapi as docs/providers/vapi.md, Call object and Transfers describe them.
import { describe, expect, test } from 'vitest';
import {
  inboundLegOf,
  isCertainly,
  legFacts,
  sharedWords,
  transferFacts,
} from '../../src/activities/verification/reading.js';
import type { Call, CallMessage } from '../../src/vapi/index.js';

const OURS = '+18648301018';
const STRANGER = '+491511234567';
const PLACED = '2026-10-01T10:00:00.000Z';
const said = (role: string, message: string, secondsFromStart = 1): CallMessage => ({
  role,
  message,
  secondsFromStart,
  toolCalls: [],
});
const row = (members: Partial<Call> = {}, messages: readonly CallMessage[] = []): Call => ({
  id: 'call-1',
  type: 'inboundPhoneCall',
  status: 'ended',
  createdAt: '2026-10-01T10:00:01.000Z',
  startedAt: '2026-10-01T10:00:02.000Z',
  endedAt: '2026-10-01T10:00:20.000Z',
  customer: { number: OURS },
  artifact: { messages, transfers: [] },
  assistantOverrides: { variableValues: {} },
  ...members,
});
const OPENING = said('user', 'This is an automated test call. The line works.');

describe('which inbound row is the other end of our call', () => {
  test('one that shows our number, before any that only sounds like a test call', () => {
    const alike = row({ id: 'alike', customer: { number: STRANGER }, createdAt: '2026-10-01T10:00:05.000Z' }, [
      OPENING,
    ]);
    expect(inboundLegOf([alike, row()], OURS, PLACED)?.id).toBe('call-1');
  });

  test('one that sounds like a test call, where its number is another one or none', () => {
    expect(inboundLegOf([row({ customer: { number: STRANGER } }, [OPENING])], OURS, PLACED)?.id).toBe('call-1');
    expect(
      inboundLegOf([row({ customer: { sipUri: 'sip:anonymous@46.19.209.14' } }, [OPENING])], OURS, PLACED)?.id,
    ).toBe('call-1');
  });

  test('one of ours that was answered, before a newer one that was not', () => {
    const { startedAt: _, ...unanswered } = row({ id: 'lost', createdAt: '2026-10-01T10:00:05.000Z' });
    expect(inboundLegOf([unanswered, row()], OURS, PLACED)?.id).toBe('call-1');
    expect(inboundLegOf([unanswered], OURS, PLACED)?.id).toBe('lost');
  });

  test('for certain only where it was answered and shows our number: until then another one may be', () => {
    const { startedAt: _, ...unanswered } = row();
    expect(isCertainly(row(), OURS)).toBe(true);
    expect(isCertainly(unanswered, OURS)).toBe(false);
    expect(isCertainly(row({ customer: { number: STRANGER } }), OURS)).toBe(false);
  });

  test('none where two sound like a test call', () => {
    const two = ['a', 'b'].map((id) => row({ id, customer: { number: STRANGER } }, [OPENING]));
    expect(inboundLegOf(two, OURS, PLACED)).toBeUndefined();
  });

  test('none that is older than our call, even where a list holds it', () => {
    expect(inboundLegOf([row({ createdAt: '2026-10-01T09:59:59.000Z' })], OURS, PLACED)).toBeUndefined();
  });

  test('none of a stranger, and none that goes out', () => {
    expect(inboundLegOf([row({ customer: { number: STRANGER } })], OURS, PLACED)).toBeUndefined();
    expect(inboundLegOf([row({ type: 'outboundPhoneCall' })], OURS, PLACED)).toBeUndefined();
    expect(inboundLegOf([row({ customer: {} })], OURS, PLACED)).toBeUndefined();
  });
});

describe('whether two legs are two ends of one call', () => {
  const caller = (heard: string): Call => row({ type: 'outboundPhoneCall' }, [said('user', heard)]);
  const called = row({}, [said('bot', 'Thank you for calling Acme. How can I help you?')]);

  test('is told by what one heard and the other said, a word more or less', () => {
    expect(sharedWords(caller('thank you for calling at me how can I help you'), called)).toBe(true);
  });

  test('is not taken from a greeting that resembles the other', () => {
    expect(sharedWords(caller('Hello, this is Dana speaking. How can I help you?'), called)).toBe(false);
  });

  test('is open where one of them has no words', () => {
    expect(sharedWords(row(), called)).toBeUndefined();
    expect(sharedWords(undefined, called)).toBeUndefined();
  });
});

describe('how far a transfer came', () => {
  const WANTED = { destination: '+12025550100', toolName: 'transfer_call_tool' };
  const to = (sipUri: string, status?: string) => ({
    destination: { type: 'sip' as const, sipUri },
    ...(status === undefined ? {} : { status }),
  });
  const seen = (transfers: Call['artifact']['transfers'], outbound?: Call) =>
    transferFacts(WANTED, row({ artifact: { messages: [], transfers } }), outbound, { forced: false });

  test('is told by the status of the wanted destination alone', () => {
    const facts = seen([to('sip:+12025550199@fra.eu.out.didww.com', 'connected')]);
    expect(facts).toMatchObject({ begun: false, wentTo: 'sip:+12025550199@fra.eu.out.didww.com' });
    expect(facts.status).toBeUndefined();
  });

  test('names where else it went by number and host alone', () => {
    expect(seen([to('sip:+12025550199@x.example;transport=tls?X-Key=1')]).wentTo).toBe('sip:+12025550199@x.example');
  });

  test('is not told by the same number at a host that is not the carrier’s', () => {
    const facts = seen([to('sip:+12025550100@pbx.example.com', 'connected')]);
    expect(facts).toMatchObject({ begun: false });
    expect(facts.status).toBeUndefined();
  });

  test('is told by the attempt that came through, of several', () => {
    const uri = 'sip:+12025550100@fra.eu.out.didww.com';
    expect(seen([to(uri, 'failed'), to(uri, 'connected')])).toMatchObject({ status: 'connected' });
  });

  test('words of a person count from the moment at which the assistant left; a machine gives itself away', () => {
    const heard = (text: string, second: number): Call =>
      row({ type: 'outboundPhoneCall', startedAt: '2026-10-01T10:00:02.000Z' }, [said('user', text, second)]);
    const uri = 'sip:+12025550100@fra.eu.out.didww.com';
    expect(seen([to(uri, 'connected')], heard('Please wait.', 12))).toMatchObject({ personSpoke: false });
    expect(seen([to(uri, 'connected')], heard('Dana speaking.', 25))).toMatchObject({ personSpoke: true });
    expect(seen([to(uri, 'connected')], heard('Please leave a message after the tone.', 25))).toMatchObject({
      personSpoke: true,
      machineSpoke: true,
    });
  });
});

test('a leg without a start was never answered, whatever else stands in it', () => {
  const { startedAt: _, ...unanswered } = row();
  expect(legFacts(unanswered)).toMatchObject({ answered: false, seconds: 0 });
});

test('the caller of a leg is the number that its row is recognised by, also where only the SIP address shows it', () => {
  expect(legFacts(row({ customer: { sipUri: `sip:${OURS}@46.19.209.14` } })).caller).toBe(OURS);
});
