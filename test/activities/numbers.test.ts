import { expect, test } from 'vitest';
import { callerIdActivities } from '../../src/activities/objects/callerIds.js';
import type { DesiredImport, RouteChange, Routing } from '../../src/contract/objects.js';
import { phoneNumberActivities } from '../../src/activities/objects/phoneNumber.js';
import { previousRoutingActivities } from '../../src/activities/objects/previousRouting.js';
import { routingActivities } from '../../src/activities/objects/routing.js';
import {
  mergePreviousRoutings,
  MOST_PREVIOUS_ROUTINGS,
  readPreviousRoutings,
} from '../../src/domain/objects/previousRoutings.js';
import { foreignGroup, foreignTrunk } from '../../src/sandbox/didww/seed.js';
import { givenWorld, justSeen, NUMBER, only, OTHER_NUMBER } from './world.js';

const given = async () => {
  const world = await givenWorld();
  const { didwwAccount, vapiAccount } = world;
  const ours = foreignTrunk(didwwAccount, 'patchbay acme in');
  const did = didwwAccount.didByNumber(NUMBER);
  if (did === undefined) throw new Error('no number');
  const { id: credentialId } = vapiAccount.addCredential({ provider: 'byo-sip-trunk', gateways: [] });
  const imported: DesiredImport = {
    region: 'us',
    number: NUMBER,
    label: 'Support line',
    assistantId: world.assistant.id,
    credentialId,
  };
  const route = (previous: Routing, changes: Partial<RouteChange> = {}): RouteChange => ({
    number: NUMBER,
    didId: did.id,
    inboundTrunkId: ours.id,
    previous,
    ...changes,
  });
  const activities = {
    ...phoneNumberActivities(world),
    ...routingActivities(world),
    ...callerIdActivities(world),
    ...previousRoutingActivities(world),
  };
  return { world, ours, did, imported, route, entries: vapiAccount.phoneNumbers, ...activities };
};

test('a number is imported once, also where the first answer is lost', async () => {
  const { world, imported, entries, ensureImport } = await given();
  world.faults.loseAnswer('POST /phone-number', { times: 1 });

  const failure = await world.failure(ensureImport, { ...imported, absentAt: justSeen() });
  const { id, name } = await world.attempt(ensureImport, { ...imported, absentAt: justSeen() }, 2);

  expect(failure).toMatchObject({ class: 'network', retried: true });
  expect(only(entries)).toMatchObject({ id, name, number: NUMBER, assistantId: imported.assistantId });
});

test('an import that Vapi refuses as a double, because an earlier one was not listed yet, is adopted', async () => {
  const { world, imported, entries, ensureImport } = await given();
  const { id } = await world.attempt(ensureImport, imported);

  expect((await world.attempt(ensureImport, { ...imported, absentAt: justSeen() })).id).toBe(id);
  expect(entries.size).toBe(1);
});

test('a leftover import with another assistant is set right', async () => {
  const { world, imported, entries, ensureImport } = await given();
  const other = world.vapiAccount.addAssistant({ name: 'Sales' });
  const { id } = await world.attempt(ensureImport, { ...imported, assistantId: other.id, label: 'Sales' });

  expect(await world.attempt(ensureImport, imported)).toEqual({ id, name: 'Support line' });
  expect(only(entries).assistantId).toBe(imported.assistantId);
});

test("somebody else's import of the number is never touched", async () => {
  const { world, imported, entries, ensureImport, removeImport } = await given();
  const foreign = world.vapiAccount.addPhoneNumber({ provider: 'twilio', number: NUMBER.slice(1) });

  const refusal = await world.failure(ensureImport, imported);
  const undone = await world.attempt(removeImport, { ...imported, made: [], marked: true });

  expect(refusal).toMatchObject({ class: 'conflict', retried: false });
  expect(refusal.message).toContain(foreign.id);
  expect(undone.warnings).toEqual([expect.stringContaining(foreign.id)]);
  expect(only(entries)).toBe(foreign);
});

test('a number is cut over once, however often that is tried', async () => {
  const { world, ours, did, route, cutOver } = await given();

  await world.attempt(cutOver, route(null));
  await world.attempt(cutOver, route(null), 2);

  expect(did.voiceInTrunkId).toBe(ours.id);
  expect(world.writes()).toEqual(['PATCH /dids/:id']);
});

test('a number that somebody moved since preflight is not cut over', async () => {
  const { world, did, route, cutOver } = await given();
  did.voiceInTrunkId = foreignTrunk(world.didwwAccount, 'new pbx').id;

  const refusal = await world.failure(cutOver, route(null));

  expect(refusal).toMatchObject({ class: 'conflict', retried: false });
  expect(refusal.message).toContain(`The routing of ${NUMBER} changed since preflight: it was nowhere`);
  expect(world.writes()).toEqual([]);
});

test.each(['trunk', 'group'] as const)('a number that went to a %s goes there again', async (kind) => {
  const { world, did, route, cutOver, restoreRouting } = await given();
  const make = kind === 'trunk' ? foreignTrunk : foreignGroup;
  const previous = { kind, id: make(world.didwwAccount, 'office pbx').id };
  did.voiceInTrunkId = kind === 'trunk' ? previous.id : null;
  did.voiceInTrunkGroupId = kind === 'group' ? previous.id : null;

  await world.attempt(cutOver, route(previous));
  expect(await world.attempt(restoreRouting, route(previous))).toEqual({ warnings: [] });
  expect(await world.attempt(restoreRouting, route(previous))).toEqual({ warnings: [] });

  expect([did.voiceInTrunkId, did.voiceInTrunkGroupId]).toContain(previous.id);
  expect(world.writes()).toHaveLength(2);
});

test.each(['trunk', 'group'] as const)(
  'a number whose previous %s is gone goes to nowhere, with a warning',
  async (kind) => {
    const { world, ours, did, route, restoreRouting } = await given();
    did.voiceInTrunkId = ours.id;

    const { warnings } = await world.attempt(
      restoreRouting,
      route({ kind, id: 'f0000000-0000-4000-8000-000000000009' }),
    );

    expect(warnings).toEqual([expect.stringContaining('which is gone: it is now routed to nowhere')]);
    expect(did.voiceInTrunkId).toBeNull();
  },
);

test('a number that somebody moved since the cut-over stays where it is, with a warning', async () => {
  const { world, did, route, restoreRouting } = await given();
  const elsewhere = foreignTrunk(world.didwwAccount, 'new pbx').id;
  did.voiceInTrunkId = elsewhere;

  const { warnings } = await world.attempt(restoreRouting, route(null));

  expect(warnings).toEqual([expect.stringContaining(elsewhere)]);
  expect(world.writes()).toEqual([]);
  world.didwwAccount.dids.clear();
  expect((await world.attempt(restoreRouting, route(null))).warnings).toEqual([expect.stringContaining('no longer')]);
});

test('caller ids join those that stand, and only those that joined leave again', async () => {
  const { world, did, addCallerIds, removeCallerIds } = await given();
  const other = world.didwwAccount.didByNumber(OTHER_NUMBER)?.id ?? '';
  const { id: outboundTrunkId } = await world.didww.createOutboundTrunk({
    name: 'patchbay acme out',
    reference: 'patchbay/acme',
    onCliMismatchAction: 'reject_call',
    allowAnyDidAsCli: false,
    capacityLimit: null,
    thresholdAmount: '10',
    allowedSipIps: ['203.0.113.9'],
    didIds: [other],
  });
  const change = { outboundTrunkId, didIds: [did.id] };

  await world.attempt(addCallerIds, change);
  await world.attempt(addCallerIds, change, 2);
  expect(only(world.didwwAccount.outboundTrunks).didIds).toEqual([other, did.id]);
  await world.attempt(removeCallerIds, change);
  expect(only(world.didwwAccount.outboundTrunks).didIds).toEqual([other]);

  world.didwwAccount.outboundTrunks.clear();
  expect(await world.attempt(removeCallerIds, change)).toEqual({ warnings: [] });
});

test('prior routings are remembered in the description and forgotten again, a person’s words kept', async () => {
  const { world, ours, recordPreviousRoutings, forgetPreviousRoutings } = await given();
  const change = {
    inboundTrunkId: ours.id,
    before: [],
    outdated: [],
    routings: [{ number: NUMBER, routing: { kind: 'trunk', id: 't-1' } }],
  } as const;

  await world.attempt(recordPreviousRoutings, change);
  const written = ours.description;
  await world.attempt(forgetPreviousRoutings, change);

  expect(readPreviousRoutings(written)).toEqual(change.routings);
  expect(written).toContain('Made in the DIDWW panel');
  expect(ours.description).toBe('Made in the DIDWW panel');
  world.didwwAccount.inboundTrunks.clear();
  expect(await world.attempt(forgetPreviousRoutings, change)).toEqual({ warnings: [] });
});

test('more prior routings than a trunk can remember are refused before anything is written', async () => {
  const { world, ours, recordPreviousRoutings } = await given();
  const routings = Array.from({ length: MOST_PREVIOUS_ROUTINGS + 1 }, (_, at) => ({
    number: `+1864830${String(1000 + at)}`,
    routing: { kind: 'trunk' as const, id: `t-${String(at)}` },
  }));

  expect(
    await world.failure(recordPreviousRoutings, { inboundTrunkId: ours.id, routings, outdated: [], before: [] }),
  ).toMatchObject({
    class: 'conflict',
    retried: false,
  });
  expect(world.writes()).toEqual([]);
});

test('a description that a form has put on one line is still understood, the last word on a number counting', () => {
  const entry = (id: string) => ({ number: NUMBER, routing: { kind: 'trunk' as const, id } });
  const text = mergePreviousRoutings('Ours.', [entry('t-1')])?.replaceAll('\n', ' ') ?? '';

  expect(readPreviousRoutings(`${text} [patchbay] ${OTHER_NUMBER} was routed to group g-2`)).toEqual([
    entry('t-1'),
    { number: OTHER_NUMBER, routing: { kind: 'group', id: 'g-2' } },
  ]);
  expect(readPreviousRoutings(mergePreviousRoutings(text, [entry('t-3')]))).toEqual([entry('t-3')]);
  expect(readPreviousRoutings(null)).toEqual([]);
});
