import { describe, expect, test } from 'vitest';
import type { Leftover, Result } from '../../src/contract/result.js';
import { didwwVersions, foreignGroup } from '../../src/sandbox/index.js';
import { forgetRuns } from '../support/forgetting.js';
import { named } from '../support/named.js';
import { uniqueNumbers } from '../support/unique.js';
import { until } from '../support/until.js';
import { givenAccounts, type World } from '../support/world.js';

const entries = (world: World, ...at: number[]): { number: string }[] =>
  at.map((index) => ({ number: world.numbers[index] ?? '' }));

const trunkOf = ({ sandbox, connection }: World) => named(sandbox.didww.inboundTrunks, `patchbay ${connection} in`);

const didOf = ({ sandbox }: World, number: string) => {
  const did = sandbox.didww.didByNumber(number);
  if (did === undefined) throw new Error(`${number} is not there`);
  return did;
};

/** Somebody puts the connection's inbound trunk into a group of theirs. The group's id. */
function grouped(world: World): string {
  const { id } = foreignGroup(world.sandbox.didww, GROUP);
  trunkOf(world).groupId = id;
  return id;
}

const GROUP = 'sales hunt group';

/** Somebody routes a number to a group, past Patchbay. */
function routeToGroup(world: World, number: string, groupId: string): void {
  Object.assign(didOf(world, number), { voiceInTrunkId: null, voiceInTrunkGroupId: groupId });
}

/**
 * Somebody's number that comes in over the connection's trunk, as one of a group, and is answered at Vapi.
 */
function bringIn(world: World, number: string): string {
  const groupId = grouped(world);
  routeToGroup(world, number, groupId);
  const { vapi, assistantId } = world.sandbox;
  const { id } = named(vapi.credentials, `patchbay ${world.connection} in`);
  vapi.addPhoneNumber({ provider: 'byo-phone-number', number, credentialId: id, assistantId });
  return groupId;
}

async function offboarded(world: World): Promise<Result> {
  await world.patchbay.offboard(world.connection, 'us');
  return world.ended();
}

const kinds = (leftovers: readonly Leftover[]): readonly string[] => leftovers.map(({ kind }) => kind).toSorted();
const outcomesOf = ({ numbers }: Result) => Object.fromEntries(numbers.map(({ number, outcome }) => [number, outcome]));
const said = ({ failure }: Result): string =>
  (failure?.problems ?? []).map(({ message, action }) => `${message} ${action}`).join('\n');

/** A connection that carries the first of three numbers; somebody's own is the last. */
async function givenConnection(didwwVersion?: (typeof didwwVersions)[number]) {
  const world = await givenAccounts({ numbers: 3, ...(didwwVersion === undefined ? {} : { didwwVersion }) });
  expect((await world.onboard(world.request({ numbers: entries(world, 0) }))).outcome).toBe('done');
  const [ours = '', more = '', theirs = ''] = world.numbers;
  return { world, ours, more, theirs };
}

/**
 * Whether its command would change the routing of a number, or take our trunk from those who come in over
 * it.
 */
const takesLineDown = ({ kind, remove }: Result['leftovers'][number]): boolean =>
  (kind === 'did' && remove.includes('-X')) || (kind === 'inbound-trunk' && remove.includes('voice_in_trunk_group'));

describe.each(didwwVersions)("calls that come in through a trunk group, at DIDWW's %s", (version) => {
  test("somebody's number keeps what answers it where the connection is taken away", async () => {
    const { world, ours, theirs } = await givenConnection(version);
    const groupId = bringIn(world, theirs);
    const standing = world.sandbox.state();

    const result = await offboarded(world);

    expect(result.outcome).toBe('leftovers');
    expect(outcomesOf(result)).toEqual({ [ours]: 'detached', [theirs]: 'left' });
    expect(kinds(result.leftovers)).toEqual([
      'assistant',
      'did',
      'inbound-credential',
      'inbound-trunk',
      'outbound-trunk',
      'phone-number',
      'transfer-tool',
    ]);
    for (const { why } of result.leftovers) for (const fact of [groupId, GROUP, theirs]) expect(why).toContain(fact);
    expect(result.leftovers.filter(takesLineDown)).toEqual([]);
    const { didww, vapi } = standing;
    const isOurs = (row: unknown): boolean => (row as { number?: string }).number === ours;
    const isOutbound = (row: unknown): boolean =>
      (row as { name?: string }).name === `patchbay ${world.connection} out`;
    expect(world.sandbox.state()).toEqual({
      ...standing,
      didww: { ...didww, dids: didww.dids.map((row) => givenBack(world, row, ours)) },
      vapi: {
        ...vapi,
        phoneNumbers: vapi.phoneNumbers.filter((row) => !isOurs(row)),
        credentials: vapi.credentials.filter((row) => !isOutbound(row)),
      },
    });
  });

  test('a number of its own that somebody moved to the group is left as it is, and so is all that it needs', async () => {
    const { world, ours } = await givenConnection(version);
    const groupId = grouped(world);
    routeToGroup(world, ours, groupId);
    const standing = world.sandbox.state();

    const result = await offboarded(world);

    expect(result.outcome).toBe('leftovers');
    expect(outcomesOf(result)).toEqual({ [ours]: 'left' });
    const did = result.leftovers.find(({ kind }) => kind === 'did');
    for (const fact of [groupId, GROUP, ours, trunkOf(world).id]) expect(did?.why).toContain(fact);
    expect(world.sandbox.state()).toEqual({
      ...standing,
      vapi: {
        ...standing.vapi,
        credentials: standing.vapi.credentials.filter(
          (row) => (row as { name?: string }).name !== `patchbay ${world.connection} out`,
        ),
      },
    });
  });

  test('an extension is refused, and says which group and which number', async () => {
    const { world, more, theirs } = await givenConnection(version);
    const groupId = bringIn(world, theirs);
    const standing = world.sandbox.state();

    const result = await world.onboard(world.request({ numbers: [{ number: more }], limits: { channels: 20 } }));

    expect(result).toMatchObject({ outcome: 'refused', failure: { class: 'refused' } });
    for (const fact of [groupId, GROUP, theirs, trunkOf(world).id]) expect(said(result)).toContain(fact);
    expect(world.sandbox.state()).toEqual(standing);
  });
});

/** The DID as it was before the connection had it. */
function givenBack(world: World, row: unknown, number: string): unknown {
  const { id } = didOf(world, number);
  return (row as { id: string }).id === id ? { ...(row as object), voiceInTrunkId: null } : row;
}

describe('a number of the connection that somebody moved to a group of its trunk', () => {
  test.each([false, true])(
    'is refused in an extension that lists it (replaceExisting: %s)',
    async (replaceExisting) => {
      const { world, ours, more } = await givenConnection();
      const groupId = grouped(world);
      routeToGroup(world, ours, groupId);
      const standing = world.sandbox.state();

      const numbers = [{ number: ours }, { number: more }];
      const result = await world.onboard(
        world.request({ numbers, routing: { replaceExisting }, limits: { channels: 20 } }),
      );

      expect(result).toMatchObject({ outcome: 'refused' });
      const problem = result.failure?.problems?.find(({ path }) => path === 'numbers[0].number');
      for (const fact of [groupId, GROUP, ours, trunkOf(world).id]) expect(problem?.message).toContain(fact);
      expect(world.sandbox.state()).toEqual(standing);
    },
  );

  test('during a set-up stays as it is when that is rolled back, with all that it needs', async () => {
    const world = await givenAccounts({ numbers: 2 });
    const [first = '', second = ''] = world.numbers;
    const gate = world.sandbox.faults.hold('PATCH /dids/:id', { after: 1, times: 1 });
    await world.patchbay.onboard(world.request({ numbers: entries(world, 0, 1) }));
    await gate.arrived;
    const moved = await until(() => [first, second].find((number) => didOf(world, number).voiceInTrunkId !== null));
    const groupId = grouped(world);
    routeToGroup(world, moved, groupId);
    const standing = world.sandbox.state();
    await world.patchbay.cancel(world.connection);
    gate.release();

    const result = await world.ended();

    expect(result.outcome).toBe('leftovers');
    const other = moved === first ? second : first;
    expect(outcomesOf(result)).toEqual({ [moved]: 'left', [other]: 'detached' });
    const did = result.leftovers.find(({ kind }) => kind === 'did');
    for (const fact of [groupId, GROUP, moved, trunkOf(world).id]) expect(did?.why).toContain(fact);
    const { vapi } = standing;
    const isGone = (row: unknown): boolean =>
      [other, `patchbay ${world.connection} out`].includes(
        (row as { number?: string; name?: string }).number ?? (row as { name?: string }).name ?? '',
      );
    expect(world.sandbox.state()).toEqual({
      ...standing,
      vapi: {
        ...vapi,
        phoneNumbers: vapi.phoneNumbers.filter((row) => !isGone(row)),
        credentials: vapi.credentials.filter((row) => !isGone(row)),
      },
    });
  });
});

describe("somebody's number behind a group", () => {
  test('keeps the trunk, the credential and the SIP credentials where a set-up is rolled back', async () => {
    const world = await givenAccounts({ numbers: 2 });
    const [, theirs = ''] = world.numbers;
    const { faults } = world.sandbox;
    faults.fail('PATCH /dids/:id', { status: 422, times: 1 });
    const gate = faults.hold('POST /phone-number', { times: 1 });
    await world.patchbay.onboard(world.request());
    await gate.arrived;
    const groupId = bringIn(world, theirs);
    const { didww, vapi } = world.sandbox.state();
    gate.release();

    const result = await world.ended();

    expect(result.outcome).toBe('leftovers');
    expect(kinds(result.leftovers)).toEqual(['inbound-credential', 'inbound-trunk', 'outbound-trunk']);
    const trunk = result.leftovers.find(({ kind }) => kind === 'inbound-trunk');
    for (const fact of [groupId, GROUP, theirs]) expect(trunk?.why).toContain(fact);
    const isOutbound = (row: unknown): boolean =>
      (row as { name?: string }).name === `patchbay ${world.connection} out`;
    expect(world.sandbox.state()).toEqual({
      ...world.before,
      didww,
      vapi: {
        ...world.before.vapi,
        phoneNumbers: vapi.phoneNumbers,
        credentials: vapi.credentials.filter((row) => !isOutbound(row)),
      },
    });
  });

  test('that Vapi does not show keeps a set-up from taking the connection for a leftover', async () => {
    const { world, ours, more, theirs } = await givenConnection();
    const groupId = grouped(world);
    routeToGroup(world, theirs, groupId);
    didOf(world, ours).voiceInTrunkId = null;
    world.sandbox.vapi.phoneNumbers.clear();
    const standing = world.sandbox.state();

    const result = await world.onboard(world.request({ numbers: [{ number: more }], limits: { channels: 20 } }));

    expect(result).toMatchObject({ outcome: 'refused', failure: { class: 'refused', provider: 'patchbay' } });
    for (const fact of [groupId, GROUP, theirs, trunkOf(world).id]) expect(said(result)).toContain(fact);
    expect(world.sandbox.state()).toEqual(standing);
  });

  test('is left where Temporal knows no run of the connection any more', async () => {
    const { world, ours, theirs } = await givenConnection();
    await forgetRuns(world);
    bringIn(world, theirs);
    const standing = world.sandbox.state();

    const result = await offboarded(world);

    expect(result.outcome).toBe('leftovers');
    expect(outcomesOf(result)).toEqual({ [ours]: 'detached', [theirs]: 'left' });
    expect(world.sandbox.state().didww).toEqual({
      ...standing.didww,
      dids: standing.didww.dids.map((row) => givenBack(world, row, ours)),
    });
  });
});

test('a trunk in a group without numbers is a leftover that says what to do first', async () => {
  const { world } = await givenConnection();
  const groupId = grouped(world);
  const { didww } = world.sandbox.state();
  const trunk = trunkOf(world);

  const result = await offboarded(world);

  expect(result).toMatchObject({
    outcome: 'leftovers',
    leftovers: [
      { kind: 'inbound-trunk', id: trunk.id, why: expect.stringContaining(groupId) as string },
      { kind: 'outbound-trunk', why: expect.stringContaining('inbound trunk could not be undone') as string },
    ],
  });
  expect(result.leftovers[0]?.why).toContain('Take it out of that group');
  expect(result.leftovers[0]?.remove).toContain('voice_in_trunk_group');
  const { inboundTrunks, outboundTrunks, groups } = didww;
  expect(world.sandbox.state()).toEqual({
    ...world.before,
    didww: { ...world.before.didww, inboundTrunks, outboundTrunks, groups },
  });
});

test('a number that was taken over from a group, which somebody gave our trunk since, is given back and kept answered', async () => {
  const [office = ''] = uniqueNumbers(1);
  const world = await givenAccounts({ others: [{ number: office, routedToGroup: GROUP }] });
  const numbers = [{ number: office }];
  expect((await world.onboard(world.request({ numbers, routing: { replaceExisting: true } }))).outcome).toBe('done');
  const groupId = grouped(world);
  const standing = world.sandbox.state();

  const result = await offboarded(world);

  expect(result.outcome).toBe('leftovers');
  expect(outcomesOf(result)).toEqual({ [office]: 'left' });
  const { didww, vapi } = standing;
  expect(world.sandbox.state()).toEqual({
    ...standing,
    didww: {
      ...didww,
      dids: didww.dids.map((row) =>
        (row as { id: string }).id === didOf(world, office).id
          ? { ...(row as object), voiceInTrunkId: null, voiceInTrunkGroupId: groupId }
          : row,
      ),
    },
    vapi: {
      ...vapi,
      credentials: vapi.credentials.filter(
        (row) => (row as { name?: string }).name !== `patchbay ${world.connection} out`,
      ),
    },
  });
});
