// What is spoken, who hangs up and why. Sources: docs/providers/vapi.md, Calls, Call control, Ended
// reasons, Concurrency and billing. How a model answers is assumed throughout.
import { afterEach, beforeEach, expect, test } from 'vitest';

import type { VapiCall } from '../../src/sandbox/vapi/index.js';
import { newOutboundCall } from '../../src/sandbox/vapi/callRows.js';
import type { World } from './networkRig.js';
import { aWhile, givenConnection, NUMBER, PERSON, testCaller, until } from './networkRig.js';

const DEAF = 'call.in-progress.error-assistant-did-not-receive-customer-audio';
const patient = { silenceTimeoutSeconds: 3000, maxDurationSeconds: 9000 };
const quietCaller = {
  ...testCaller,
  model: { provider: 'openai', model: 'gpt-4o-mini' },
  endCallPhrases: [],
  ...patient,
};

let world: World;

beforeEach(() => {
  world = givenConnection();
});

afterEach(() => {
  world.network.stop();
});

const rolesOf = (row: VapiCall | undefined): readonly string[] =>
  (row?.artifact.messages ?? []).map(({ role }) => role);

function inProgress(type: VapiCall['type']): VapiCall | undefined {
  return [...world.vapi.calls.values()].find((row) => row.type === type && row.status === 'in-progress');
}

// One-way audio: each direction shows in both transcripts and in who was never heard.
test('words that do not reach the assistant leave its row without a user', async () => {
  world.network.switches.lostAudio = 'from-caller';
  const { outbound, inbound } = await world.call({ caller: quietCaller });
  expect(rolesOf(inbound)).toEqual(['bot']);
  expect(inbound?.endedReason).toBe(DEAF);
  expect(rolesOf(outbound)).toContain('user');
});

test('words that do not reach the caller leave its row without a user', async () => {
  world.network.switches.lostAudio = 'to-caller';
  const { outbound, inbound } = await world.call();
  expect(rolesOf(outbound)).toEqual([]);
  expect(outbound.endedReason).toBe(DEAF);
  expect(rolesOf(inbound)).toEqual(['bot']);
});

test('an assistant that is silent answers and says nothing', async () => {
  world.vapi.switches.assistantSilent = true;
  const { outbound, inbound } = await world.call();
  expect(inbound?.startedAt).toBeDefined();
  expect(rolesOf(inbound)).toEqual([]);
  expect(outbound.endedReason).toBe('silence-timed-out');
});

test('a model provider out of order ends the call after the greeting', async () => {
  world.vapi.switches.modelProviderFails = true;
  const caller = { ...testCaller, endCallPhrases: [], model: { provider: 'openai', model: 'gpt-4o-mini' } };
  const { inbound } = await world.call({ caller });
  expect(inbound?.endedReason).toBe('call.in-progress.error-providerfault-openai-llm-failed');
  expect(rolesOf(inbound)[0]).toBe('bot');
});

// docs/providers/vapi.md, Calls: independent stops.
test('a call ends by its longest duration', async () => {
  world.vapi.patchAssistant(world.assistant, { firstMessageMode: 'assistant-waits-for-user' });
  const { outbound } = await world.call({ caller: { ...quietCaller, maxDurationSeconds: 12 } });
  expect(outbound.endedReason).toBe('exceeded-max-duration');
  expect(Date.parse(outbound.endedAt ?? '') - Date.parse(outbound.startedAt ?? '')).toBe(12_000);
});

test('a model that may end the call does so when it has said everything', async () => {
  const { outbound } = await world.call({ caller: { ...testCaller, endCallPhrases: [] } });
  expect(outbound.endedReason).toBe('assistant-ended-call');
});

test('an assistant hangs up by a phrase of its own', async () => {
  world.vapi.patchAssistant(world.assistant, { endCallPhrases: ['goodbye'] });
  const { inbound, outbound } = await world.call({ caller: { ...testCaller, endCallPhrases: [] } });
  expect(inbound?.endedReason).toBe('assistant-said-end-call-phrase');
  expect(outbound.endedReason).toBe('customer-ended-call');
});

// docs/providers/vapi.md, Call control.
test('say speaks through the assistant and hangs up afterwards', async () => {
  const running = world.call({ caller: quietCaller });
  await until(() => inProgress('outboundPhoneCall') !== undefined);
  const id = inProgress('outboundPhoneCall')?.id ?? '';
  world.network.control(world.vapi, id, { type: 'say', content: 'That was all.', endCallAfterSpoken: true });
  const { outbound, inbound } = await running;
  expect(outbound.endedReason).toBe('assistant-ended-call-after-message-spoken');
  expect(inbound?.artifact.transcript).toContain('User: That was all.');
});

test('what is said through the control URL is answered like anything else: a wish for a person is a transfer', async () => {
  const running = world.call({ caller: quietCaller });
  await until(() => inProgress('outboundPhoneCall') !== undefined);
  const id = inProgress('outboundPhoneCall')?.id ?? '';
  world.network.control(world.vapi, id, { type: 'say', content: 'Please let me speak to a human.' });
  const inbound = [...world.vapi.calls.values()].find(({ type }) => type === 'inboundPhoneCall');
  await until(() => inbound?.status === 'ended');
  world.network.control(world.vapi, id, { type: 'end-call' });
  expect((await running).inbound?.endedReason).toBe('assistant-forwarded-call');
});

test('end-call hangs up, also before anybody has answered, and is refused afterwards', async () => {
  world.network.farEnd(PERSON, 'no-answer');
  world.network.phaseMs = 20;
  const running = world.call({ to: PERSON });
  const ringing = () => [...world.vapi.calls.values()].find(({ status }) => status === 'ringing');
  await until(() => ringing() !== undefined);
  const id = ringing()?.id ?? '';
  expect(world.network.control(world.vapi, id, { type: 'end-call' })).toBe(true);
  const { outbound, cdrOut } = await running;
  expect(outbound.endedReason).toBe('manually-canceled');
  expect(cdrOut).toMatchObject([{ disconnectCode: 487 }]);
  expect(world.network.control(world.vapi, id, { type: 'end-call' })).toBe(false);
});

// docs/providers/vapi.md, Ended reasons: the caller gave up.
test('an inbound call whose caller gives up while it rings says so', async () => {
  world.network.phaseMs = 30;
  const running = world.call();
  const inbound = () => [...world.vapi.calls.values()].find(({ type }) => type === 'inboundPhoneCall');
  await until(() => inbound() !== undefined);
  const outbound = [...world.vapi.calls.values()].find(({ type }) => type === 'outboundPhoneCall');
  world.network.control(world.vapi, outbound?.id ?? '', { type: 'end-call' });
  expect(await running).toMatchObject({
    inbound: { endedReason: 'call.ringing.sip-inbound-caller-hungup-before-call-connect' },
    cdrIn: [{ disconnectCode: 487 }],
  });
});

// docs/providers/vapi.md, Concurrency and billing: excess calls wait; other sources let them fail.
test('a call without a free slot waits for one, or ends, as switched', async () => {
  world.vapi.switches.slotsInUse = 10;
  const running = world.call({ to: PERSON });
  const queued = [...world.vapi.calls.values()][0];
  await aWhile();
  expect(queued?.status).toBe('queued');
  world.vapi.switches.slotsInUse = 0;
  expect((await running).outbound.endedReason).toBe('assistant-said-end-call-phrase');

  Object.assign(world.vapi.switches, { slotsInUse: 10, overLimit: 'end' });
  const { outbound } = await world.call({ to: PERSON });
  expect(outbound.endedReason).toBe('call.start.error-subscription-concurrency-limit-reached');
});

test('a loop call takes two slots: with one free, its inbound half is refused', async () => {
  world.vapi.switches.slotsInUse = 9;
  const { outbound, inbound } = await world.call();
  expect(inbound?.endedReason).toBe('call.start.error-subscription-concurrency-limit-reached');
  expect(outbound.startedAt).toBeUndefined();
});

// docs/providers/didww.md, Capacity and balance: exhausted capacity shows as 480.
test('two calls at once to a number with one channel: the second is refused', async () => {
  world.did.channelsIncludedCount = 1;
  const first = world.network.callFromOutside({ from: '+12025550177', to: NUMBER, says: ['Hello'] });
  await until(() => inProgress('inboundPhoneCall') !== undefined);
  const second = await world.network.callFromOutside({ from: '+12025550178', to: NUMBER }).ended;
  expect(second.code).toBe(480);
  expect((await first.ended).code).toBe(200);
});

test('a scheduled call waits for its time', async () => {
  const row = newOutboundCall(world.vapi, {
    phoneNumberId: world.number.id,
    customer: { number: PERSON },
    assistant: testCaller,
    schedulePlan: { earliestAt: new Date(Date.now() + 30).toISOString() },
  });
  world.vapi.calls.set(row.id, row);
  world.network.place(world.vapi, row);
  expect(row.status).toBe('scheduled');
  await until(() => row.status === 'ended');
  expect(row.endedReason).toBe('assistant-said-end-call-phrase');
});

test('a stopped network lets nothing happen any more', async () => {
  const row = newOutboundCall(world.vapi, {
    phoneNumberId: world.number.id,
    customer: { number: PERSON },
    assistant: testCaller,
  });
  world.network.place(world.vapi, row);
  world.network.stop();
  await aWhile();
  expect(row.status).toBe('queued');
});

// docs/providers/didww.md, Outbound trunks: deleting a trunk stops its calls at once. How Vapi's row then
// ends is assumed.
test('deleting the outbound trunk ends the calls that go through it', async () => {
  const running = world.call({ caller: quietCaller });
  await until(() => inProgress('outboundPhoneCall') !== undefined);
  world.didww.outboundTrunks.delete(world.outboundTrunk.id);
  const { outbound, cdrOut } = await running;
  expect(outbound.endedReason).toBe('customer-ended-call');
  expect(cdrOut).toMatchObject([{ status: 'Completed' }]);
});

test('calls can be held where a test needs them', async () => {
  const gate = world.network.holdAt('ringing');
  const running = world.call();
  const row = await gate.arrived;
  await aWhile();
  expect(row.status).toBe('ringing');
  gate.release();
  expect((await running).outbound.status).toBe('ended');
});
