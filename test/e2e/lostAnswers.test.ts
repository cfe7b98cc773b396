import { describe, expect, test } from 'vitest';
import { forgetRuns } from '../support/forgetting.js';
import { until } from '../support/until.js';
import { givenAccounts, type World } from '../support/world.js';

/** Lists of this kind are late by so much in every account of the sandbox. */
function setListLag({ sandbox }: World, kind: 'phoneNumbers' | 'credentials' | 'tools', lagMs: number): void {
  for (const { switches } of [sandbox.vapi, sandbox.vapiEu]) switches.listLagMs[kind] = lagMs;
}

const entries = (world: World, ...at: number[]): { number: string }[] =>
  at.map((index) => ({ number: world.numbers[index] ?? '' }));

/** Steps wait for a retry for as long as a test lasts. */
const WITHOUT_RETRY = { step: '5m', rollback: '1m', firstRetry: '1m' } as const;

describe('an object whose creation was never answered, and of which no id is known, is looked for once every list shows it', () => {
  test('the import of a number, though the credential that it is bound to was listed long before', async () => {
    const world = await givenAccounts({ numbers: 3 });
    expect((await world.onboard(world.request({ numbers: entries(world, 0) }))).outcome).toBe('done');
    for (const row of world.sandbox.vapi.phoneNumbers.values())
      Object.assign(row, { createdAt: '2026-01-01T00:00:00.000Z' }); // listed, however fast this machine is
    const standing = world.sandbox.state();
    setListLag(world, 'phoneNumbers', 700);
    world.sandbox.faults.loseAnswer('POST /phone-number', { times: 1 });
    world.sandbox.faults.fail('POST /phone-number', { status: 400, times: 1 });

    const result = await world.onboard(world.request({ numbers: entries(world, 1, 2), patience: WITHOUT_RETRY }));

    expect(result).toMatchObject({ outcome: 'rolled-back', failure: { class: 'invalid-request' }, leftovers: [] });
    expect(world.sandbox.state()).toEqual(standing);
  });

  test.each([
    { kind: 'outboundTrunks', write: 'POST /voice_out_trunks' },
    { kind: 'inboundTrunks', write: 'POST /voice_in_trunks' },
  ] as const)('a trunk of $kind, of a run that is cancelled', async ({ kind, write }) => {
    const world = await givenAccounts();
    const { didww, faults } = world.sandbox;
    didww.switches.listLagMs[kind] = 700;
    faults.loseAnswer(write, { times: 1 });
    await world.patchbay.onboard(world.request({ patience: WITHOUT_RETRY }));
    await until(() => didww[kind].size > world.before.didww[kind].length || undefined);

    await world.patchbay.cancel(world.connection);

    expect(await world.ended()).toMatchObject({
      outcome: 'rolled-back',
      failure: { class: 'cancelled' },
      leftovers: [],
    });
    expect(world.sandbox.state()).toEqual(world.before);
  });
});

describe('what an earlier run left is a leftover, not a copy, though preflight was shown nothing of it', () => {
  test('a transfer tool of a run that Temporal knows nothing of', async () => {
    const world = await givenAccounts();
    const { vapi, faults } = world.sandbox;
    faults.fail('PATCH /dids/:id', { status: 422, times: 3 });
    const stuck = faults.fail('DELETE /tool/:id', { status: 400 });
    const [left] = (await world.onboard()).leftovers;
    stuck.remove();
    await forgetRuns(world);
    faults.emptyList('GET /tool', { times: 1 });

    const result = await world.onboard();

    expect(result).toMatchObject({
      outcome: 'leftovers',
      leftovers: [{ kind: 'transfer-tool', id: left?.id }],
      warnings: [expect.stringContaining('which Vapi does not have')], // no tool was listed
    });
    expect(vapi.tools.size).toBe(world.before.vapi.tools.length + 1);
    expect(await world.onboard()).toMatchObject({ outcome: 'rolled-back', leftovers: [], warnings: [] });
    expect(world.sandbox.state()).toEqual(world.before);
  });

  test('a transfer tool that the run names which left it: preflight looks again until it is shown', async () => {
    const world = await givenAccounts();
    const { faults } = world.sandbox;
    faults.fail('PATCH /dids/:id', { status: 422, times: 2 });
    const stuck = faults.fail('DELETE /tool/:id', { status: 400 });
    expect((await world.onboard()).outcome).toBe('leftovers');
    stuck.remove();
    faults.emptyList('GET /tool', { times: 1 });

    const result = await world.onboard();

    expect(result).toMatchObject({ outcome: 'rolled-back', leftovers: [], warnings: [] });
    expect(world.sandbox.state()).toEqual(world.before);
  });
});
