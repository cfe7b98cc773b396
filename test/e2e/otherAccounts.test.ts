import { describe, expect, test } from 'vitest';
import type { ProviderConfig } from '../../src/config.js';
import { workflowIds } from '../../src/contract/workflowIds.js';
import type { Result } from '../../src/contract/result.js';
import { patchbay } from '../cli/inWorld.js';
import { takeEverythingAway } from '../support/emptied.js';
import { forgetRuns } from '../support/forgetting.js';
import { otherAccounts, otherSandbox, providersOf } from '../support/otherAccounts.js';
import { until } from '../support/until.js';
import { givenAccounts, runOf, type World } from '../support/world.js';

const KEYS = [
  { whose: 'both accounts', of: (own: ProviderConfig, other: ProviderConfig) => ({ ...own, ...other }) },
  { whose: 'the Vapi organisation', of: (own: ProviderConfig, { vapi }: ProviderConfig) => ({ ...own, vapi }) },
  { whose: 'the DIDWW account', of: (own: ProviderConfig, { didww }: ProviderConfig) => ({ ...own, didww }) },
] as const;

type Keys = (typeof KEYS)[number];

async function workerWith(world: World, keys: Keys): Promise<void> {
  const providers = keys.of(world.providers, await otherAccounts());
  await world.stopWorker();
  await world.startWorker(undefined, providers);
}

async function offboarded(world: World): Promise<Result> {
  await world.patchbay.offboard(world.connection, 'us');
  return world.ended();
}

describe('a worker with keys of others takes nothing away and says so', () => {
  test.each(KEYS)('$whose: an offboarding is refused', async (keys) => {
    const world = await givenAccounts();
    expect((await world.onboard()).outcome).toBe('done');
    const standing = world.sandbox.state();
    await workerWith(world, keys);

    const result = await offboarded(world);

    expect(result).toMatchObject({ outcome: 'refused', failure: { class: 'authentication' }, leftovers: [] });
    expect(world.sandbox.state()).toEqual(standing);
  });

  test.each(KEYS)('$whose: an onboarding of the connection is refused, and an offboarding after it', async (keys) => {
    const world = await givenAccounts();
    expect((await world.onboard()).outcome).toBe('done');
    const standing = world.sandbox.state();
    const [number = ''] = world.numbers;
    const other = await otherSandbox(number);
    const untouched = other.state();
    const providers = keys.of(world.providers, providersOf(other));
    const { assistantId } = providers.vapi.apiUrl === other.vapiUrl ? other : world.sandbox;
    await world.stopWorker();
    await world.startWorker(undefined, providers);

    const again = await world.onboard(world.request({ assistantId, numbers: [{ number, label: 'there' }] }));
    const result = await offboarded(world);

    expect(again).toMatchObject({ outcome: 'refused', failure: { class: 'authentication' }, leftovers: [] });
    expect(result).toMatchObject({ outcome: 'refused', failure: { class: 'authentication' }, leftovers: [] });
    expect(world.sandbox.state()).toEqual(standing);
    expect(other.state()).toEqual(untouched);
  });

  test('what was rolled back in other accounts says nothing of those in which the connection stands, of which Temporal knows no more', async () => {
    const world = await givenAccounts();
    expect((await world.onboard()).outcome).toBe('done');
    const standing = world.sandbox.state();
    await forgetRuns(world);
    const [number = ''] = world.numbers;
    const other = await otherSandbox(number);
    other.faults.fail('PATCH /dids/:id', { status: 422, times: 1 });
    await world.stopWorker();
    await world.startWorker(undefined, providersOf(other));
    const again = world.request({ assistantId: other.assistantId, numbers: [{ number, label: 'there' }] });
    expect((await world.onboard(again)).outcome).toBe('rolled-back');

    const there = await offboarded(world);
    expect(there).toMatchObject({ outcome: 'refused', failure: { class: 'not-found' }, leftovers: [] });
    expect(world.sandbox.state()).toEqual(standing);

    await world.stopWorker();
    await world.startWorker();
    expect(await offboarded(world)).toMatchObject({ outcome: 'removed', leftovers: [], warnings: [] });
    expect(world.sandbox.state()).toEqual(world.before);
  });

  test.each(KEYS.slice(1))('$whose: also where Temporal knows no run of the connection any more', async (keys) => {
    const world = await givenAccounts();
    expect((await world.onboard()).outcome).toBe('done');
    const standing = world.sandbox.state();
    await forgetRuns(world);
    await workerWith(world, keys);

    const result = await offboarded(world);

    expect(result).toMatchObject({ outcome: 'refused', failure: { class: 'authentication' } });
    expect(world.sandbox.state()).toEqual(standing);
  });

  test("two organisations with the same slug on one DIDWW account: neither takes the other one's trunks away", async () => {
    const world = await givenAccounts();
    expect((await world.onboard()).outcome).toBe('done');
    world.sandbox.vapiEu.addCredential({
      provider: 'byo-sip-trunk',
      name: `patchbay ${world.connection} in`,
      gateways: [],
    });
    const standing = world.sandbox.state();
    await forgetRuns(world);
    const { vapiEuUrl: apiUrl, vapiEuApiKey: apiKey } = world.sandbox;
    await world.stopWorker();
    await world.startWorker(undefined, { ...world.providers, vapi: { apiUrl, apiKey } });

    const result = await offboarded(world);

    expect(result).toMatchObject({ outcome: 'refused', failure: { class: 'refused' } });
    expect(world.sandbox.state()).toEqual(standing);
  });

  test('a verification is refused instead of telling live numbers as not imported', async () => {
    const world = await givenAccounts();
    expect((await world.onboard()).outcome).toBe('done');
    const { vapiEuUrl: apiUrl, vapiEuApiKey: apiKey } = world.sandbox;
    await world.stopWorker();
    await world.startWorker(undefined, { ...world.providers, vapi: { apiUrl, apiKey } });

    const request = world.request({ verification: { inbound: true, outbound: false, transfer: false } });
    const ran = await patchbay(world, ['verify', world.connection, '-', '--json'], request);

    expect(ran.code).toBe(4);
    expect(JSON.parse(ran.stdout)).toMatchObject({ verification: [], failure: { class: 'authentication' } });
  });

  test('leftovers of a run on another organisation are neither used nor removed', async () => {
    const world = await givenAccounts();
    world.sandbox.faults.fail('PATCH /dids/:id', { status: 422, times: 1 });
    const stuck = world.sandbox.faults.fail('DELETE /voice_out_trunks/:id', { status: 400 });
    expect((await world.onboard()).outcome).toBe('leftovers');
    stuck.remove();
    const standing = world.sandbox.state();
    const { vapiEuUrl: apiUrl, vapiEuApiKey: apiKey, euAssistantId: assistantId } = world.sandbox;
    await world.stopWorker();
    await world.startWorker(undefined, { ...world.providers, vapi: { apiUrl, apiKey } });

    const result = await world.onboard(world.request({ assistantId }));

    expect(result).toMatchObject({ outcome: 'refused', failure: { class: 'authentication', provider: 'vapi' } });
    expect(world.sandbox.state()).toEqual(standing);
  });

  test.each(KEYS)('$whose: a rollback waits for the right keys, then puts everything back', async (keys) => {
    const world = await givenAccounts();
    world.sandbox.faults.fail('PATCH /dids/:id', { status: 422, times: 1 });
    const gate = world.sandbox.faults.hold('DELETE /phone-number/:id', { times: 1, effect: 'after' });
    await world.patchbay.onboard(world.request({ patience: { step: '400ms', rollback: '5m', firstRetry: '20ms' } }));
    await gate.arrived;
    const stopped = world.stopWorker();
    gate.release();
    await stopped;
    await world.startWorker(undefined, keys.of(world.providers, await otherAccounts()));
    await until(async () => ((await refusedTwice(world)) ? true : undefined));
    await world.stopWorker();

    await world.startWorker();

    expect(await world.ended()).toMatchObject({ outcome: 'rolled-back', leftovers: [] });
    expect(world.sandbox.state()).toEqual(world.before);
  });

  test('a rollback for which the right keys never come names all that it knows to be there', async () => {
    const world = await givenAccounts();
    const gate = world.sandbox.faults.hold('POST /phone-number', { times: 1, effect: 'after' });
    await world.patchbay.onboard(world.request());
    await gate.arrived;
    await world.client.workflow.getHandle(workflowIds.connection(world.connection)).cancel();
    const stopped = world.stopWorker();
    gate.release();
    await stopped;
    await world.startWorker(undefined, { ...world.providers, ...(await otherAccounts()) });

    const result = await world.ended();

    expect(result.outcome).toBe('leftovers');
    expect(objectsOf(result)).toEqual(standingIn(world));
  });
});

/** Keys change while the answer of this request is under way; whatever else is under way ends before. */
const HALF_WAY = ['POST /voice_out_trunks', 'POST /phone-number'] as const;

test.each(HALF_WAY.flatMap((write) => KEYS.map((keys) => ({ ...keys, write }))))(
  '$whose at $write: an onboarding whose keys change half way writes nothing there and names all that it made',
  async ({ write, ...keys }) => {
    const world = await givenAccounts();
    const gate = world.sandbox.faults.hold(write, { times: 1, effect: 'after' });
    await world.patchbay.onboard(world.request({ patience: { step: '400ms', rollback: '400ms', firstRetry: '20ms' } }));
    await gate.arrived;
    const stopped = world.stopWorker();
    gate.release();
    await stopped;
    const other = await otherSandbox('+18005550100');
    const theirs = other.state();
    await world.startWorker(undefined, keys.of(world.providers, providersOf(other)));

    const result = await world.ended();

    expect(other.state()).toEqual(theirs);
    expect(result).toMatchObject({ outcome: 'leftovers', failure: { class: 'authentication' } });
    expect(objectsOf(result)).toEqual(standingIn(world));
  },
);

test('a foreign DIDWW key does not keep a run from looking what is left at Vapi', async () => {
  const world = await givenAccounts();
  const { faults, vapi } = world.sandbox;
  faults.fail('PATCH /dids/:id', { status: 422, times: 1 });
  const stuck = faults.fail('DELETE /credential/:id', { status: 400 });
  expect((await world.onboard()).outcome).toBe('leftovers');
  stuck.remove();
  const gate = faults.hold('POST /phone-number', { times: 1, effect: 'after' }); // the credentials are made anew by then
  await world.patchbay.onboard(world.request({ patience: { step: '400ms', rollback: '400ms', firstRetry: '20ms' } }));
  await gate.arrived;
  const stopped = world.stopWorker();
  gate.release();
  await stopped;
  await world.startWorker(undefined, { ...world.providers, didww: (await otherAccounts()).didww });

  const result = await world.ended();

  const told = result.leftovers.filter(({ provider, id }) => provider === 'vapi' && id !== '');
  const there = [
    ...vapi.credentials.keys(),
    ...vapi.tools.keys(),
    ...vapi.phoneNumbers.keys(),
    ...vapi.assistants.keys(),
  ];
  expect(told.map(({ kind }) => kind)).toContain('outbound-credential');
  expect(told.filter(({ id }) => !there.includes(id))).toEqual([]);
});

/** Ids of what a Result says is left of what was made, as far as any is known, in order. */
const objectsOf = ({ leftovers }: Result): readonly string[] =>
  leftovers.flatMap(({ kind, id }) => (kind === 'assistant' || kind === 'did' || id === '' ? [] : [id])).toSorted();

/** Ids of what was made in this world's accounts since it began, in order. */
function standingIn({ sandbox: { didww, vapi }, before }: World): readonly string[] {
  const tables = [didww.outboundTrunks, didww.inboundTrunks, vapi.credentials, vapi.tools, vapi.phoneNumbers];
  const known = JSON.stringify(before);
  return tables.flatMap((table) => [...table.keys()].filter((id) => !known.includes(id))).toSorted();
}

/** Whether an activity of a run of this connection was refused for its accounts more than once. */
async function refusedTwice(world: World): Promise<boolean> {
  const runs = [
    runOf(world),
    ...world.numbers.map((number) => world.client.workflow.getHandle(workflowIds.number(number))),
  ];
  for (const run of runs) {
    const { raw } = await run.describe();
    const pending = raw.pendingActivities ?? [];
    if (pending.some(({ attempt, lastFailure }) => (attempt ?? 0) > 2 && /key is of/.test(lastFailure?.message ?? '')))
      return true;
  }
  return false;
}

test('the trunks of a run that was terminated tell its account, where its numbers were given up since', async () => {
  const world = await givenAccounts();
  const { didww, faults } = world.sandbox;
  const gate = faults.hold('POST /voice_in_trunks', { times: 1, effect: 'after' });
  await world.patchbay.onboard(world.request());
  await gate.arrived;
  await runOf(world).terminate('by a person');
  gate.release();
  didww.dids.clear();

  const result = await offboarded(world);

  expect(result).toMatchObject({ outcome: 'removed', leftovers: [] });
  expect(world.sandbox.state()).toEqual({ ...world.before, didww: { ...world.before.didww, dids: [] } });
});

describe('a connection of which nothing is there', () => {
  test('that neither Temporal nor the accounts know is refused: usage', async () => {
    const world = await givenAccounts();

    const ran = await patchbay(world, ['offboard', world.connection, '--region', 'us', '--json']);

    expect(ran.code).toBe(2);
    expect(`${ran.stdout}${ran.stderr}`).toContain(
      `Temporal knows no run of ${world.connection} that has left anything`,
    );
  });

  test('and of which every run was rolled back is refused, as some other account may hold it', async () => {
    const world = await givenAccounts();
    world.sandbox.faults.fail('PATCH /dids/:id', { status: 422, times: 1 });
    expect((await world.onboard()).outcome).toBe('rolled-back');

    expect(await offboarded(world)).toMatchObject({ outcome: 'refused', failure: { class: 'not-found' } });
  });

  test('since it was taken away is told so when it is taken away again', async () => {
    const world = await givenAccounts();
    expect((await world.onboard()).outcome).toBe('done');
    expect((await offboarded(world)).outcome).toBe('removed');

    expect(await offboarded(world)).toMatchObject({
      outcome: 'removed',
      warnings: [expect.stringContaining('an earlier run has taken it away')],
    });
  });

  test('though Temporal knows that it was made is removed, with a warning', async () => {
    const world = await givenAccounts();
    expect((await world.onboard()).outcome).toBe('done');
    takeEverythingAway(world);

    const result = await offboarded(world);

    expect(result).toMatchObject({ outcome: 'removed', warnings: [expect.stringContaining('Nothing of')] });
  });
});
