// Transfers by REFER: every condition, and what is left when it does not hold. At Vapi all of them end
// `assistant-forwarded-call` (docs/providers/vapi.md, Transfers); only the transfer record and DIDWW's
// records tell them apart (docs/providers/didww.md, Transfers (REFER)).
import { afterEach, beforeEach, expect, test } from 'vitest';

import type { TransferDestination } from '../../src/sandbox/vapi/index.js';
import type { World } from './networkRig.js';
import { givenConnection, NUMBER, PERSON, transferCaller, until } from './networkRig.js';

const VAPI_ADDRESSES = ['44.229.228.186', '44.238.177.138'];
const STRANGER = '+12025550177';

let world: World;

beforeEach(() => {
  world = givenConnection();
});

afterEach(() => {
  world.network.stop();
});

function redirect(change: Partial<TransferDestination>): void {
  const [destination] = world.tool.destinations ?? [];
  if (destination === undefined) throw new Error('The connection has a destination.');
  world.vapi.patchTool(world.tool, { destinations: [{ ...destination, ...change } as typeof destination] });
}

function answerWith(change: object): void {
  const { inboundCredential: credential, vapi } = world;
  const outboundAuthenticationPlan = { ...credential.outboundAuthenticationPlan, ...change };
  vapi.credentials.set(credential.id, { ...credential, outboundAuthenticationPlan });
}

const personsRow = (destinationNumber: string): boolean => `+${destinationNumber}` === PERSON;

// With a code: refused where the trunk is known, so the account has a record (assumed). Without: nothing
// but Vapi's row.
test.each<[string, () => void, number | null]>([
  ['no transfer allowed on the inbound trunk', () => world.configureInbound({ maxTransfers: 0 }), null],
  ['no authorisation on the inbound trunk', () => world.configureInbound({ authEnabled: false }), null],
  ['a user that is not the outbound trunk’s', () => world.configureInbound({ authUser: 'somebody' }), null],
  ['a password that was rotated', () => world.configureInbound({ authPassword: 'old' }), null],
  // docs/providers/vapi.md, Transfers: DIDWW challenges the REFER, and the credential of the number answers.
  ['an old password in the credential of the number', () => answerWith({ authPassword: 'old' }), null],
  ['an allow-list without DIDWW’s own addresses', () => world.allow(VAPI_ADDRESSES), 403],
  ['an inbound trunk on IPv6', () => world.configureInbound({ networkProtocolPriority: 'prefer_ipv6' }), 403],
  ['an inbound trunk on any IP version', () => world.configureInbound({ networkProtocolPriority: 'any' }), 403],
  ['a Refer-To elsewhere', () => redirect({ sipUri: `sip:${PERSON}@pbx.example.com` }), null],
  ['a Refer-To without a number', () => redirect({ sipUri: 'sip:support@fra.eu.out.didww.com' }), null],
  ['the BYE verb', () => redirect({ transferPlan: { mode: 'blind-transfer', sipVerb: 'bye' } }), null],
  ['no second channel', () => (world.outboundTrunk.capacityLimit = 1), 503],
  ['a destination that is inverted', () => (world.outboundTrunk.dstPrefixes = ['1202']), 403],
])('%s: forwarded at Vapi, and nothing rings', async (_case, breakIt, code) => {
  breakIt();
  const { outbound, inbound, cdrOut } = await world.call({ caller: transferCaller });
  expect(inbound).toMatchObject({
    status: 'ended',
    endedReason: 'assistant-forwarded-call',
    destination: { type: 'sip' },
    artifact: { transfers: [{ status: 'failed' }] },
  });
  expect(outbound).toMatchObject({ endedReason: 'customer-ended-call' });
  expect(outbound.artifact.transcript).not.toContain('Dana');
  const rows = cdrOut.filter(({ destinationNumber }) => personsRow(destinationNumber));
  expect(rows.map(({ disconnectCode, status }) => [disconnectCode, status])).toEqual(
    code === null ? [] : [[code, 'Failed']],
  );
});

// docs/providers/vapi.md, Transfers: `artifact.transfers[].status`.
test.each([
  ['busy', 'busy', 486],
  ['no-answer', 'no-answer', 487],
  ['declines', 'failed', 603],
  ['unknown', 'failed', 404],
] as const)('a person who is %s', async (behaviour, status, code) => {
  world.network.farEnd(PERSON, behaviour);
  const { inbound, cdrOut } = await world.call({ caller: transferCaller });
  expect(inbound).toMatchObject({ endedReason: 'assistant-forwarded-call', artifact: { transfers: [{ status }] } });
  expect(cdrOut.find(({ destinationNumber }) => personsRow(destinationNumber))).toMatchObject({
    status: 'Failed',
    disconnectCode: code,
    callDurationSeconds: 0,
  });
});

test('a person who lifts in silence is connected, and the caller hears no word', async () => {
  world.network.farEnd(PERSON, 'silent');
  const { outbound, inbound, cdrOut } = await world.call({ caller: transferCaller });
  expect(inbound?.artifact.transfers).toMatchObject([{ status: 'connected' }]);
  expect(outbound.endedReason).toBe('silence-timed-out');
  expect(outbound.artifact.transcript.trim().split('\n').at(-1)).toBe('User: Please wait while I transfer your call.');
  expect(cdrOut.find(({ destinationNumber }) => personsRow(destinationNumber))).toMatchObject({ status: 'Completed' });
});

test('where the organisation is not told the status, only DIDWW’s record proves the far leg', async () => {
  world.vapi.switches.transferStatusReported = false;
  const { inbound, cdrOut } = await world.call({ caller: transferCaller });
  expect(inbound?.artifact.transfers?.[0]).not.toHaveProperty('status');
  expect(cdrOut.some(({ destinationNumber, status }) => personsRow(destinationNumber) && status === 'Completed')).toBe(
    true,
  );
});

// docs/verification.md, What counts as proof: without words of the person its audio is unproven. Where
// sound gets lost is a switch.
test('sound that is lost after the transfer leaves the far leg connected and the caller without a word of the person', async () => {
  world.network.switches.lostAudio = 'after-transfer';
  const { outbound, inbound } = await world.call({ caller: transferCaller });
  expect(inbound?.artifact.transfers).toMatchObject([{ status: 'connected' }]);
  expect(inbound?.artifact.transcript).toContain('User: This is an automated test call.');
  expect(outbound.artifact.transcript).not.toContain('Dana');
});

// docs/providers/didww.md, Caller id: which caller id a REFER's leg carries is not documented.
test.each([
  ['original-caller', false, 'failed'],
  ['did', false, 'connected'],
  ['original-caller', true, 'failed'],
] as const)(
  'a stranger is transferred, the leg carrying the caller id of %s (any of our numbers: %s)',
  async (carried, any, status) => {
    world.network.switches.referCallerId = carried;
    world.outboundTrunk.allowAnyDidAsCli = any;
    const says = ['Please connect me to a person.'];
    await world.network.callFromOutside({ from: STRANGER, to: NUMBER, says }).ended;
    expect([...world.vapi.calls.values()]).toMatchObject([{ artifact: { transfers: [{ status }] } }]);
  },
);

test('a trunk that sends the original caller id transfers strangers', async () => {
  world.outboundTrunk.onCliMismatchAction = 'send_original_cli';
  await world.network.callFromOutside({ from: STRANGER, to: NUMBER, says: ['A person, please.'] }).ended;
  expect(world.didww.callRecords.outbound).toMatchObject([{ cli: STRANGER.slice(1), status: 'Completed' }]);
});

// docs/providers/vapi.md, Tools: `dial` makes Vapi place the second leg through the trunk.
test('the dial verb goes out through the trunk from Vapi’s address, with the number as caller id', async () => {
  redirect({ transferPlan: { mode: 'blind-transfer', sipVerb: 'dial' } });
  world.allow(VAPI_ADDRESSES);
  const { inbound, cdrOut } = await world.call({ caller: transferCaller });
  expect(inbound?.artifact.transfers).toMatchObject([{ status: 'connected' }]);
  expect(cdrOut.find(({ destinationNumber }) => personsRow(destinationNumber))).toMatchObject({ cli: NUMBER.slice(1) });
});

test('an assistant without the tool, or whose model does not call it, transfers nobody', async () => {
  world.vapi.switches.modelIgnoresTools = true;
  const ignored = await world.call({ caller: transferCaller });
  expect(ignored.inbound?.endedReason).toBe('silence-timed-out');
  expect(ignored.inbound?.artifact.messages.map(({ role }) => role)).not.toContain('tool_calls');

  world.vapi.switches.modelIgnoresTools = false;
  world.vapi.patchAssistant(world.assistant, { model: { provider: 'openai', model: 'gpt-4o' } });
  const without = await world.call({ caller: transferCaller });
  expect(without.inbound).not.toHaveProperty('destination');
});

// docs/providers/vapi.md, Transfers: such a server message blocks them.
test('an assistant that hands call control to its server transfers nobody', async () => {
  world.vapi.patchAssistant(world.assistant, { serverMessages: ['phone-call-control'] });
  expect((await world.call({ caller: transferCaller })).inbound).not.toHaveProperty('destination');
});

// docs/providers/vapi.md, Call control: `transfer` tests REFER without the model.
test('a transfer can be forced on the inbound row, and leaves no tool call', async () => {
  world.vapi.switches.modelIgnoresTools = true;
  const [destination] = world.tool.destinations ?? [];
  if (destination === undefined) throw new Error('The connection has a destination.');
  const running = world.call({ caller: { ...transferCaller, silenceTimeoutSeconds: 3000, maxDurationSeconds: 3000 } });
  const inbound = await untilInbound(/cannot connect/);
  expect(world.network.control(world.vapi, inbound.id, { type: 'transfer', destination })).toBe(true);
  const outcome = await running;
  expect(outcome.inbound?.artifact.transfers).toMatchObject([{ status: 'connected' }]);
  expect(outcome.inbound?.artifact.messages.map(({ role }) => role)).not.toContain('tool_calls');
  expect(outcome.outbound.artifact.transcript).toContain('Dana');
});

// Assumed: DIDWW turns a REFER into a call only within a call that came in to one of its numbers.
test('a transfer forced on the outbound row rings nobody', async () => {
  const running = world.call({ to: PERSON, caller: { ...transferCaller, silenceTimeoutSeconds: 3000 } });
  const outbound = await untilRow((row) => row.status === 'in-progress');
  world.network.control(world.vapi, outbound.id, {
    type: 'transfer',
    destination: { type: 'sip', sipUri: `sip:${STRANGER}@fra.eu.out.didww.com` },
  });
  expect(await running).toMatchObject({
    outbound: { endedReason: 'assistant-forwarded-call', artifact: { transfers: [{ status: 'failed' }] } },
  });
});

test('a caller who hangs up while the person’s telephone rings leaves a cancelled call', async () => {
  world.network.farEnd(PERSON, 'no-answer');
  world.network.phaseMs = 20;
  const running = world.call({ caller: transferCaller });
  const inbound = await untilRow((row) => row.endedReason === 'assistant-forwarded-call');
  const outbound = [...world.vapi.calls.values()].find(({ id }) => id !== inbound.id);
  world.network.control(world.vapi, outbound?.id ?? '', { type: 'end-call' });
  const { cdrOut } = await running;
  expect(cdrOut.find(({ destinationNumber }) => personsRow(destinationNumber))).toMatchObject({ disconnectCode: 487 });
});

async function untilRow(
  matches: (row: World['vapi'] extends { calls: Map<string, infer Row> } ? Row : never) => boolean,
) {
  const find = () => [...world.vapi.calls.values()].find(matches);
  await until(() => find() !== undefined);
  const row = find();
  if (row === undefined) throw new Error('The row was there.');
  return row;
}

async function untilInbound(words: RegExp) {
  return untilRow(({ type, artifact }) => type === 'inboundPhoneCall' && words.test(artifact.transcript));
}
