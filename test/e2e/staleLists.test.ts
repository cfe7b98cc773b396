import { beforeEach, expect, test } from 'vitest';
import type { ObjectKind, Result } from '../../src/contract/result.js';
import type { SandboxState } from '../../src/sandbox/index.js';
import { hasTakenInCancel } from '../support/events.js';
import { until } from '../support/until.js';
import { givenAccounts, runOf, type World } from '../support/world.js';

/** Lists of both accounts are late by so much, and what stands was made longer ago. */
const LAG_MS = 600_000;
const LONG_AGO = new Date(Date.now() - 2 * LAG_MS).toISOString();

let world: World;
let before: SandboxState;

beforeEach(async () => {
  world = await givenAccounts({ numbers: 2 });
  ageEverything();
  before = world.sandbox.state();
});

function ageEverything(): void {
  const { didww, vapi } = world.sandbox;
  for (const table of [didww.inboundTrunks, didww.outboundTrunks, vapi.credentials, vapi.tools, vapi.phoneNumbers])
    for (const row of table.values()) Object.assign(row, { createdAt: LONG_AGO });
}

const accounts = () => [world.sandbox.didww, world.sandbox.vapi, world.sandbox.vapiEu];

/** From now on lists show what stands at this moment, whatever becomes of it. */
function letListsStandStill(): void {
  ageEverything();
  setListLag(LAG_MS);
}

function setListLag(lagMs: number): void {
  for (const { switches } of accounts()) {
    const lags: Record<string, number> = switches.listLagMs;
    for (const kind of Object.keys(lags)) lags[kind] = lagMs;
  }
}

/** Every object that the Result names, by kind and whether it is there. */
function objectsOf({ objects }: Result): readonly string[] {
  const { didww, vapi } = world.sandbox;
  const tables: Partial<Record<ObjectKind, ReadonlyMap<string, unknown>>> = {
    'transfer-tool': vapi.tools,
    credential: vapi.credentials,
    'outbound-credential': vapi.credentials,
    'inbound-credential': vapi.credentials,
    'phone-number': vapi.phoneNumbers,
    'outbound-trunk': didww.outboundTrunks,
    'inbound-trunk': didww.inboundTrunks,
    did: didww.dids,
    assistant: vapi.assistants,
  };
  return objects
    .map(({ kind, id }) => `${kind} ${tables[kind]?.has(id) === true ? 'is there' : 'is not there'}`)
    .sort();
}

const ALL_THERE = [
  ...['did', 'inbound-credential', 'inbound-trunk', 'outbound-credential'],
  ...['outbound-trunk', 'phone-number', 'transfer-tool'],
].map((kind) => `${kind} is there`);

test('what a rollback has taken away is made anew, though lists still show it', async () => {
  const gate = world.sandbox.faults.hold('POST /phone-number', { times: 1, effect: 'after' });
  world.sandbox.faults.fail('PATCH /dids/:id', { status: 422, times: 1 });
  await world.patchbay.onboard(world.request());
  await gate.arrived;
  letListsStandStill();
  gate.release();
  expect((await world.ended()).outcome).toBe('rolled-back');
  expect(world.sandbox.state()).toEqual(before);

  const result = await world.onboard();

  expect({ outcome: result.outcome, objects: objectsOf(result) }).toEqual({ outcome: 'done', objects: ALL_THERE });
});

test('what an offboarding has taken away is made anew, though lists still show it', async () => {
  expect((await world.onboard()).outcome).toBe('done');
  letListsStandStill();
  await world.patchbay.offboard(world.connection);
  expect((await world.ended()).outcome).toBe('removed');
  expect(world.sandbox.state()).toEqual(before);

  const result = await world.onboard();

  expect({ outcome: result.outcome, objects: objectsOf(result) }).toEqual({ outcome: 'done', objects: ALL_THERE });
});

test('a connection that no list shows yet is not taken for leftovers: nothing of it changes', async () => {
  letListsStandStill();
  expect((await world.onboard()).outcome).toBe('done');
  const standing = world.sandbox.state();

  const result = await world.onboard(world.request({ numbers: [{ number: world.numbers[1] ?? '' }] }));

  expect(result).toMatchObject({ outcome: 'refused', failure: { class: 'unexpected-answer' }, leftovers: [] });
  expect(result.failure?.message).toMatch(/does not list the .* yet/);
  expect(world.sandbox.state()).toEqual(standing);
});

test.each(['tools', 'credentials'] as const)(
  'an extension makes nothing a second time of what the list of %s alone does not show yet',
  async (kind) => {
    const patience = { step: '60s', rollback: '60s', firstRetry: '50ms' };
    const first = await world.onboard(world.request({ patience }));
    ageEverything();
    const made = world.sandbox.vapi[kind];
    for (const row of made.values()) Object.assign(row, { createdAt: new Date().toISOString() });
    for (const { switches } of [world.sandbox.vapi, world.sandbox.vapiEu]) switches.listLagMs[kind] = 2_000;
    const standing = [...made.keys()];

    const second = await world.onboard(world.request({ patience, numbers: [{ number: world.numbers[1] ?? '' }] }));

    expect([first.outcome, second.outcome]).toEqual(['done', 'done']);
    expect([...made.keys()]).toEqual(standing);
  },
);

test('a connection that lists are late with is extended once they show it', async () => {
  const patience = { step: '60s', rollback: '60s', firstRetry: '50ms' };
  setListLag(3_000);
  const first = await world.onboard(world.request({ patience }));

  const second = await world.onboard(world.request({ patience, numbers: [{ number: world.numbers[1] ?? '' }] }));

  expect([first.outcome, second.outcome]).toEqual(['done', 'done']);
  const shared = first.objects.filter(({ kind }) => kind !== 'phone-number' && kind !== 'did').map(({ id }) => id);
  expect(second.objects.map(({ id }) => id)).toEqual(expect.arrayContaining(shared));
  expect(objectsOf(second)).toEqual(ALL_THERE);
});

test('a number whose import stays behind is told as left, though no list shows the import yet', async () => {
  letListsStandStill();
  world.sandbox.faults.fail('PATCH /dids/:id', { status: 422, times: 1 });
  world.sandbox.faults.fail('DELETE /phone-number/:id', { status: 400 });

  const result = await world.onboard();

  const [imported] = world.sandbox.vapi.phoneNumbers.keys();
  expect(result).toMatchObject({ outcome: 'leftovers', numbers: [{ number: world.numbers[0], outcome: 'left' }] });
  expect(result.leftovers).toContainEqual(expect.objectContaining({ kind: 'phone-number', id: imported }));
});

test('a number that lists do not show as routed yet is kept as it is, and stays live where an extension is rolled back', async () => {
  const [number, other] = world.numbers.map((one) => ({ number: one }));
  if (number === undefined || other === undefined) throw new Error('two numbers are needed');
  expect((await world.onboard()).outcome).toBe('done');
  ageEverything();
  world.sandbox.didww.switches.listLagMs.dids = LAG_MS;
  const standing = world.sandbox.state();

  const again = await world.onboard(world.request({ numbers: [number] }));

  expect(again).toMatchObject({ outcome: 'done', numbers: [{ ...number, outcome: 'kept' }] });
  world.sandbox.faults.fail('PATCH /dids/:id', { status: 422, times: 1 });
  const extended = await world.onboard(world.request({ numbers: [number, other] }));
  expect(extended).toMatchObject({ outcome: 'rolled-back', leftovers: [] });
  expect(world.sandbox.state()).toEqual(standing);
});

test('a number whose import was under way when its run was cancelled, and stays behind, is told as left', async () => {
  letListsStandStill();
  const gate = world.sandbox.faults.hold('POST /phone-number', { effect: 'after', times: 1 });
  world.sandbox.faults.fail('DELETE /phone-number/:id', { status: 400 });
  await world.patchbay.onboard(world.request());
  await gate.arrived;
  await world.patchbay.cancel(world.connection);
  await until(() => hasTakenInCancel(runOf(world)));
  gate.release();

  const result = await world.ended();

  const [imported] = world.sandbox.vapi.phoneNumbers.keys();
  expect(result).toMatchObject({ outcome: 'leftovers', numbers: [{ number: world.numbers[0], outcome: 'left' }] });
  expect(result.leftovers).toContainEqual(expect.objectContaining({ kind: 'phone-number', id: imported }));
});
