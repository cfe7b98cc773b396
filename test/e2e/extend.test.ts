import { describe, expect, test } from 'vitest';
import { givenAccounts, type World } from '../support/world.js';
import { uniqueNumbers } from '../support/unique.js';

const entries = (world: World, ...at: number[]): { number: string }[] =>
  at.map((index) => ({ number: world.numbers[index] ?? '' }));

describe('extending a connection', () => {
  test('more numbers join, what is there is kept, and the result says which is which', async () => {
    const world = await givenAccounts({ numbers: 2 });
    await world.onboard(world.request({ numbers: entries(world, 0) }));
    const trunks = [...world.sandbox.didww.outboundTrunks.keys()];

    const result = await world.onboard(world.request({ numbers: entries(world, 0, 1) }));

    expect(result.outcome).toBe('done');
    expect(result.numbers.map(({ outcome }) => outcome)).toEqual(['kept', 'attached']);
    expect([...world.sandbox.didww.outboundTrunks.keys()]).toEqual(trunks);
    const [trunk] = world.sandbox.didww.outboundTrunks.values();
    expect(trunk?.didIds.length).toBe(2);
  });

  test('the same request again changes nothing', async () => {
    const world = await givenAccounts();
    await world.onboard();
    const standing = world.sandbox.state();

    const result = await world.onboard();

    expect(result).toMatchObject({ outcome: 'done', numbers: [{ outcome: 'kept' }] });
    expect(world.sandbox.state()).toEqual(standing);
  });

  test('a new number that fails undoes this request alone', async () => {
    const world = await givenAccounts({ numbers: 2 });
    await world.onboard(world.request({ numbers: entries(world, 0) }));
    const standing = world.sandbox.state();
    world.sandbox.faults.fail('PATCH /dids/:id', { status: 422, times: 1 });

    const result = await world.onboard(world.request({ numbers: entries(world, 1) }));

    expect(result).toMatchObject({ outcome: 'rolled-back', leftovers: [] });
    expect(world.sandbox.state()).toEqual(standing);
  });

  test('a request whose shared settings differ from what stands is refused with the differences, nothing written', async () => {
    const world = await givenAccounts({ numbers: 2 });
    await world.onboard(world.request({ numbers: entries(world, 0) }));
    const standing = world.sandbox.state();

    const result = await world.onboard(
      world.request({ numbers: entries(world, 0, 1), limits: { channels: 20 }, sip: { transport: 'tcp' } }),
    );

    expect(result).toMatchObject({ outcome: 'refused', failure: { class: 'refused' } });
    expect(result.failure?.problems?.length).toBeGreaterThanOrEqual(2);
    expect(world.sandbox.state()).toEqual(standing);
  });
});

describe('numbers that were routed elsewhere', () => {
  test('are refused unless the request allows it', async () => {
    const [office] = uniqueNumbers(1);
    const world = await givenAccounts({ others: [{ number: office ?? '', routedTo: 'office-pbx' }] });

    const result = await world.onboard(world.request({ numbers: [{ number: office ?? '' }] }));

    expect(result).toMatchObject({ outcome: 'refused', failure: { class: 'refused' } });
    expect(world.sandbox.state()).toEqual(world.before);
  });

  test('get their old routing back when a later step fails', async () => {
    const [office] = uniqueNumbers(1);
    const world = await givenAccounts({ others: [{ number: office ?? '', routedTo: 'office-pbx' }] });
    world.sandbox.faults.fail('PATCH /dids/:id', { status: 422, times: 1, effect: 'after' });

    const result = await world.onboard(
      world.request({ numbers: [{ number: office ?? '' }], routing: { replaceExisting: true } }),
    );

    expect(result.outcome).toBe('rolled-back');
    expect(world.sandbox.state()).toEqual(world.before);
  });

  test('get their old routing back when the connection is taken away', async () => {
    const [office] = uniqueNumbers(1);
    const world = await givenAccounts({ others: [{ number: office ?? '', routedTo: 'office-pbx' }] });
    const request = world.request({
      numbers: [{ number: office ?? '' }, { number: world.numbers[0] ?? '' }],
      routing: { replaceExisting: true },
    });
    expect((await world.onboard(request)).outcome).toBe('done');

    await world.patchbay.offboard(world.connection);

    expect(await world.ended()).toMatchObject({ outcome: 'removed', leftovers: [] });
    expect(world.sandbox.state()).toEqual(world.before);
  });
});

describe('taking a connection away', () => {
  test('a key that is refused is told at once, and nothing is written', async () => {
    const world = await givenAccounts();
    world.sandbox.vapi.apiKey = 'another';

    await world.patchbay.offboard(world.connection, 'us');

    expect(await world.ended()).toMatchObject({ outcome: 'refused', failure: { class: 'authentication' } });
  });

  test('what cannot be removed is named, the rest is gone', async () => {
    const world = await givenAccounts();
    await world.onboard();
    world.sandbox.faults.fail('DELETE /tool/:id', { status: 400 });

    await world.patchbay.offboard(world.connection);

    expect(await world.ended()).toMatchObject({ outcome: 'leftovers', leftovers: [{ kind: 'transfer-tool' }] });
    expect(world.sandbox.didww.outboundTrunks.size).toBe(0);
  });
});

describe('taking a connection away where the assistants cannot be listed for good', () => {
  test('leaves the tool, which others may list, says so, and removes everything else', async () => {
    const world = await givenAccounts();
    await world.onboard();
    world.sandbox.faults.fail('GET /assistant', { status: 400 });

    await world.patchbay.offboard(world.connection);
    const result = await world.ended();

    expect(result).toMatchObject({ outcome: 'leftovers', leftovers: [{ kind: 'transfer-tool' }] });
    expect(result.warnings).toEqual([expect.stringContaining('could not be listed')]);
    world.sandbox.vapi.tools.delete(result.leftovers[0]?.id ?? '');
    expect(world.sandbox.state()).toEqual(world.before);
  });

  test('removes a connection that has no tool, whoever lists what', async () => {
    const world = await givenAccounts();
    const { transfer: _none, ...request } = world.request();
    expect((await world.onboard(request)).outcome).toBe('done');
    world.sandbox.faults.fail('GET /assistant', { status: 400 });

    await world.patchbay.offboard(world.connection);

    expect(await world.ended()).toMatchObject({ outcome: 'removed', leftovers: [], warnings: [] });
    expect(world.sandbox.state()).toEqual(world.before);
  });
});

describe('leftovers of an earlier run', () => {
  test('are used where they fit and made anew where they differ', async () => {
    const world = await givenAccounts();
    world.sandbox.faults.fail('PATCH /dids/:id', { status: 422, times: 1 });
    const stuck = ['DELETE /voice_out_trunks/:id', 'DELETE /tool/:id'].map((undo) =>
      world.sandbox.faults.fail(undo, { status: 400 }),
    );
    expect((await world.onboard()).outcome).toBe('leftovers');
    for (const fault of stuck) fault.remove();

    const result = await world.onboard(world.request({ limits: { channels: 20 } }));

    expect(result.outcome).toBe('done');
    expect([...world.sandbox.didww.outboundTrunks.values()].map(({ capacityLimit }) => capacityLimit)).toEqual([20]);
    expect(world.sandbox.vapi.tools.size).toBe(world.before.vapi.tools.length + 1);
  });
});
