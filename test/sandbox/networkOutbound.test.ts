// Outbound legs: each single misconfiguration and its traces. Sources: docs/providers/vapi.md, Ended
// reasons (403, 407, 408, 480, 503 have a value of their own); docs/providers/didww.md, Outbound trunks,
// Caller id and Capacity and balance. Other codes are assumed.
import { afterEach, beforeEach, expect, test } from 'vitest';

import type { World } from './networkRig.js';
import { DIDWW_ADDRESSES, givenConnection, NUMBER, PERSON, testCaller } from './networkRig.js';

const FORBIDDEN = 'call.in-progress.error-providerfault-outbound-sip-403-forbidden';
const NOT_AUTHENTICATED = 'call.in-progress.error-providerfault-outbound-sip-407-proxy-authentication-required';
const TIMEOUT = 'call.in-progress.error-providerfault-outbound-sip-408-request-timeout';
const UNAVAILABLE = 'call.in-progress.error-providerfault-outbound-sip-480-temporarily-unavailable';
const NO_SERVICE = 'call.in-progress.error-providerfault-outbound-sip-503-service-unavailable';
const FAILED = 'call.in-progress.error-sip-outbound-call-failed-to-connect';

let world: World;

beforeEach(() => {
  world = givenConnection();
});

afterEach(() => {
  world.network.stop();
});

type Gateway = World['outboundCredential']['gateways'][number];

function changeGateway(change: Partial<Gateway>): void {
  const { outboundCredential: credential, vapi } = world;
  const gateways = credential.gateways.map((gateway) => ({ ...gateway, ...change }));
  vapi.credentials.set(credential.id, { ...credential, gateways });
}

function changePair(authUsername: string, authPassword: string): void {
  for (const credential of [world.outboundCredential, world.inboundCredential]) {
    const plan = { authUsername, authPassword };
    world.vapi.credentials.set(credential.id, { ...credential, outboundAuthenticationPlan: plan });
  }
}

const user = 'user0123456789ab';

// A refusal before DIDWW knows the trunk leaves no record (assumed); one after it does.
test.each<[string, () => void, string, number | null]>([
  ['a gateway that is not DIDWW’s', () => changeGateway({ ip: 'sip.example.com' }), TIMEOUT, null],
  ['TLS on the port for UDP', () => changeGateway({ outboundProtocol: 'tls' }), TIMEOUT, null],
  ['UDP on the port for TLS', () => changeGateway({ port: 5061 }), TIMEOUT, null],
  ['a user that no trunk has', () => changePair('nobody', 'pass0123456789ab'), NOT_AUTHENTICATED, null],
  ['a wrong password', () => changePair(user, 'wrong'), NOT_AUTHENTICATED, null],
  ['an allow-list without Vapi', () => world.allow(DIDWW_ADDRESSES), FORBIDDEN, 403],
  ['the withdrawn EU pair on the allow-list', () => world.allow(['44.233.34.47', '44.233.34.48']), FORBIDDEN, 403],
  ['a blocked trunk', () => (world.outboundTrunk.status = 'blocked'), FORBIDDEN, 403],
  ['a spend limit that is reached', () => (world.outboundTrunk.thresholdReached = true), FORBIDDEN, 403],
  ['an account without outbound calling', () => (world.didww.switches.outboundEnabled = false), FORBIDDEN, 403],
  ['a destination that is rejected', () => (world.outboundTrunk.defaultDstAction = 'reject_all'), FORBIDDEN, 403],
  ['a destination prefix that is inverted', () => (world.outboundTrunk.dstPrefixes = ['1864']), FORBIDDEN, 403],
  ['a caller id that is not on the trunk', () => (world.outboundTrunk.didIds = []), FORBIDDEN, 403],
  ['encrypted media on the trunk alone', () => (world.outboundTrunk.mediaEncryptionMode = 'srtp_sdes'), FAILED, 488],
  ['no channel left', () => (world.outboundTrunk.capacityLimit = 0), NO_SERVICE, 503],
  ['an empty balance', () => Object.assign(world.didww.balance, { balance: -20, credit: 10 }), FAILED, 402],
])('%s: the call ends without an inbound row', async (_case, breakIt, endedReason, code) => {
  breakIt();
  const { outbound, inbound, cdrOut, cdrIn } = await world.call();
  expect(outbound).toMatchObject({ status: 'ended', endedReason, cost: 0 });
  expect(outbound).not.toHaveProperty('startedAt');
  expect(inbound).toBeUndefined();
  expect(cdrIn).toEqual([]);
  expect(cdrOut.map(({ disconnectCode, status }) => [disconnectCode, status])).toEqual(
    code === null ? [] : [[code, 'Failed']],
  );
});

// docs/providers/didww.md, Outbound trunks: that calls are then refused is assumed.
test('an account whose outbound feature is off has its calls refused, although the API lets it have trunks', async () => {
  Object.assign(world.didww.switches, { outboundEnabled: false, outboundApiEnabled: true });
  expect((await world.call()).outbound.endedReason).toBe(FORBIDDEN);

  Object.assign(world.didww.switches, { outboundEnabled: true, outboundApiEnabled: false });
  expect((await world.call()).outbound.endedReason).toBe('assistant-said-end-call-phrase');
});

// docs/providers/vapi.md, Pitfalls: a report ties the register plan to 407.
test('a credential with a register plan is not authenticated', async () => {
  const { outboundCredential: credential, vapi } = world;
  const plan = { ...credential.outboundAuthenticationPlan, sipRegisterPlan: { domain: 'out.didww.com' } };
  vapi.credentials.set(credential.id, { ...credential, outboundAuthenticationPlan: plan });
  expect((await world.call()).outbound.endedReason).toBe(NOT_AUTHENTICATED);
});

// docs/providers/vapi.md, Pitfalls: the number is bound to the inbound credential, and nothing references
// the outbound one.
test('without an outbound gateway of its own, a number calls through the credential with the same user, unless that is switched off', async () => {
  expect((await world.call()).outbound.endedReason).toBe('assistant-said-end-call-phrase');
  world.vapi.switches.strictCredential = true;
  expect((await world.call()).outbound.endedReason).toBe('call.start.error-get-transport');
});

// docs/providers/vapi.md, Regions and addresses: Vapi may use either address, so both have to be allowed.
test('an allow-list with one of two addresses lets every other call through', async () => {
  world.allow(['44.229.228.186', ...DIDWW_ADDRESSES]);
  world.network.switches.vapiSourceIp = '44.229.228.186';
  expect((await world.call()).outbound.endedReason).toBe('assistant-said-end-call-phrase');
  world.network.switches.vapiSourceIp = '44.238.177.138';
  expect((await world.call()).outbound.endedReason).toBe(FORBIDDEN);
});

// docs/providers/didww.md, Caller id.
test.each([
  ['send_original_cli', NUMBER],
  ['randomize_cli', null],
  ['replace_cli', null],
] as const)('a caller id that does not match: %s', async (action, shown) => {
  world.outboundTrunk.onCliMismatchAction = action;
  world.outboundTrunk.didIds = [];
  const { cdrOut } = await world.call({ to: PERSON });
  expect(cdrOut).toMatchObject([shown === null ? { status: 'Failed' } : { status: 'Completed', cli: shown.slice(1) }]);
});

// What the far end does; 486 and 487 show as the customer's doing (docs/providers/vapi.md, Ended reasons;
// assumed).
test.each([
  ['busy', 'customer-busy', 486],
  ['no-answer', 'customer-did-not-answer', 487],
  ['declines', FAILED, 603],
  ['reject', FORBIDDEN, 403],
  ['unavailable', UNAVAILABLE, 480],
  ['unknown', FAILED, 404],
  ['unreachable', NO_SERVICE, 503],
] as const)('a telephone elsewhere that is %s', async (behaviour, endedReason, code) => {
  world.network.farEnd(PERSON, behaviour);
  const { outbound, cdrOut } = await world.call({ to: PERSON });
  expect(outbound).toMatchObject({ status: 'ended', endedReason });
  expect(cdrOut).toMatchObject([{ status: 'Failed', disconnectCode: code, callDurationSeconds: 0 }]);
});

test('a person elsewhere answers and talks', async () => {
  const { outbound, cdrOut } = await world.call({ to: PERSON });
  expect(outbound.endedReason).toBe('assistant-said-end-call-phrase');
  expect(outbound.artifact.transcript).toContain('User: Hello, this is Dana speaking.');
  expect(cdrOut).toMatchObject([{ status: 'Completed', cli: '18648301018' }]);
});

test('a telephone that is lifted in silence leaves a call that nobody spoke on', async () => {
  world.network.farEnd(PERSON, 'silent');
  const { outbound } = await world.call({ to: PERSON });
  expect(outbound).toMatchObject({ endedReason: 'silence-timed-out', artifact: { transcript: '' } });
});

// docs/providers/vapi.md, Concurrency and billing.
test('a frozen subscription ends calls before they ring', async () => {
  world.vapi.switches.billing = 'frozen';
  expect((await world.call()).outbound).toMatchObject({ endedReason: 'call.start.error-subscription-frozen', cost: 0 });
});

// docs/providers/vapi.md, Phone numbers: `status`. That a blocked number cannot call is assumed, and so is
// the reason.
test('a number that Vapi has blocked calls nobody', async () => {
  world.vapi.phoneNumbers.set(world.number.id, { ...world.number, status: 'blocked' });
  expect((await world.call({ to: PERSON })).outbound.endedReason).toBe('call.start.error-get-phone-number');
});

test('a reason that is set by the test ends every call that is placed', async () => {
  world.vapi.switches.endsOutboundCallsWith = 'call.orbiting.error-moon';
  expect((await world.call({ to: PERSON })).outbound).toMatchObject({
    status: 'ended',
    endedReason: 'call.orbiting.error-moon',
  });
});

// docs/providers/vapi.md, Concurrency and billing: Vapi's own numbers cannot call abroad, and need no trunk
// of ours.
test('a number that Vapi provides calls in over the telephone network, but not abroad', async () => {
  const from = world.vapi.addPhoneNumber({ provider: 'vapi', number: '+12025550199' });
  const { outbound, inbound, cdrOut } = await world.call({ from });
  expect(outbound.endedReason).toBe('assistant-said-end-call-phrase');
  expect(inbound).toMatchObject({ customer: { number: '+12025550199' } });
  expect(cdrOut).toEqual([]);
  const abroad = await world.call({ from, to: '+442079460123', caller: testCaller });
  expect(abroad.outbound.endedReason).toBe('call.start.error-vapi-number-international');
});

// docs/providers/didww.md, Capacity and balance and Outbound trunks: spend counts against balance and limit.
test('a completed call is charged and may reach the spend limit', async () => {
  world.outboundTrunk.thresholdAmount = '0.005';
  const before = world.didww.balance.balance;
  const { cdrOut } = await world.call();
  expect(world.didww.balance.balance).toBeCloseTo(before - (cdrOut[0]?.chargedUsd ?? 0));
  expect(world.outboundTrunk).toMatchObject({ thresholdReached: true });
  expect((await world.call()).outbound.endedReason).toBe(FORBIDDEN);
});

// docs/providers/didww.md, Exports (call records): not real time.
test('a call record becomes visible after the delay that is set', async () => {
  world.didww.switches.cdrDelayMs = 60_000;
  const { cdrOut } = await world.call();
  expect(cdrOut[0]?.visibleAt).toBeGreaterThan(Date.now() + 50_000);
});
