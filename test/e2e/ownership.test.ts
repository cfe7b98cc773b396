import { describe, expect, test } from 'vitest';
import type { Result } from '../../src/contract/result.js';
import { patchbay } from '../cli/inWorld.js';
import { forgetRuns } from '../support/forgetting.js';
import { named } from '../support/named.js';
import { uniqueNumbers } from '../support/unique.js';
import { givenAccounts, type World } from '../support/world.js';

/** A connection that took a number over from another routing, and what stood before. */
async function givenConnection(): Promise<World> {
  const [office = ''] = uniqueNumbers(1);
  const world = await givenAccounts({ others: [{ number: office, routedTo: 'office-pbx' }] });
  const numbers = [{ number: office }, { number: world.numbers[0] ?? '' }];
  const request = world.request({ numbers, routing: { replaceExisting: true } });
  expect((await world.onboard(request)).outcome).toBe('done');
  return world;
}

const idOf = (
  objects: ReadonlyMap<string, { readonly id: string; readonly name?: string | undefined }>,
  name: string,
) => named(objects, name).id;

async function offboarded(world: World, region?: 'us' | 'eu'): Promise<Result> {
  await world.patchbay.offboard(world.connection, region);
  return world.ended();
}

/**
 * What people rename, and which of it is still told from everybody else's where Temporal has forgotten the
 * connection.
 */
const RENAMED = [
  { what: 'the inbound trunk', server: 'didww', kind: 'inboundTrunks', name: 'in' },
  { what: 'the outbound trunk', server: 'didww', kind: 'outboundTrunks', name: 'out' },
  { what: 'the inbound credential', server: 'vapi', kind: 'credentials', name: 'in' },
  { what: 'the outbound credential', server: 'vapi', kind: 'credentials', name: 'out' },
] as const;

type Renamed = (typeof RENAMED)[number];

function rename(world: World, { server, kind, name }: Renamed): void {
  const objects = kind === 'credentials' ? world.sandbox.vapi.credentials : world.sandbox.didww[kind];
  const id = idOf(objects, `patchbay ${world.connection} ${name}`);
  if (server === 'vapi') world.sandbox.rename({ server, kind, id, name: 'office line' });
  else world.sandbox.rename({ server, kind, id, name: 'office line' });
}

describe("an object that somebody renamed is still the connection's", () => {
  test.each(RENAMED)(
    '$what: taken away, even where Temporal knows no run of the connection any more',
    async (renamed) => {
      const world = await givenConnection();
      await forgetRuns(world);
      rename(world, renamed);

      const result = await offboarded(world, 'us');

      expect(result).toMatchObject({ outcome: 'removed', leftovers: [] });
      expect(world.sandbox.state()).toEqual(world.before);
    },
  );

  test('all of them at once', async () => {
    const world = await givenConnection();
    for (const renamed of RENAMED) rename(world, renamed);

    expect(await offboarded(world)).toMatchObject({ outcome: 'removed', leftovers: [] });

    expect(world.sandbox.state()).toEqual(world.before);
  });

  test('the tool whose mark somebody edited away', async () => {
    const world = await givenConnection();
    const { vapi } = world.sandbox;
    const tool = [...vapi.tools.values()].at(-1);
    if (tool === undefined) throw new Error('there is no tool');
    vapi.tools.set(tool.id, {
      ...tool,
      destinations: tool.destinations?.map((one) => ({ ...one, description: 'Ann' })),
    });

    expect(await offboarded(world)).toMatchObject({ outcome: 'removed', leftovers: [] });

    expect(world.sandbox.state()).toEqual(world.before);
  });
});

describe('both trunks that somebody renamed, without a copy', () => {
  /** A connection of the first number, whose trunks have other names. */
  async function givenRenamedTrunks(): Promise<World> {
    const world = await givenAccounts({ numbers: 2 });
    expect((await world.onboard()).outcome).toBe('done');
    for (const [kind, direction] of [
      ['inboundTrunks', 'in'],
      ['outboundTrunks', 'out'],
    ] as const) {
      const id = idOf(world.sandbox.didww[kind], `patchbay ${world.connection} ${direction}`);
      world.sandbox.rename({ server: 'didww', kind, id, name: `office ${direction}` });
    }
    return world;
  }

  test('carry a further number', async () => {
    const world = await givenRenamedTrunks();
    const { didww, vapi } = world.sandbox;
    const number = world.numbers[1] ?? '';
    const did = didww.didByNumber(number)?.id ?? '';
    const inboundTrunk = idOf(didww.inboundTrunks, 'office in');
    const outboundTrunk = didww.outboundTrunks.get(idOf(didww.outboundTrunks, 'office out'));
    const [imported] = vapi.phoneNumbers.values();
    const standing = world.sandbox.state();

    const result = await world.onboard(world.request({ numbers: [{ number }] }));

    expect(result).toMatchObject({ outcome: 'done', warnings: [] });
    const [added] = [...vapi.phoneNumbers.values()].slice(-1);
    expect(added).toMatchObject({ number, credentialId: imported?.credentialId, assistantId: imported?.assistantId });
    expect(didww.didByNumber(number)?.voiceInTrunkId).toBe(inboundTrunk);
    expect(outboundTrunk?.didIds).toContain(did);
    // All else is as it was.
    vapi.phoneNumbers.delete(added?.id ?? '');
    Object.assign(didww.dids.get(did) ?? {}, { voiceInTrunkId: null });
    Object.assign(outboundTrunk ?? {}, { didIds: outboundTrunk?.didIds.filter((id) => id !== did) });
    expect(world.sandbox.state()).toEqual(standing);
  });

  test('are proven by test calls', async () => {
    const world = await givenRenamedTrunks();
    const standing = world.sandbox.state();
    const verification = { inbound: true, outbound: true, transfer: true, windowSeconds: 2 };

    const ran = await patchbay(world, ['verify', world.connection, '-', '--json'], world.request({ verification }));

    expect(ran.code).toBe(0);
    expect(JSON.parse(ran.stdout)).toMatchObject({ outcome: 'verified', warnings: [] });
    expect(world.sandbox.state()).toEqual(standing);
  });
});

describe('a copy of a trunk that somebody made', () => {
  test.each(['outboundTrunks', 'inboundTrunks'] as const)('%s: is told and left alone', async (kind) => {
    const world = await givenConnection();
    const name = `patchbay ${world.connection} ${kind === 'outboundTrunks' ? 'out' : 'in'}`;
    const copyId = world.sandbox.copyTrunk({ kind, id: idOf(world.sandbox.didww[kind], name) });
    const copy = world.sandbox.didww[kind].get(copyId);

    const result = await offboarded(world);

    expect(result).toMatchObject({ outcome: 'removed', leftovers: [], warnings: [expect.stringContaining(copyId)] });
    expect(world.sandbox.didww[kind].get(copyId)).toEqual(copy);
    world.sandbox.didww[kind].delete(copyId);
    expect(world.sandbox.state()).toEqual(world.before);
  });

  test('is no trunk of ours where ours was renamed', async () => {
    const world = await givenConnection();
    const id = idOf(world.sandbox.didww.inboundTrunks, `patchbay ${world.connection} in`);
    world.sandbox.rename({ server: 'didww', kind: 'inboundTrunks', id, name: 'office line' });
    const copyId = world.sandbox.copyTrunk({ kind: 'inboundTrunks', id });

    const result = await offboarded(world);

    expect(result).toMatchObject({ outcome: 'removed', leftovers: [], warnings: [expect.stringContaining(copyId)] });
    expect([...world.sandbox.didww.inboundTrunks.keys()]).toContain(copyId);
    expect([...world.sandbox.didww.inboundTrunks.keys()]).not.toContain(id);
  });

  test('to which somebody routed a number keeps that number', async () => {
    const world = await givenConnection();
    const { didww } = world.sandbox;
    const copyId = world.sandbox.copyTrunk({
      kind: 'inboundTrunks',
      id: idOf(didww.inboundTrunks, `patchbay ${world.connection} in`),
    });
    const did = didww.didByNumber(world.numbers[0] ?? '');
    if (did === undefined) throw new Error('the number is not there');
    did.voiceInTrunkId = copyId;

    const result = await offboarded(world);

    expect(did.voiceInTrunkId).toBe(copyId);
    expect(result.warnings.join('\n')).toContain(world.numbers[0] ?? '');
  });
});

describe("a copy that carries somebody's live numbers", () => {
  test('is left by a second offboarding, when ours is gone', async () => {
    const world = await givenConnection();
    const { didww } = world.sandbox;
    const id = idOf(didww.inboundTrunks, `patchbay ${world.connection} in`);
    const copyId = world.sandbox.copyTrunk({ kind: 'inboundTrunks', id });
    const did = didww.didByNumber(world.numbers[0] ?? '');
    if (did === undefined) throw new Error('the number is not there');
    did.voiceInTrunkId = copyId;
    await offboarded(world);
    const standing = world.sandbox.state();

    const result = await offboarded(world);

    expect(result.warnings.join('\n')).toContain(copyId);
    expect(world.sandbox.state()).toEqual(standing);
  });

  test('is not taken over by an extension that was not told to', async () => {
    const world = await givenAccounts({ numbers: 2 });
    const [first = '', second = ''] = world.numbers;
    expect((await world.onboard()).outcome).toBe('done');
    const { didww } = world.sandbox;
    const id = idOf(didww.inboundTrunks, `patchbay ${world.connection} in`);
    const copyId = world.sandbox.copyTrunk({ kind: 'inboundTrunks', id });
    const did = didww.didByNumber(second);
    if (did === undefined) throw new Error('the number is not there');
    did.voiceInTrunkId = copyId;
    const standing = world.sandbox.state();

    const result = await world.onboard(world.request({ numbers: [{ number: first }, { number: second }] }));

    expect(result).toMatchObject({ outcome: 'refused', failure: { class: 'refused' } });
    expect(result.failure?.problems?.map(({ path }) => path)).toContain('numbers[1].number');
    expect(world.sandbox.state()).toEqual(standing);
  });
});

describe('a copy of a trunk to which somebody gave the name of ours, which they renamed', () => {
  test.each([
    { kind: 'inboundTrunks', direction: 'in' },
    { kind: 'outboundTrunks', direction: 'out' },
  ] as const)('$kind: is no trunk that an extension works with, nor its test calls', async ({ kind, direction }) => {
    const world = await givenAccounts({ numbers: 2 });
    expect((await world.onboard()).outcome).toBe('done');
    const { sandbox } = world;
    const name = `patchbay ${world.connection} ${direction}`;
    const id = idOf(sandbox.didww[kind], name);
    const copyId = sandbox.copyTrunk({ kind, id });
    sandbox.rename({ server: 'didww', kind, id, name: 'office line' });
    sandbox.rename({ server: 'didww', kind, id: copyId, name });
    const copy = structuredClone(sandbox.didww[kind].get(copyId));
    const second = world.numbers[1] ?? '';
    const verification = { inbound: true, outbound: true, transfer: false, windowSeconds: 2 };

    const result = await world.onboard(world.request({ numbers: [{ number: second }], verification }));

    expect(result).toMatchObject({ outcome: 'verified', warnings: [expect.stringContaining(copyId)] });
    expect(result.objects.map((object) => object.id)).toContain(id);
    expect(result.objects.map((object) => object.id)).not.toContain(copyId);
    expect(sandbox.didww.didByNumber(second)?.voiceInTrunkId).toBe(
      idOf(sandbox.didww.inboundTrunks, kind === 'inboundTrunks' ? 'office line' : `patchbay ${world.connection} in`),
    );
    expect(sandbox.didww[kind].get(copyId)).toEqual(copy);
  });

  test.each(['inboundTrunks', 'outboundTrunks'] as const)(
    '%s: under a name of its own is no trunk of a connection that is set up anew',
    async (kind) => {
      const world = await givenConnection();
      const name = `patchbay ${world.connection} ${kind === 'outboundTrunks' ? 'out' : 'in'}`;
      const copyId = world.sandbox.copyTrunk({ kind, id: idOf(world.sandbox.didww[kind], name) });
      await offboarded(world);
      const standing = world.sandbox.state();
      world.sandbox.faults.fail('PATCH /dids/:id', { status: 422, times: 1 });

      expect(await world.onboard()).toMatchObject({ outcome: 'rolled-back', leftovers: [] });

      expect(world.sandbox.state()).toEqual(standing);
      const result = await world.onboard();
      expect(result.outcome).toBe('done');
      expect(result.objects.map(({ id }) => id)).not.toContain(copyId);
    },
  );
});

test('lists that show nothing of a connection hide nothing of it from its removal', async () => {
  const world = await givenConnection();
  for (const { switches } of [world.sandbox.didww, world.sandbox.vapi]) {
    const lag: Record<string, number> = switches.listLagMs;
    for (const kind of Object.keys(lag)) lag[kind] = 600_000;
  }
  world.sandbox.faults.emptyList('GET /dids', { times: 1_000 });

  const result = await offboarded(world);

  expect(result).toMatchObject({ outcome: 'removed', leftovers: [] });
  expect(world.sandbox.state()).toEqual(world.before);
});
