import { expect, test } from 'vitest';
import type { DesiredInboundTrunk, DesiredOutboundTrunk } from '../../src/contract/objects.js';
import { inboundTrunkActivities } from '../../src/activities/objects/inboundTrunk.js';
import { outboundTrunkActivities } from '../../src/activities/objects/outboundTrunk.js';
import { foreignGroup, foreignTrunk } from '../../src/sandbox/didww/seed.js';
import { givenWorld, justSeen, NUMBER, only, type World } from './world.js';

const TARGET = { connection: 'acme', region: 'us' } as const;
/** Of a run whose create was never answered. */
const MARKED = { ...TARGET, made: [], unused: [], marked: true };

const outbound = (world: World, changes: Partial<DesiredOutboundTrunk> = {}): DesiredOutboundTrunk => ({
  ...TARGET,
  sip: { allowedIps: ['203.0.113.7'], callerIds: 'own' },
  limits: { dailySpendUsd: 25, channels: 4 },
  callerDidIds: [world.didwwAccount.didByNumber(NUMBER)?.id ?? ''],
  ...changes,
});

const inbound = (outboundTrunkId: string, changes: Partial<DesiredInboundTrunk> = {}): DesiredInboundTrunk => ({
  ...TARGET,
  sip: { transport: 'udp', networkProtocol: 'prefer_ipv4', maxTransfers: 1 },
  outboundTrunkId,
  previousRoutings: [],
  unrouted: [],
  ...changes,
});

const given = async () => {
  const world = await givenWorld();
  const steps = { ...outboundTrunkActivities(world), ...inboundTrunkActivities(world) };
  return {
    world,
    ...steps,
    trunks: world.didwwAccount.outboundTrunks,
    inboundTrunks: world.didwwAccount.inboundTrunks,
  };
};

test('both trunks of a new connection are made without looking, and the pair of the first serves the second', async () => {
  const { world, ensureOutboundTrunk, ensureInboundTrunk, trunks, inboundTrunks } = await given();

  const made = await world.attempt(ensureOutboundTrunk, outbound(world, { absentAt: justSeen() }));
  await world.attempt(ensureInboundTrunk, inbound(made.id, { absentAt: justSeen() }));

  expect(world.writes()).toEqual(['POST /voice_out_trunks', 'POST /voice_in_trunks']);
  expect(only(trunks)).toMatchObject({
    name: 'patchbay acme out',
    externalReferenceId: 'patchbay/acme',
    onCliMismatchAction: 'reject_call',
    capacityLimit: 4,
    didIds: outbound(world).callerDidIds,
  });
  expect(only(inboundTrunks).configuration).toMatchObject({
    host: 'sip.vapi.ai',
    username: '+{DID}',
    authEnabled: true,
    authUser: world.sipCredentialCache.of(made.id)?.username,
    authPassword: world.sipCredentialCache.of(made.id)?.password,
    maxTransfers: 1,
  });
});

test.each<[when: string, agoMs: number, workerAheadMs: number, looks: boolean]>([
  ['a moment ago, by a worker whose clock is an hour behind', 0, -3_600_000, false],
  ['a moment ago, by a worker whose clock is an hour ahead', 0, 3_600_000, false],
  ['31 s ago', 31_000, 0, true],
  ['31 s ago, for a worker whose clock is 30 s behind', 31_000, -30_000, true],
])("what a preflight saw %s is judged by the provider's clock", async (_when, agoMs, workerAheadMs, looks) => {
  const { world, ensureOutboundTrunk } = await given();
  world.didwwAccount.switches.clockAheadMs = -workerAheadMs;
  await world.didww.getBalance();
  const spared = world.asked().length;

  await world.attempt(ensureOutboundTrunk, outbound(world, { absentAt: justSeen(workerAheadMs + agoMs) }));

  expect(world.asked().slice(spared)).toEqual([...(looks ? ['GET /voice_out_trunks'] : []), 'POST /voice_out_trunks']);
});

test.each(['POST /voice_out_trunks', 'POST /voice_in_trunks'])(
  'where the answer of %s is lost, the next attempt adopts what was made',
  async (request) => {
    const { world, ensureOutboundTrunk, ensureInboundTrunk, trunks, inboundTrunks } = await given();
    world.faults.loseAnswer(request, { times: 1 });
    const seen = { absentAt: justSeen() };

    const first = request.includes('out')
      ? await world.failure(ensureOutboundTrunk, outbound(world, seen))
      : await world.failure(
          ensureInboundTrunk,
          inbound((await world.attempt(ensureOutboundTrunk, outbound(world, seen))).id, seen),
        );
    const { id } = await world.attempt(ensureOutboundTrunk, outbound(world, seen), 2);
    await world.attempt(ensureInboundTrunk, inbound(id, seen), 2);

    expect(first).toMatchObject({ class: 'network', retried: true });
    expect(only(trunks).id).toBe(id);
    expect(only(inboundTrunks).externalReferenceId).toBe('patchbay/acme');
  },
);

test('leftover trunks with other settings are made anew, the inbound one also where only the pair is another', async () => {
  const { world, ensureOutboundTrunk, ensureInboundTrunk, trunks, inboundTrunks } = await given();
  const old = await world.attempt(ensureOutboundTrunk, outbound(world));
  const oldInbound = await world.attempt(ensureInboundTrunk, inbound(old.id));

  const anew = await world.attempt(
    ensureOutboundTrunk,
    outbound(world, { limits: { dailySpendUsd: 25, channels: 5 } }),
  );
  const anewInbound = await world.attempt(ensureInboundTrunk, inbound(anew.id));

  expect(only(trunks)).toMatchObject({ id: anew.id, capacityLimit: 5 });
  expect(only(inboundTrunks).id).toBe(anewInbound.id);
  expect([anew.id, anewInbound.id]).not.toContain(old.id);
  expect(anewInbound.id).not.toBe(oldInbound.id);
});

test('trunks with other settings that carry a number are kept, and the differences named', async () => {
  const { world, ensureOutboundTrunk, ensureInboundTrunk } = await given();
  const { id } = await world.attempt(ensureOutboundTrunk, outbound(world));
  const { id: inboundTrunkId } = await world.attempt(ensureInboundTrunk, inbound(id));
  await world.didww.routeDid(outbound(world).callerDidIds[0] ?? '', { kind: 'trunk', id: inboundTrunkId });
  world.writes();

  const refusal = await world.failure(
    ensureOutboundTrunk,
    outbound(world, { limits: { dailySpendUsd: 25, channels: 5 } }),
  );
  const refusalInbound = await world.failure(
    ensureInboundTrunk,
    inbound(id, { sip: { transport: 'tls', networkProtocol: 'prefer_ipv4', maxTransfers: 1 } }),
  );

  expect(refusal).toMatchObject({ class: 'conflict', retried: false });
  expect(refusal.message).toContain(`in use by ${NUMBER}: limits.channels is 4, not 5.`);
  expect(refusalInbound.message).toContain('sip.transport');
  expect(world.writes()).toEqual([]);
});

test('a block of the allow-list is sent and compared as its network, however the request and DIDWW write it', async () => {
  const { world, ensureOutboundTrunk, trunks } = await given();
  const wanted = outbound(world, { sip: { allowedIps: ['192.0.2.5/24', '192.0.2.0/24'], callerIds: 'own' } });
  const made = await world.attempt(ensureOutboundTrunk, { ...wanted, absentAt: justSeen() });
  const { authenticationMethod } = only(trunks);
  expect(authenticationMethod).toMatchObject({ allowedSipIps: expect.arrayContaining(['192.0.2.0/24']) as unknown });
  expect(JSON.stringify(authenticationMethod)).not.toContain('192.0.2.5');

  const unmasked = JSON.stringify(authenticationMethod).replace('192.0.2.0/24', '192.0.2.77/24');
  Object.assign(only(trunks), { authenticationMethod: JSON.parse(unmasked) as unknown });

  expect(await world.attempt(ensureOutboundTrunk, wanted)).toMatchObject({ id: made.id });
  expect(world.writes()).toEqual(['POST /voice_out_trunks']);
});

test('a trunk of the same name that is not ours is left as it is, and named', async () => {
  const { world, ensureOutboundTrunk, ensureInboundTrunk, inboundTrunks } = await given();
  const foreign = foreignTrunk(world.didwwAccount, 'patchbay acme in');
  const { id } = await world.attempt(ensureOutboundTrunk, outbound(world));

  const refusal = await world.failure(ensureInboundTrunk, inbound(id, { absentAt: justSeen() }));

  expect(refusal).toMatchObject({ provider: 'didww', class: 'conflict', retried: false });
  expect(refusal.message).toContain(foreign.id);
  expect(refusal.action).toContain('Rename or remove it');
  expect(only(inboundTrunks)).toBe(foreign);
});

test('a reference of ours that somebody copied to a trunk of their own costs them nothing', async () => {
  const { world, ensureOutboundTrunk, trunks } = await given();
  const { id } = await world.attempt(ensureOutboundTrunk, outbound(world));
  await world.didww.createOutboundTrunk({
    name: 'pbx of somebody',
    reference: 'patchbay/acme',
    onCliMismatchAction: 'reject_call',
    allowAnyDidAsCli: false,
    capacityLimit: null,
    thresholdAmount: '10',
    allowedSipIps: ['203.0.113.9'],
  });

  const again = await world.attempt(ensureOutboundTrunk, outbound(world), 2);

  expect(again.id).toBe(id);
  expect(trunks.size).toBe(2);
});

test("an adopted inbound trunk remembers this run's prior routings beside a person's own words", async () => {
  const { world, ensureOutboundTrunk, ensureInboundTrunk, inboundTrunks } = await given();
  const { id } = await world.attempt(ensureOutboundTrunk, outbound(world));
  const { id: inboundTrunkId } = await world.attempt(ensureInboundTrunk, inbound(id));
  await world.didww.updateInboundTrunk(inboundTrunkId, { description: 'Ask Ann before touching this.' });
  const previousRoutings = [{ number: NUMBER, routing: { kind: 'group', id: 'g-1' } }] as const;

  await world.attempt(ensureInboundTrunk, inbound(id, { previousRoutings }));
  world.writes();
  await world.attempt(ensureInboundTrunk, inbound(id, { previousRoutings }), 2);

  expect(only(inboundTrunks).description).toBe(
    `Ask Ann before touching this.\n[patchbay] ${NUMBER} was routed to group g-1`,
  );
  expect(world.writes()).toEqual([]);
});

test('the inbound trunk is not removed while a number is routed to it, and nothing there is success', async () => {
  const { world, ensureOutboundTrunk, ensureInboundTrunk, removeInboundTrunk, removeOutboundTrunk } = await given();
  const { id } = await world.attempt(ensureOutboundTrunk, outbound(world));
  const { id: inboundTrunkId } = await world.attempt(ensureInboundTrunk, inbound(id));
  const didId = outbound(world).callerDidIds[0] ?? '';
  await world.didww.routeDid(didId, { kind: 'trunk', id: inboundTrunkId });

  const refusal = await world.failure(removeInboundTrunk, { ...MARKED, made: [inboundTrunkId] });
  const told = await world.attempt(removeInboundTrunk, MARKED);
  await world.didww.routeDid(didId, null);
  await world.attempt(removeInboundTrunk, MARKED);
  await world.attempt(removeOutboundTrunk, MARKED);

  expect(refusal).toMatchObject({ class: 'conflict', retried: false });
  expect(refusal.message).toContain(NUMBER);
  expect(told.warnings).toEqual([expect.stringContaining(NUMBER)]);
  expect(world.didwwAccount.inboundTrunks.size + world.didwwAccount.outboundTrunks.size).toBe(0);
  expect(world.sipCredentialCache.of(id)).toBeUndefined();
  expect(await world.attempt(removeInboundTrunk, MARKED)).toEqual({ warnings: [] });
  expect(await world.attempt(removeOutboundTrunk, MARKED)).toEqual({ warnings: [] });
});

test('the inbound trunk that somebody puts into a group while it is asked to go is told with that group', async () => {
  const { world, ensureOutboundTrunk, ensureInboundTrunk, removeInboundTrunk, removeOutboundTrunk, inboundTrunks } =
    await given();
  const { id } = await world.attempt(ensureOutboundTrunk, outbound(world));
  const { id: inboundTrunkId } = await world.attempt(ensureInboundTrunk, inbound(id));
  const group = foreignGroup(world.didwwAccount, 'sales hunt group');
  const gate = world.faults.hold('DELETE /voice_in_trunks/:id', { times: 1 });

  const removal = world.failure(removeInboundTrunk, { ...MARKED, made: [inboundTrunkId] });
  await gate.arrived;
  Object.assign(inboundTrunks.get(inboundTrunkId) ?? {}, { groupId: group.id });
  await world.didww.routeDid(outbound(world).callerDidIds[0] ?? '', { kind: 'group', id: group.id });
  gate.release();
  const refusal = await removal;
  const ofPair = await world.failure(removeOutboundTrunk, { ...MARKED, made: [id] });

  expect([refusal.class, ofPair.class]).toEqual(['conflict', 'conflict']);
  for (const fact of [NUMBER, group.id, 'Take it out of that group']) expect(refusal.message).toContain(fact);
  for (const fact of [NUMBER, group.id]) expect(ofPair.message).toContain(fact);
  expect([inboundTrunks.has(inboundTrunkId), world.didwwAccount.outboundTrunks.has(id)]).toEqual([true, true]);
});

test('a trunk in no group costs no request more than before: who is routed to it is asked once, and once again', async () => {
  const { world, ensureOutboundTrunk, ensureInboundTrunk, removeInboundTrunk } = await given();
  const { id } = await world.attempt(ensureOutboundTrunk, outbound(world));
  const { id: inboundTrunkId } = await world.attempt(ensureInboundTrunk, inbound(id));
  const before = world.asked().length;

  await world.attempt(removeInboundTrunk, { ...TARGET, made: [inboundTrunkId], unused: [], marked: false });

  expect(world.asked().slice(before)).toEqual([
    'GET /voice_in_trunks/:id',
    'GET /dids',
    'GET /dids',
    'DELETE /voice_in_trunks/:id',
  ]);
});

test('a trunk that a list still shows as ours, and from which somebody has taken our reference, is theirs', async () => {
  const { world, trunks, ...steps } = await given();
  const { id } = await world.attempt(steps.ensureOutboundTrunk, outbound(world));
  const shown = await world.didww.findOutboundTrunks({ reference: 'patchbay/acme' });
  Object.assign(only(trunks), { name: 'office pbx', externalReferenceId: null, capacityLimit: 30 });
  const theirs = structuredClone(only(trunks));
  const late = outboundTrunkActivities({
    ...world,
    didww: { ...world.didww, findOutboundTrunks: () => Promise.resolve(shown) },
  });

  const made = await world.attempt(late.ensureOutboundTrunk, outbound(world));
  expect([...trunks.values()].map((trunk) => trunk.id)).toEqual([id, made.id]);
  await world.attempt(late.removeOutboundTrunk, { ...MARKED, made: [made.id] });
  expect([...trunks.values()]).toEqual([theirs]);
});

test('a leftover that a run was to remove, and from which somebody has taken our mark since, stays and is told', async () => {
  const { world, ensureOutboundTrunk, removeOutboundTrunk, trunks } = await given();
  const { id } = await world.attempt(ensureOutboundTrunk, outbound(world));
  Object.assign(only(trunks), { name: 'office pbx', externalReferenceId: null });

  const { warnings } = await world.attempt(removeOutboundTrunk, { ...MARKED, unused: [id], marked: false });

  expect([...trunks.keys()]).toEqual([id]);
  expect(warnings).toEqual([
    `The outbound trunk "patchbay acme out" (${id}), which an earlier run left, carries Patchbay's mark no more. It was left as it is.`,
  ]);
});
