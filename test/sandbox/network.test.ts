// A healthy connection, call by call: what each side keeps of it. Sources: docs/providers/vapi.md, Calls,
// Call object and Transfers; docs/providers/didww.md, Exports (call records) and Transfers (REFER).
import { afterEach, beforeEach, expect, test } from 'vitest';

import type { World } from './networkRig.js';
import { DIDWW_ADDRESSES, givenConnection, NUMBER, PERSON, transferCaller } from './networkRig.js';

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
      source: '18648301018',
      sourceOut: '+18648301018',
      sourceCountry: 'United States',
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

// docs/providers/vapi.md, Credentials and Pitfalls: one credential may hold both kinds of gateways, over
// any transport.
test.each([
  ['udp', 5060, 1],
  ['tcp', 5060, 2],
  ['tls', 5061, 3],
] as const)('one credential for both directions, over %s', async (outboundProtocol, port, transportProtocolId) => {
  const { inboundCredential, outboundCredential, vapi } = world;
  const [gateway] = outboundCredential.gateways;
  if (gateway === undefined) throw new Error('The connection has an outbound gateway.');
  const gateways = [{ ...gateway, port, outboundProtocol }, ...inboundCredential.gateways];
  vapi.credentials.delete(outboundCredential.id);
  vapi.credentials.set(inboundCredential.id, { ...inboundCredential, gateways });
  vapi.switches.strictCredential = true;
  world.configureInbound({ port, transportProtocolId, host: `${inboundCredential.id}.sip.vapi.ai` });
  expect((await world.call()).inbound?.endedReason).toBe('customer-ended-call');
});

// docs/providers/vapi.md, Regions and addresses: the EU region has hosts and addresses of its own.
test('an organisation in the EU is reached over its own host, and calls from its own address', async () => {
  const { vapiEu, vapi } = world;
  for (const kind of ['assistants', 'tools', 'credentials', 'phoneNumbers'] as const) {
    for (const [id, row] of vapi[kind]) (vapiEu[kind] as Map<string, unknown>).set(id, row);
    vapi[kind].clear();
  }
  world.configureInbound({ host: 'sip.eu.vapi.ai' });
  world.allow(['63.182.83.170', ...DIDWW_ADDRESSES]);
  const { outbound, inbound } = await world.call({ region: 'eu', caller: transferCaller });
  expect(outbound.status).toBe('ended');
  expect(inbound?.artifact.transfers).toMatchObject([{ status: 'connected' }]);
});

test('twenty calls at once stay apart', async () => {
  world.did.channelsIncludedCount = 20;
  world.vapi.switches.concurrencyLimit = 40;
  world.outboundTrunk.capacityLimit = 20;
  const outcomes = await Promise.all(Array.from({ length: 20 }, () => world.call()));
  expect(outcomes.map(({ outbound }) => outbound.endedReason)).toEqual(
    Array.from({ length: 20 }, () => 'assistant-said-end-call-phrase'),
  );
  expect(world.didww.callRecords.inbound).toHaveLength(20);
});
