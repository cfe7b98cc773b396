import { describe, expect, test } from 'vitest';
import type { Result } from '../../src/contract/result.js';
import { until } from '../support/until.js';
import { startWorkerProcess } from '../support/workerProcess.js';
import type { OnTestFinished, World } from '../support/world.js';
import {
  ALL_PROVEN,
  calls,
  givenConnection,
  inShort,
  type Order,
  REAL_TIMES,
  reportOf,
  started,
  trunkIn,
} from './verifying.js';

/** An attempt that died while placing is repeated after its start-to-close of 20 s. */
const SLOW = 600_000;

/** A moment of a verification at which its worker dies, and what the next one has to make of it. */
interface Death {
  /** What the test call does at that moment. */
  readonly moment: string;
  readonly rule: string;
  readonly order: Order;
  /** Prepares the moment, before anything is started; what comes back waits for it. */
  readonly prepare: (world: World) => () => Promise<unknown>;
  readonly check: (world: World, report: Result) => void;
}

const DIRECTIONS: Order = { verification: { transfer: false } };
const TRANSFER_ALONE: Order = { verification: { inbound: false, outbound: false } };

/** The worker stands in the midst of this request, which has taken effect or has not. */
const held =
  (write: string, effect: 'before' | 'after', prepare: (world: World) => void = () => undefined): Death['prepare'] =>
  (world) => {
    prepare(world);
    const gate = world.sandbox.faults.hold(write, { times: 1, effect });
    return () => gate.arrived;
  };

/** Calls that last long enough to be met at each of their phases. */
const slowCalls =
  (isReached: (world: World) => boolean): Death['prepare'] =>
  (world) => {
    world.sandbox.network.phaseMs = 400;
    return () => until(() => isReached(world) || undefined);
  };
const statusIs = (status: string) => slowCalls((world) => calls(world).at(-1)?.status === status);
const lastInbound = (world: World) => calls(world, 'inboundPhoneCall').at(-1);

/**
 * An assistant that does not call its tool, in calls that last long enough for a slow machine to see that.
 */
const slowModel = ({ sandbox: { vapi, network } }: World): void => {
  vapi.switches.modelIgnoresTools = true;
  network.phaseMs = 1_500;
};

const PHASES: readonly Pick<Death, 'moment' | 'prepare'>[] = [
  { moment: 'waits to be dialled', prepare: statusIs('queued') },
  { moment: 'rings', prepare: statusIs('ringing') },
  { moment: 'is answered', prepare: statusIs('in-progress') },
  { moment: 'has just ended', prepare: statusIs('ended') },
  { moment: 'is being forwarded', prepare: slowCalls((world) => lastInbound(world)?.status === 'forwarding') },
  {
    moment: 'is transferred',
    prepare: slowCalls((world) => lastInbound(world)?.endedReason === 'assistant-forwarded-call'),
  },
];

const DEATHS: readonly Death[] = [
  {
    moment: 'is about to be told to transfer',
    rule: 'the order is lost with the worker, and nothing is concluded from that',
    order: TRANSFER_ALONE,
    prepare: held('POST /:id/control', 'before', slowModel),
    check(world, report) {
      expect(report.verification).toMatchObject([{ check: 'transfer', verdict: 'inconclusive' }]);
      expect(calls(world)).toHaveLength(1);
    },
  },
  {
    moment: 'has failed and both accounts are looked at',
    rule: 'another one looks again and finds the cause',
    order: DIRECTIONS,
    prepare: held('GET /balance', 'after', (world) => {
      Object.assign(trunkIn(world).configuration, { host: 'sip.example.com' });
    }),
    check(world, report) {
      expect(inShort(report)).toEqual(['inbound failed didww', 'outbound proven']);
      expect(report.verification[0]?.diagnosis?.cause).toContain('sip.example.com');
      expect(calls(world)).toHaveLength(1);
    },
  },
  {
    moment: 'was placed and nobody knows it yet',
    rule: 'another one finds it by its name',
    order: DIRECTIONS,
    prepare: held('POST /call', 'after'),
    check(world, report) {
      expect(inShort(report)).toEqual(['inbound proven', 'outbound proven']);
      expect(calls(world)).toHaveLength(1);
    },
  },
  {
    moment: 'has been told to transfer, as its model did not',
    rule: 'another one follows that transfer and begins no second one',
    order: TRANSFER_ALONE,
    prepare: held('POST /:id/control', 'after', slowModel),
    check(world, report) {
      expect(report.verification).toMatchObject([{ check: 'transfer', verdict: 'proven', evidence: { forced: true } }]);
      expect(calls(world, 'inboundPhoneCall').map(({ artifact }) => artifact.transfers?.length)).toEqual([1]);
      expect(calls(world)).toHaveLength(1);
    },
  },
  {
    moment: "was made and DIDWW's records are asked for",
    rule: 'another one finds the same exports by their reference',
    order: DIRECTIONS,
    prepare: held('POST /exports', 'after'),
    check(world, report) {
      expect(report.verification.map(({ evidence }) => evidence['didwwCode'])).toEqual(['200', '200']);
      expect([...world.sandbox.didww.exports.values()].map(({ exportType }) => exportType).sort()).toEqual([
        'cdr_in',
        'cdr_out',
      ]);
      expect(calls(world)).toHaveLength(1);
    },
  },
  ...PHASES.map((phase) => ({
    ...phase,
    rule: 'another one follows the same call to its verdict',
    order: {},
    check(world: World, report: Result) {
      expect(inShort(report)).toEqual(ALL_PROVEN);
      expect(calls(world)).toHaveLength(2);
      expect(report.spent?.calls).toBe(2);
    },
  })),
];

describe('a worker that is killed while a test call', () => {
  test.concurrent.for(DEATHS)('$moment: $rule', { timeout: SLOW }, async (death, { onTestFinished }) => {
    const { world, report } = await takenOver(death, onTestFinished);

    death.check(world, report);
  });
});

/** Its worker dies at the moment, and another one reports. */
async function takenOver(
  { order, prepare }: Death,
  onTestFinished: OnTestFinished,
): Promise<{ readonly world: World; readonly report: Result }> {
  const world = await givenConnection(1, {}, { ...REAL_TIMES, onTestFinished });
  await world.stopWorker();
  const doomed = await startWorkerProcess(world, onTestFinished);
  const reached = prepare(world);
  const handle = await started(world, order);
  await reached();
  doomed.kill('SIGKILL');
  await doomed.gone;
  await world.startWorker();
  return { world, report: await reportOf(handle) };
}
