// Inbound legs: each single misconfiguration and its traces. A rejected INVITE leaves no call row at Vapi
// at all; only DIDWW's record knows (docs/providers/vapi.md, Ended reasons and Pitfalls;
// docs/providers/didww.md, Disconnect codes and DIDs and routing).
import { afterEach, beforeEach, expect, test } from 'vitest';

import type { World } from './networkRig.js';
import { DIDWW_ADDRESSES, givenConnection, NUMBER, until } from './networkRig.js';

let world: World;

beforeEach(() => {
  world = givenConnection();
});

afterEach(() => {
  world.network.stop();
});

function changeNumber(change: Partial<World['number']>): void {
  world.vapi.phoneNumbers.set(world.number.id, { ...world.number, ...change });
}

function listen(addresses: readonly string[], extra: object = {}): void {
  const gateways = addresses.map((ip) => ({ ip, inboundEnabled: true, outboundEnabled: false, ...extra }));
  world.vapi.credentials.set(world.inboundCredential.id, { ...world.inboundCredential, gateways });
}

const PAST = '2026-01-01T00:00:00.000Z';

test.each<[string, () => void, number]>([
  ['a blocked number', () => (world.did.blocked = true), 403],
  ['a number that awaits registration', () => (world.did.awaitingRegistration = true), 403],
  ['a terminated number', () => (world.did.terminated = true), 404],
  ['an expired number', () => (world.did.expiresAt = PAST), 403],
  ['a number without channels', () => (world.did.channelsIncludedCount = 0), 480],
  ['a number whose cap is reached', () => (world.did.capacityLimit = 0), 480],
  ['a number that is not routed', () => (world.did.voiceInTrunkId = null), 404],
  ['a trunk without channels', () => (world.inboundTrunk.capacityLimit = 0), 480],
  ['a trunk to the other region', () => world.configureInbound({ host: 'sip.eu.vapi.ai' }), 401],
  ['a trunk to the web host', () => world.configureInbound({ host: 'sip-web.eu.vapi.ai' }), 408],
  ['the host of no credential', () => world.configureInbound({ host: '0f0c0a52.sip.vapi.ai' }), 404],
  ['TLS on the port for UDP', () => world.configureInbound({ transportProtocolId: 3 }), 408],
  ['another port', () => world.configureInbound({ port: 5080 }), 408],
  ['IPv6 only', () => world.configureInbound({ networkProtocolPriority: 'force_ipv6' }), 408],
  ['a user part without the number', () => world.configureInbound({ username: 'support' }), 404],
  ['no user part', () => world.configureInbound({ username: null }), 404],
  ['encrypted media', () => world.configureInbound({ mediaEncryptionMode: 'srtp_sdes' }), 488],
  ['no codec in common', () => world.configureInbound({ codecIds: [8, 6] }), 488],
  ['a trunk that waits for a registration', () => world.configureInbound({ enabledSipRegistration: true }), 480],
  ['gateways without DIDWW’s addresses', () => listen(['198.51.100.20']), 401],
  ['gateways with inbound off', () => listen(DIDWW_ADDRESSES, { inboundEnabled: false }), 401],
  ['a number that is not imported', () => world.vapi.phoneNumbers.clear(), 404],
  ['a number on another credential', () => changeNumber({ credentialId: world.outboundCredential.id }), 404],
  // docs/providers/vapi.md, Phone numbers: `status`. What a number that is not active does with calls is
  // assumed.
  ['a number that Vapi has blocked', () => changeNumber({ status: 'blocked' }), 404],
  ['a number that is not active yet', () => changeNumber({ status: 'activating' }), 404],
  ['two organisations with the number', () => (world.vapi.switches.numbersHeldElsewhere = [NUMBER]), 503],
])('%s: refused before Vapi has a row', async (_case, breakIt, code) => {
  breakIt();
  const from = world.vapi.addPhoneNumber({ provider: 'vapi', number: '+12025550199' });
  const { outbound, inbound, cdrIn } = await world.call({ from });
  expect(inbound).toBeUndefined();
  expect(cdrIn).toMatchObject([
    { status: 'Failed', disconnectCode: code, durationSeconds: 0, destinationDid: NUMBER.slice(1) },
  ]);
  expect(outbound).not.toHaveProperty('startedAt');
});

test('an empty balance refuses incoming calls', async () => {
  Object.assign(world.didww.balance, { balance: 0, credit: 0 });
  const { code } = await world.network.callFromOutside({ from: '+12025550199', to: NUMBER }).ended;
  expect(code).toBe(402);
});

// docs/providers/vapi.md, Ended reasons: what Vapi accepted and could not start has a row.
test.each<[string, () => void, string]>([
  ['no assistant', () => changeNumber({ assistantId: null }), 'call-start-error-neither-assistant-nor-server-set'],
  ['a webhook that does not answer', () => changeNumber({ assistantId: null, server: {} }), 'assistant-request-failed'],
  ['an assistant that was deleted', () => world.vapi.assistants.clear(), 'assistant-not-found'],
  ['a tool that was deleted', () => world.vapi.tools.clear(), 'call.start.error-get-resources-validation'],
  // A switch for tests: which reason stands there is made up.
  [
    'a reason that is set by the test',
    () => (world.vapi.switches.endsInboundCallsWith = 'call.orbiting.error-moon'),
    'call.orbiting.error-moon',
  ],
  [
    'a subscription without credit',
    () => (world.vapi.switches.billing = 'insufficient-credits'),
    'call.start.error-subscription-insufficient-credits',
  ],
  [
    'no free slot',
    () => (world.vapi.switches.slotsInUse = 10),
    'call.start.error-subscription-concurrency-limit-reached',
  ],
])('%s: the call is dropped with a row that says so', async (_case, breakIt, endedReason) => {
  breakIt();
  await world.network.callFromOutside({ from: '+12025550199', to: NUMBER }).ended;
  const [row] = [...world.vapi.calls.values()];
  expect(row).toMatchObject({
    type: 'inboundPhoneCall',
    status: 'ended',
    endedReason,
    customer: { number: '+12025550199' },
  });
  expect(row).not.toHaveProperty('startedAt');
});

// docs/providers/vapi.md, Pitfalls: on a credential's own host only its gateways are matched.
test('a credential’s own host takes the call, and takes it from its own gateways alone', async () => {
  world.configureInbound({ host: `${world.inboundCredential.id}.sip.vapi.ai` });
  expect((await world.call()).inbound).toMatchObject({ endedReason: 'customer-ended-call' });
  world.configureInbound({ host: `${world.outboundCredential.id}.sip.vapi.ai` });
  const { inbound, cdrIn } = await world.call();
  expect(inbound).toBeUndefined();
  expect(cdrIn.at(-1)).toMatchObject({ disconnectCode: 401 });
});

// docs/providers/vapi.md, Pitfalls: the SBC compares digits; resolve_ruri loses the host's name
// (docs/providers/didww.md, Inbound trunks).
test('a called number without its plus is found, unless the SBC is strict', async () => {
  world.configureInbound({ username: '{DID}' });
  expect((await world.call()).inbound).toBeDefined();
  world.vapi.switches.normalisesCalledNumber = false;
  expect((await world.call()).inbound).toBeUndefined();
});

// docs/providers/didww.md, Signalling addresses: calls may come from any of the seven.
test('a missing gateway shows when the call comes from that address', async () => {
  listen(DIDWW_ADDRESSES.slice(1));
  world.network.switches.didwwSourceIp = '46.19.210.14';
  expect((await world.call()).inbound?.assistantOverrides).toMatchObject({
    variableValues: { 'forwarded-for': '46.19.210.14' },
  });
  world.network.switches.didwwSourceIp = '46.19.209.14';
  expect((await world.call()).inbound).toBeUndefined();
});

test('a number that is routed to an office is answered there, and Vapi hears nothing of it', async () => {
  world.configureInbound({ host: 'pbx.example.com' });
  const { outbound, inbound, cdrIn } = await world.call();
  expect(outbound.startedAt).toBeDefined();
  expect(inbound).toBeUndefined();
  expect(cdrIn).toMatchObject([{ status: 'Completed', destination: 'sip:+18648301018@pbx.example.com' }]);
});

// docs/providers/didww.md, Exports (call records): one row per attempt.
test('a group tries its trunks in order of priority, with a record of each attempt', async () => {
  const group = { id: world.didww.newId(), name: 'patchbay group', externalReferenceId: null, capacityLimit: null };
  world.didww.groups.set(group.id, { ...group, createdAt: world.didww.timestamp() });
  const broken = { ...world.inboundTrunk, id: world.didww.newId(), name: 'broken', priority: 0, groupId: group.id };
  world.didww.inboundTrunks.set(broken.id, broken);
  broken.configuration = { ...broken.configuration, host: 'sip-web.eu.vapi.ai' } as typeof broken.configuration;
  world.inboundTrunk.groupId = group.id;
  Object.assign(world.did, { voiceInTrunkId: null, voiceInTrunkGroupId: group.id });
  const { inbound, cdrIn } = await world.call();
  expect(inbound).toBeDefined();
  expect(cdrIn).toMatchObject([
    { inboundTrunkName: 'broken', attempt: 1, disconnectCode: 408, groupName: 'patchbay group' },
    { inboundTrunkName: 'patchbay acme in', attempt: 2, disconnectCode: 200 },
  ]);
});

// No source says whether DIDWW carries a number's call to itself.
test.each([
  ['refused', 'call.in-progress.error-providerfault-outbound-sip-503-service-unavailable'],
  ['lost', 'customer-did-not-answer'],
  ['mailbox', 'assistant-said-end-call-phrase'],
] as const)('a call to itself that is %s leaves nothing inbound', async (selfCalls, endedReason) => {
  world.network.switches.selfCalls = selfCalls;
  const { outbound, inbound, cdrIn } = await world.call();
  expect(outbound.endedReason).toBe(endedReason);
  expect(inbound).toBeUndefined();
  expect(cdrIn).toEqual([]);
});

// docs/providers/vapi.md, Call object: `customer.number` is what was shown. What carriers make of it is a
// switch.
test('a caller whose number is withheld or changed on the way shows none, or another one', async () => {
  world.network.switches.shownCaller = 'withheld';
  const withheld = await world.call();
  expect(withheld.inbound?.customer).not.toHaveProperty('number');
  world.network.switches.shownCaller = 'changed';
  const changed = await world.call();
  expect(changed.inbound?.customer.number).not.toBe(NUMBER);
});

// docs/providers/didww.md, Capacity and balance; Disconnect codes.
test('channels that other people’s calls hold are free again once those end', async () => {
  const end = world.network.occupy(world.did.id, 2);
  expect((await world.network.callFromOutside({ from: '+12025550199', to: NUMBER }).ended).code).toBe(480);
  end();
  expect((await world.network.callFromOutside({ from: '+12025550199', to: NUMBER }).ended).code).toBe(200);
});

test('a caller from outside talks with the assistant', async () => {
  const call = world.network.callFromOutside({ from: '+12025550199', to: NUMBER, says: ['What are your hours?'] });
  const { code, heard } = await call.ended;
  expect(code).toBe(200);
  expect(heard[0]).toBe('Thank you for calling Acme. How can I help you?');
  await until(() => [...world.vapi.calls.values()].every(({ status }) => status === 'ended'));
});
