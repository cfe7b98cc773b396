// Calls over HTTP, with the phone network behind the API. Sources: docs/providers/vapi.md, Calls, Call
// control, Call object, Concurrency and billing, Credentials.
import { afterEach, beforeEach, expect, test } from 'vitest';

import type { VapiCall } from '../../src/sandbox/vapi/index.js';
import type { World } from './networkRig.js';
import { DIDWW_ADDRESSES, givenConnection, NUMBER, PERSON, testCaller, until } from './networkRig.js';
import type { VapiRig } from './vapiRig.js';
import { givenVapi } from './vapiRig.js';

let world: World;
let rig: VapiRig;

beforeEach(async () => {
  world = givenConnection();
  rig = await givenVapi(world.vapi, world.network);
});

afterEach(async () => {
  world.network.stop();
  await rig.stop();
});

async function place(body: object = {}): Promise<VapiCall & { subscriptionLimits: object }> {
  const answer = await rig.send('POST', '/call', {
    phoneNumberId: world.number.id,
    customer: { number: NUMBER },
    assistant: testCaller,
    ...body,
  });
  expect(answer.status).toBe(201);
  return answer.body as VapiCall & { subscriptionLimits: object };
}

// docs/providers/vapi.md, Calls and Lists: 201 with the slots left; not readable for a moment; then from
// queued to ended.
test('a call is accepted, invisible for a moment, and seen to its end', async () => {
  world.vapi.switches.callVisibleAfterMs = 3_600_000;
  world.network.phaseMs = 15;
  const call = await place({ name: 'pb-acme-0123abcd-1' });
  expect(call).toMatchObject({
    type: 'outboundPhoneCall',
    status: 'queued',
    cost: 0,
    phoneCallProvider: 'vapi',
    phoneCallTransport: 'sip',
    transport: { provider: 'vapi.sip', conversationType: 'voice' },
    subscriptionLimits: { concurrencyBlocked: false, concurrencyLimit: 10, remainingConcurrentCalls: 9 },
  });
  expect(call.id[14]).toBe('7');
  expect((await rig.send('GET', `/call/${call.id}`)).status).toBe(404);
  world.vapi.switches.callVisibleAfterMs = 0;
  const seen = new Set<unknown>();
  for (;;) {
    const { status, body } = await rig.send('GET', `/call/${call.id}`);
    if (status !== 200) continue;
    const row = body as VapiCall;
    seen.add(row.status);
    if (row.status === 'ended') break;
  }
  expect(seen).toContain('in-progress');
  const rows = (await rig.send('GET', `/call?phoneNumberId=${world.number.id}&createdAtGe=${call.createdAt}`)).body;
  expect(rows).toMatchObject([{ type: 'inboundPhoneCall' }, { id: call.id, name: 'pb-acme-0123abcd-1' }]);
});

test('the older path creates calls as well', async () => {
  const body = { phoneNumberId: world.number.id, customer: { number: PERSON }, assistant: testCaller };
  expect((await rig.send('POST', '/call/phone', body)).status).toBe(201);
});

// docs/providers/vapi.md, Errors: references that do not exist are 400 with a text.
test.each([
  [{ phoneNumberId: 'gone' }, "Couldn't Get Phone Number. `phoneNumberId` gone Does Not Exist."],
  [{ phoneNumberId: undefined }, "Couldn't Get Phone Number. Need Either `phoneNumberId` Or `phoneNumber`."],
  [{ assistant: undefined, assistantId: 'gone' }, "Couldn't Get Assistant. `assistantId` gone Does Not Exist."],
  [{ metadata: { run: '1' } }, ['property metadata should not exist']],
  [{ name: 'x'.repeat(41) }, ['name must be shorter than or equal to 40 characters']],
  [{ assistantVersion: 'v1' }, ['assistantVersion is only supported with assistantId']],
  [{ assistant: { ...testCaller, maxDurationSeconds: 9 } }, ['assistant.maxDurationSeconds must not be less than 10']],
])('a call that cannot be placed: %o', async (change, message) => {
  const body = { phoneNumberId: world.number.id, customer: { number: NUMBER }, assistant: testCaller, ...change };
  expect(await rig.send('POST', '/call', body)).toMatchObject({ status: 400, body: { message } });
});

test('a customer’s number has to be E.164', async () => {
  const { body } = await rig.send('POST', '/call', {
    phoneNumberId: world.number.id,
    customer: { number: '8648301018' },
    assistant: testCaller,
  });
  expect(body).toMatchObject({
    message: [expect.stringMatching(/^customer\.number must be a valid phone number in the E\.164 format\. Hot tip, /)],
  });
});

// docs/providers/vapi.md, Calls: only the name can be changed, and deleting a call deletes its data.
test('a call can be renamed and its data deleted', async () => {
  world.vapi.switches.callVisibleAfterMs = 0;
  const { id } = await place();
  expect((await rig.send('PATCH', `/call/${id}`, { name: 'new' })).body).toMatchObject({ id, name: 'new' });
  expect((await rig.send('PATCH', `/call/${id}`, { status: 'ended' })).status).toBe(400);
  expect((await rig.send('DELETE', `/call/${id}`, {})).status).toBe(200);
  expect((await rig.send('GET', `/call/${id}`)).status).toBe(404);
});

// docs/providers/vapi.md, Call control: no key is needed.
test('a call is controlled through its own address', async () => {
  const call = await place({
    assistant: { ...testCaller, endCallPhrases: [], model: undefined, silenceTimeoutSeconds: 3000 },
  });
  const row = world.vapi.calls.get(call.id);
  await until(() => row?.status === 'in-progress');
  const answer = await fetch(call.monitor?.controlUrl ?? '', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ type: 'say', content: 'Goodbye.', endCallAfterSpoken: true }),
  });
  expect(answer.status).toBe(200);
  await until(() => row?.status === 'ended');
  expect(row?.endedReason).toBe('assistant-ended-call-after-message-spoken');
});

test('several customers are called at once, with one answer', async () => {
  const { body } = await rig.send('POST', '/call', {
    phoneNumberId: world.number.id,
    customers: [{ number: PERSON }, { number: '+12025550101' }],
    assistant: testCaller,
  });
  expect(body).toMatchObject({ results: [{ status: 'queued' }, { status: 'queued' }], errors: [] });
});

// docs/providers/vapi.md, Concurrency and billing: the sources know waiting, failing and a 400.
test('over the limit a call is accepted as blocked, or refused with 400', async () => {
  world.vapi.switches.slotsInUse = 10;
  expect(await place()).toMatchObject({
    subscriptionLimits: { concurrencyBlocked: true, concurrencyLimit: 10, remainingConcurrentCalls: 0 },
  });
  world.vapi.switches.overLimit = 'refuse';
  const body = { phoneNumberId: world.number.id, customer: { number: NUMBER }, assistant: testCaller };
  expect(await rig.send('POST', '/call', body)).toMatchObject({ status: 400, body: { error: 'Bad Request' } });
});

// docs/providers/vapi.md, Credentials: Vapi validates on save, so the carrier has to allow its addresses
// first.
test('a credential is refused while the carrier does not allow every address of the region', async () => {
  const { provider, gateways, outboundAuthenticationPlan } = world.outboundCredential;
  const send = () => rig.send('POST', '/credential', { provider, gateways, outboundAuthenticationPlan });
  expect((await send()).status).toBe(201);
  world.allow(['44.229.228.186', ...DIDWW_ADDRESSES]);
  expect(await send()).toMatchObject({
    status: 400,
    body: { message: "Couldn't validate SIP trunk credential. SIP gateway creation failed." },
  });
});

test('the EU organisation’s credential needs the EU address on the allow-list', async () => {
  const eu = await givenVapi(world.vapiEu, world.network);
  const { provider, gateways, outboundAuthenticationPlan } = world.outboundCredential;
  const send = () => eu.send('POST', '/credential', { provider, gateways, outboundAuthenticationPlan });
  expect((await send()).status).toBe(400);
  world.allow(['63.182.83.170']);
  expect((await send()).status).toBe(201);
  await eu.stop();
});
