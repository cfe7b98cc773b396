import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import type { RequestInput } from '../../src/contract/request.js';
import { progressQuery } from '../../src/contract/messages.js';
import { until } from '../support/until.js';
import { givenAccounts, runOf, type World } from '../support/world.js';

const AT_ONCE = 50;
/** More than are at work at once. */
const MANY = 60;
const MORE = 10;
/** More than are read by id at once. */
const FEW = 21;
const MODEL = { provider: 'openai', model: 'gpt-4o', messages: [{ role: 'system', content: 'Be kind.' }] };
/** Temporal takes 20,000 bytes of current details. */
const MOST_DETAILS = 20_000;

test('more numbers than are at work at once are all attached; of an extension one refused number undoes that extension alone', async () => {
  const world = await givenAccounts({ isThreaded: true, numbers: MANY + MORE });
  const gate = world.sandbox.faults.hold('PATCH /dids/:id');
  await world.patchbay.onboard(world.request({ numbers: entries(world, 0, MANY) }));
  await gate.arrived;
  const whileAtWork = await detailsOf(world);
  gate.release();

  const first = await world.ended();
  expect(first.outcome).toBe('done');
  expect(first.numbers.map(({ outcome }) => outcome)).toEqual(Array(MANY).fill('attached'));
  expect(routed(world)).toHaveLength(MANY);
  expect(world.sandbox.vapi.phoneNumbers.size).toBe(MANY);
  for (const details of [whileAtWork, await detailsOf(world)]) {
    expect(details).toContain('cut-over of numbers');
    expect(details.length).toBeLessThan(MOST_DETAILS);
  }

  const standing = world.sandbox.state();
  world.sandbox.faults.fail('PATCH /dids/:id', { status: 422, after: MORE - 1, times: 1 });
  const second = await world.onboard(world.request({ numbers: entries(world, MANY, MANY + MORE) }));
  expect(second).toMatchObject({ outcome: 'rolled-back', leftovers: [], failure: { provider: 'didww' } });
  expect(world.sandbox.state()).toEqual(standing);
}, 300_000);

test('no more assistants are edited at once than numbers are', async () => {
  const world = await givenAccounts({ isThreaded: true, numbers: MANY });
  const assistants = world.numbers.map((number) =>
    world.sandbox.vapi.addAssistant({ name: `of ${number}`, model: MODEL }),
  );
  const gate = world.sandbox.faults.hold('PATCH /assistant/:id');
  const numbers = entries(world, 0, MANY).map((entry, at) => ({ ...entry, assistantId: assistants[at]?.id ?? '' }));
  await world.patchbay.onboard(world.request({ numbers }));

  await until(() => gate.hits() === AT_ONCE || undefined);

  const { steps } = await runOf(world).query(progressQuery);
  const underWay = steps.filter(({ name, state }) => name.startsWith('tool on assistant') && state === 'running');
  expect(underWay).toHaveLength(AT_ONCE);
  gate.release();
  expect((await world.ended()).outcome).toBe('done');
}, 300_000);

/** So slow that reading each import by id takes longer than an attempt of a single step. Milliseconds. */
const SLOW_ANSWERS_MS = 5_500;

test('many objects that are gone and that slow providers are asked for one by one do not keep a connection from being taken away', async () => {
  const world = await givenAccounts({ isThreaded: true, numbers: FEW });
  expect((await world.onboard(world.request({ numbers: entries(world, 0, FEW) }))).outcome).toBe('done');
  const { didww, vapi, assistantId } = world.sandbox;
  for (const did of didww.dids.values()) did.voiceInTrunkId = null;
  for (const table of [didww.inboundTrunks, didww.outboundTrunks, vapi.phoneNumbers, vapi.credentials]) table.clear();
  const assistant = vapi.assistants.get(assistantId);
  if (assistant?.model == null) throw new Error('there is no assistant');
  vapi.patchAssistant(assistant, { model: { ...assistant.model, toolIds: [] } });
  vapi.tools.clear();
  world.sandbox.setLatency(SLOW_ANSWERS_MS);

  await world.patchbay.offboard(world.connection);

  expect(await world.ended()).toMatchObject({ outcome: 'removed', warnings: [expect.stringContaining('Nothing of')] });
}, 300_000);

/** Each is left twice, with a reason of its own: together more than Temporal carries in one payload. */
const LEFT = 420;
const TEMPORAL_PAYLOAD_BYTES = 2_097_152;
/** As much as is told of an answer, of characters of four bytes. */
const LONG_ANSWER = { errors: Array(10).fill({ title: 'refused', detail: '📵'.repeat(300), status: '400' }) };

test('an offboarding that leaves more than Temporal can carry in words ends all the same, and names everything that is left', async () => {
  const world = await givenAccounts({ isThreaded: true, numbers: LEFT });
  expect((await world.onboard()).outcome).toBe('done');
  grow(world);
  world.sandbox.faults.fail('PATCH /dids/:id', { status: 400, body: LONG_ANSWER });

  await world.patchbay.offboard(world.connection);

  const result = await world.ended();
  const kinds = result.leftovers.map(({ kind }) => kind);
  expect(result.outcome).toBe('leftovers');
  expect(kinds.filter((kind) => kind === 'did')).toHaveLength(LEFT);
  expect(kinds.filter((kind) => kind === 'phone-number')).toHaveLength(LEFT);
  expect(result.warnings).toEqual([expect.stringMatching(/^Long texts .* were cut/)]);
  expect(Buffer.byteLength(JSON.stringify(result))).toBeLessThan(TEMPORAL_PAYLOAD_BYTES);
}, 300_000);

/** Every other number of the account answers as the first one does, as if more runs had brought them in. */
function grow({ sandbox: { didww, vapi } }: World): void {
  const [first] = vapi.phoneNumbers.values();
  const trunkId = didww.didByNumber(first?.number ?? '')?.voiceInTrunkId;
  if (first === undefined || trunkId == null) throw new Error('no number is attached');
  for (const did of didww.dids.values()) {
    if (did.voiceInTrunkId === trunkId) continue;
    did.voiceInTrunkId = trunkId;
    const id = randomUUID();
    vapi.phoneNumbers.set(id, { ...first, id, number: `+${did.number}` });
  }
}

const entries = (world: World, from: number, to: number): RequestInput['numbers'] =>
  world.numbers.slice(from, to).map((number) => ({ number }));

/** DIDs whose calls go to the connection's trunk. */
function routed({ sandbox: { didww }, connection }: World): readonly unknown[] {
  const trunk = [...didww.inboundTrunks.values()].find(({ name }) => name === `patchbay ${connection} in`);
  return [...didww.dids.values()].filter(({ voiceInTrunkId }) => trunk !== undefined && voiceInTrunkId === trunk.id);
}

/** The board as Temporal's UI shows it. */
async function detailsOf(world: World): Promise<string> {
  const metadata = await runOf(world).query<{ currentDetails?: string }>('__temporal_workflow_metadata');
  return metadata.currentDetails ?? '';
}
