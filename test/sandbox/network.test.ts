// A healthy connection, call by call: what each side keeps of it. Sources: docs/providers/vapi.md, Calls, Call object and Transfers;
// docs/providers/didww.md, Exports (call records) and Transfers (REFER).
import { afterEach, beforeEach, expect, test } from 'vitest';

import type { World } from './networkRig.js';
import { givenConnection, NUMBER, PERSON, transferCaller } from './networkRig.js';

let world: World;

beforeEach(() => {
  world = givenConnection();
});

afterEach(() => {
  world.network.stop();
});

// docs/providers/vapi.md, Calls: a call to our own number makes two Vapi calls.
test('a call from a number to itself leaves an outbound and an inbound row, with both sides in both transcripts', async () => {
  const { outbound, inbound, cdrIn, cdrOut } = await world.call();

  expect(outbound).toMatchObject({
    status: 'ended',
    endedReason: 'assistant-said-end-call-phrase',
    name: 'pb-acme-0123abcd-1',
  });
  expect(outbound.startedAt).toBeDefined();
  expect(outbound.artifact.transcript).toBe(
    'User: Thank you for calling Acme. How can I help you?\nAI: This is an automated connection test. Goodbye now.\n',
  );
  expect(inbound).toMatchObject({
    status: 'ended',
    endedReason: 'customer-ended-call',
    assistantId: world.assistant.id,
    customer: { number: NUMBER },
    transport: { sbcCallSid: cdrIn[0]?.callId },
  });
  expect(inbound?.assistantOverrides?.['variableValues']).toMatchObject({ 'originating-carrier': 'patchbay acme in' });
  expect(inbound?.artifact.messages.map(({ role }) => role)).toEqual(['bot', 'user']);
  expect(inbound?.cost).toBeGreaterThan(0);
  expect(cdrOut).toMatchObject([
    {
      status: 'Completed',
      disconnectCode: 200,
      destinationNumber: '18648301018',
      outboundTrunkName: 'patchbay acme out',
    },
  ]);
  expect(cdrIn).toMatchObject([
    {
      status: 'Completed',
      disconnectCode: 200,
      destinationDid: '18648301018',
      inboundTrunkName: 'patchbay acme in',
      destination: 'sip:+18648301018@sip.vapi.ai',
    },
  ]);
});

// docs/providers/vapi.md, Transfers; docs/providers/didww.md, Transfers (REFER).
test('a caller who asks for a person is referred: forwarded at Vapi, connected in the transfer record, a completed call in the records', async () => {
  const { outbound, inbound, cdrOut } = await world.call({ caller: transferCaller });

  expect(inbound).toMatchObject({
    endedReason: 'assistant-forwarded-call',
    destination: { sipUri: `sip:${PERSON}@fra.eu.out.didww.com` },
    artifact: { transfers: [{ status: 'connected', mode: 'blind-transfer' }] },
  });
  expect(inbound?.artifact.messages.map(({ role }) => role)).toContain('tool_calls');
  expect(outbound.artifact.transcript).toContain('User: Hello, this is Dana speaking.');
  expect(outbound.artifact.transcript).toContain('AI: Thank you, the test is over.');
  expect(cdrOut).toHaveLength(2);
  expect(cdrOut.find(({ destinationNumber }) => `+${destinationNumber}` === PERSON)).toMatchObject({
    status: 'Completed',
    disconnectCode: 200,
    cli: '18648301018',
  });
  for (const { callDurationSeconds } of cdrOut) expect(callDurationSeconds).toBeGreaterThan(0);
});
