import { describe, expect, test } from 'vitest';
import type { Result } from '../../src/contract/result.js';
import { until } from '../support/until.js';
import { startWorkerProcess, type WorkerProcess } from '../support/workerProcess.js';
import type { World } from '../support/world.js';
import { calls, givenConnection, inShort, REAL_TIMES, reportOf, started, trunkIn } from './verifying.js';

/** An attempt that died while placing is repeated after its start-to-close of 20 s. */
const SLOW = 240_000;

type Started = Awaited<ReturnType<typeof started>>;

/** A phase of a call at which its worker dies. */
interface Moment {
  readonly name: string;
  readonly reached: (world: World) => Promise<unknown>;
}

const statusIs = (status: string) => (world: World) =>
  until(() => (calls(world).at(-1)?.status === status ? true : undefined));
const MOMENTS: readonly Moment[] = [
  { name: 'waits to be dialled', reached: statusIs('queued') },
  { name: 'rings', reached: statusIs('ringing') },
  { name: 'is answered', reached: statusIs('in-progress') },
  { name: 'has just ended', reached: statusIs('ended') },
  {
    name: 'is being forwarded',
    reached: (world) =>
      until(() => (calls(world, 'inboundPhoneCall').at(-1)?.status === 'forwarding' ? true : undefined)),
  },
  {
    name: 'is transferred',
    reached: (world) =>
      until(() =>
        calls(world, 'inboundPhoneCall').at(-1)?.endedReason === 'assistant-forwarded-call' ? true : undefined,
      ),
  },
];

describe('a worker that is killed while a test call', () => {
  test.each(MOMENTS)(
    '$name: another one follows the same call to its verdict',
    async ({ reached }) => {
      const world = await givenConnection(1, {}, REAL_TIMES);
      await world.stopWorker();
      const doomed = await startWorkerProcess(world);
      world.sandbox.network.phaseMs = 400;
      const handle = await started(world);
      await reached(world);

      const report = await takenOver(world, doomed, handle);

      expect(inShort(report)).toEqual(['inbound proven', 'outbound proven', 'transfer proven']);
      expect(calls(world)).toHaveLength(2);
      expect(report.spent?.calls).toBe(2);
    },
    SLOW,
  );

  test(
    'was placed and nobody knows it yet: another one finds it by its name',
    async () => {
      const world = await givenConnection(1, {}, REAL_TIMES);
      await world.stopWorker();
      const doomed = await startWorkerProcess(world);
      const gate = world.sandbox.faults.hold('POST /call', { times: 1, effect: 'after' });
      const handle = await started(world, { verification: { transfer: false } });
      await gate.arrived;

      const report = await takenOver(world, doomed, handle);

      expect(inShort(report)).toEqual(['inbound proven', 'outbound proven']);
      expect(calls(world)).toHaveLength(1);
    },
    SLOW,
  );

  test(
    "was made and DIDWW's records are asked for: another one finds the same exports by their reference",
    async () => {
      const world = await givenConnection(1, {}, REAL_TIMES);
      await world.stopWorker();
      const doomed = await startWorkerProcess(world);
      const gate = world.sandbox.faults.hold('POST /exports', { times: 1, effect: 'after' });
      const handle = await started(world, { verification: { transfer: false } });
      await gate.arrived;

      const report = await takenOver(world, doomed, handle);

      expect(report.verification.map(({ evidence }) => evidence['didwwCode'])).toEqual(['200', '200']);
      expect([...world.sandbox.didww.exports.values()].map(({ exportType }) => exportType).sort()).toEqual([
        'cdr_in',
        'cdr_out',
      ]);
      expect(calls(world)).toHaveLength(1);
    },
    SLOW,
  );

  test(
    'has been told to transfer, as its model did not: another one follows that transfer and begins no second one',
    async () => {
      const world = await givenSlowModel();
      const doomed = await startWorkerProcess(world);
      const gate = world.sandbox.faults.hold('POST /:id/control', { times: 1, effect: 'after' });
      const handle = await started(world, TRANSFER_ALONE);
      await gate.arrived;

      const report = await takenOver(world, doomed, handle);

      expect(report.verification).toMatchObject([{ check: 'transfer', verdict: 'proven', evidence: { forced: true } }]);
      expect(calls(world, 'inboundPhoneCall').map(({ artifact }) => artifact.transfers?.length)).toEqual([1]);
      expect(calls(world)).toHaveLength(1);
    },
    SLOW,
  );

  test(
    'is about to be told to transfer: the order is lost with the worker, and nothing is concluded from that',
    async () => {
      const world = await givenSlowModel();
      const doomed = await startWorkerProcess(world);
      const gate = world.sandbox.faults.hold('POST /:id/control', { times: 1 });
      const handle = await started(world, TRANSFER_ALONE);
      await gate.arrived;

      const report = await takenOver(world, doomed, handle);

      expect(report.verification).toMatchObject([{ check: 'transfer', verdict: 'inconclusive' }]);
      expect(calls(world)).toHaveLength(1);
    },
    SLOW,
  );

  test(
    'has failed and both accounts are looked at: another one looks again and finds the cause',
    async () => {
      const world = await givenConnection(1, {}, REAL_TIMES);
      await world.stopWorker();
      const doomed = await startWorkerProcess(world);
      Object.assign(trunkIn(world).configuration, { host: 'sip.example.com' });
      const gate = world.sandbox.faults.hold('GET /balance', { times: 1, effect: 'after' });
      const handle = await started(world, { verification: { transfer: false } });
      await gate.arrived;

      const report = await takenOver(world, doomed, handle);

      expect(inShort(report)).toEqual(['inbound failed didww', 'outbound proven']);
      expect(report.verification[0]?.diagnosis?.cause).toContain('sip.example.com');
      expect(calls(world)).toHaveLength(1);
    },
    SLOW,
  );
});

/** The worker dies, and another one sees the verification through. */
async function takenOver(world: World, doomed: WorkerProcess, handle: Started): Promise<Result> {
  doomed.kill('SIGKILL');
  await doomed.gone;
  await world.startWorker();
  return reportOf(handle);
}

const TRANSFER_ALONE = { verification: { inbound: false, outbound: false } };

/**
 * A connection whose assistant does not call its tool, in calls that last long enough for a slow machine to
 * see that; no worker.
 */
async function givenSlowModel(): Promise<World> {
  const world = await givenConnection(1, {}, REAL_TIMES);
  await world.stopWorker();
  world.sandbox.vapi.switches.modelIgnoresTools = true;
  world.sandbox.network.phaseMs = 1_500;
  return world;
}
