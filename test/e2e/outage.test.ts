import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { Snapshot } from '../../src/client.js';
import type { RequestInput } from '../../src/contract/request.js';
import { startDevServer } from '../../src/devserver/devServer.js';
import { findTemporalCli } from '../../src/devserver/temporalCli.js';
import { eventsOf, repeated } from '../support/events.js';
import { until } from '../support/until.js';
import { startWorkerProcess } from '../support/workerProcess.js';
import { givenAccounts, runOf, type World } from '../support/world.js';

/**
 * Longer than a worker tries to report what it has done (about 10 s), plus the 20 s after which the attempt
 * counts as lost.
 */
const SLOW = 240_000;

test(
  'Temporal goes away while a trunk is being made, so that nobody learns of it: who follows the run sees it through, and there is one trunk',
  async () => {
    const server = await lastingServer();
    const world = await givenAccounts({ worker: false, temporal: { address: server.address } });
    const worker = await startWorkerProcess(world);
    const gate = world.sandbox.faults.hold('POST /voice_out_trunks', { times: 1, effect: 'after' });
    const run = await world.patchbay.onboard(withoutTransfer(world.request()));
    await gate.arrived;
    const seen: Snapshot[] = [];
    const followed = collect(world.patchbay.follow(run), seen);

    await server.stop();
    gate.release();
    await until(() => (seen.some(({ trouble }) => trouble === 'temporal-unreachable') ? true : undefined));
    await until(() => (worker.log().includes('Network error while completing activity') ? true : undefined));
    await server.restart();

    await followed;
    expect(seen.at(-1)).toMatchObject({ state: 'closed', result: { outcome: 'done' } });
    expect(repeated(await eventsOf(runOf(world)))).toContain('ensureOutboundTrunk');
    expect(countsOf(world)).toEqual({ outboundTrunks: 1, inboundTrunks: 1, credentials: 2, tools: 0, phoneNumbers: 1 });
  },
  SLOW,
);

test(
  'Temporal goes away while everything is being put back: the rollback is completed, and its reason is not lost',
  async () => {
    const server = await lastingServer();
    const world = await givenAccounts({ temporal: { address: server.address } });
    world.sandbox.faults.fail('PATCH /dids/:id', { status: 422, times: 1 });
    const gate = world.sandbox.faults.hold('DELETE /voice_in_trunks/:id', { times: 1 });
    await world.patchbay.onboard(world.request());
    await gate.arrived;

    await server.stop();
    gate.release();
    await until(() => (world.sandbox.didww.inboundTrunks.size === 1 ? true : undefined));
    await server.restart();

    expect(await world.ended()).toMatchObject({
      outcome: 'rolled-back',
      leftovers: [],
      failure: { provider: 'didww' },
    });
    expect(world.sandbox.state()).toEqual(world.before);
  },
  SLOW,
);

/** A server that keeps its runs in a file and comes back at the same address. */
async function lastingServer(): Promise<{
  readonly address: string;
  stop(): Promise<void>;
  restart(): Promise<void>;
}> {
  const folder = await mkdtemp(join(tmpdir(), 'patchbay-outage-'));
  const options = { cliPath: await findTemporalCli(() => undefined), dbFilename: join(folder, 'temporal.db') };
  let server = await startDevServer(options);
  const { address } = server;
  onTestFinished(async () => {
    await server.stop();
    await rm(folder, { recursive: true });
  });
  return {
    address,
    stop: () => server.stop(),
    restart: async () => {
      server = await startDevServer({ ...options, port: Number(address.split(':')[1]) });
    },
  };
}

/** Nothing goes on beside the trunk then. */
function withoutTransfer({ transfer: _transfer, ...request }: RequestInput): RequestInput {
  return request;
}

async function collect(snapshots: AsyncIterable<Snapshot>, into: Snapshot[]): Promise<void> {
  for await (const snapshot of snapshots) into.push(snapshot);
}

/** How many objects there are now that were not there before. */
function countsOf({ sandbox: { didww, vapi }, before }: World): Record<string, number> {
  return {
    outboundTrunks: didww.outboundTrunks.size,
    inboundTrunks: didww.inboundTrunks.size - before.didww.inboundTrunks.length,
    credentials: vapi.credentials.size,
    tools: vapi.tools.size - before.vapi.tools.length,
    phoneNumbers: vapi.phoneNumbers.size,
  };
}
