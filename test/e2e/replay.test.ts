import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { DeterminismViolationError } from '@temporalio/workflow';
import { describe, expect, inject, test } from 'vitest';
import type { RequestInput } from '../../src/contract/request.js';
import type { Result } from '../../src/contract/result.js';
import { expectReplays, historiesOf } from '../support/histories.js';
import { decodedPayloads } from '../support/secrets.js';
import { shapesOf } from '../support/shapes.js';
import { givenAccounts, type World } from '../support/world.js';

const FOLDER = fileURLToPath(new URL('../histories/', import.meta.url));
const RECORDED = readdirSync(FOLDER).sort();

const read = (file: string): string => readFileSync(`${FOLDER}${file}`, 'utf8');

const replay = (json: string): Promise<void> =>
  expectReplays([{ workflowId: 'recorded', json }], inject('workflowBundlePath'));

interface RecordedEvent {
  readonly eventType: string;
  readonly markerRecordedEventAttributes?: { readonly markerName: string };
}

/** Recorded by scripts/record-histories.ts, which says when to record anew. */
describe('recorded runs', () => {
  test('are there of every way in which a run goes', () => {
    const ways = ['verified', 'rolled-back', 'leftovers', 'paused', 'cancelled', 'scheduled', 'removed'];
    expect(ways.filter((way) => RECORDED.some((file) => file.startsWith(`${way}.`)))).toEqual(ways);
  });

  test.each(RECORDED)('%s takes the same way again in the present workflows', async (file) => {
    await replay(read(file));
  });

  test('a history that the workflows would not have taken is told apart', async () => {
    const doctored = read('verified.onboardConnection.json').replace(
      '"activityType":{"name":"ensureOutboundTrunk"}',
      '"activityType":{"name":"ensureInboundTrunk"}',
    );
    await expect(replay(doctored)).rejects.toMatchObject({ cause: expect.any(DeterminismViolationError) as unknown });
    await replay(read('verified.onboardConnection.json')); // nor does it spoil those after it
  });

  test('ask local activities before anything else, when no query can come between', () => {
    for (const file of RECORDED) {
      const { events } = JSON.parse(read(file)) as { readonly events: readonly RecordedEvent[] };
      const last = events.findLastIndex(
        ({ markerRecordedEventAttributes: marker }) => marker?.markerName === 'core_local_activity',
      );
      const before = events.slice(0, last + 1).map(({ eventType }) => eventType);
      expect(before.filter((type) => type === 'EVENT_TYPE_WORKFLOW_TASK_COMPLETED').length, file).toBeLessThanOrEqual(
        1,
      );
    }
  });

  test('tell nothing of the machine that they were recorded on', () => {
    for (const file of RECORDED) {
      const text = read(file);
      expect(`${text}${decodedPayloads(JSON.parse(text))}`, file).not.toMatch(
        /node_modules|file:\/\/|"identity":"(?!recorded)/,
      );
    }
  });
});

/**
 * A replay does not look at arguments. An activity, a child or a signal that an open run has scheduled
 * already is taken up with the arguments of the old code: where this fails, let the new code read both,
 * then record the histories anew.
 */
test.each<{ readonly way: string; readonly go: (world: World) => Promise<Result> }>([
  { way: 'verified', go: (world) => world.onboard(requestOf(world, { verification: {} })) },
  {
    way: 'rolled-back',
    go: (world) => {
      world.sandbox.faults.fail('PATCH /dids/:id', { status: 422, times: 1 });
      return world.onboard(requestOf(world));
    },
  },
  {
    way: 'leftovers',
    go: (world) => {
      world.sandbox.faults.fail('PATCH /dids/:id', { status: 422, times: 1 });
      world.sandbox.faults.fail('DELETE /voice_in_trunks/:id', { status: 400 });
      return world.onboard(requestOf(world));
    },
  },
  {
    way: 'removed',
    go: async (world) => {
      await world.onboard(requestOf(world));
      await world.patchbay.offboard(world.connection);
      return world.ended();
    },
  },
])('what a run that ends $way sends has the shape that open runs have recorded', async ({ way, go }) => {
  const world = await givenAccounts();

  expect((await go(world)).outcome).toBe(way);

  const fresh = (await historiesOf(world.client, world.taskQueue)).map(({ json }) => json);
  const recorded = RECORDED.filter((file) => file.startsWith(`${way}.`)).map(read);
  expect(shapesOf(fresh)).toEqual(shapesOf(recorded));
});

/** The request of the recorded runs. */
const requestOf = (world: World, members: Partial<RequestInput> = {}): RequestInput =>
  world.request({ numbers: [{ number: world.numbers[0] ?? '', label: 'Support line' }], ...members });
