// Plays the property of test/property with many more sequences than `npm test` does:
// `npm run soak -- --seed 1 --runs 2000`. Prints its seed, and of every sequence that broke the property
// the shortest form that was found, with the command that plays it again.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startDevServer } from '../src/devserver/devServer.js';
import { findTemporalCli } from '../src/devserver/temporalCli.js';
import type { Sequence } from '../test/property/commands.js';
import { connectEngine, type Engine, startLane } from '../test/property/lane.js';
import { playSequence, playSequences, reproduction } from '../test/property/property.js';
import { bundleWorkflows } from './bundle.mjs';

/** How often it is said how far it has come. */
const TOLD_EVERY_MS = 60_000;

const { values } = parseArgs({
  options: {
    /** Of all that is random. */
    seed: { type: 'string', default: String(Math.floor(Math.random() * 2 ** 31)) },
    runs: { type: 'string', default: '2000' },
    lanes: { type: 'string', default: '6' },
    'most-commands': { type: 'string', default: '6' },
    /** Plays one sequence of the seed. */
    path: { type: 'string' },
    /** Plays this sequence: JSON, as a failure prints it. */
    sequence: { type: 'string' },
  },
});
const scratch = await mkdtemp(join(tmpdir(), 'patchbay-soak-'));
const server = await startDevServer({ cliPath: await findTemporalCli((line) => console.error(line)) });
const workflowBundlePath = join(scratch, 'workflow-bundle.js');
await bundleWorkflows(workflowBundlePath);
const engine = await connectEngine(server.address, workflowBundlePath);
try {
  await (values.sequence === undefined ? soak(engine) : playOne(engine, JSON.parse(values.sequence) as Sequence));
} finally {
  await engine.close();
  await server.stop();
  await rm(scratch, { recursive: true });
}

async function soak(on: Engine): Promise<void> {
  console.log(`seed ${values.seed}`);
  const started = Date.now();
  let played = 0;
  const told = setInterval(() => console.error(`${String(played)} sequences of ${values.runs} ...`), TOLD_EVERY_MS);
  const { broken, outcomes } = await playSequences(on, {
    seed: Number(values.seed),
    runs: Number(values.runs),
    lanes: values.path === undefined ? Number(values.lanes) : 1,
    mostCommands: Number(values['most-commands']),
    path: values.path,
    shrinkForMs: 120_000,
    onPlayed: () => (played += 1),
  }).finally(() => clearInterval(told));
  for (const one of broken) console.log(`\n${reproduction(one)}`);
  console.log(`\n${JSON.stringify(outcomes)} in ${String(Math.round((Date.now() - started) / 1000))} s`);
  process.exitCode = broken.length > 0 ? 1 : 0;
}

async function playOne(on: Engine, sequence: Sequence): Promise<void> {
  const lane = await startLane(on, 'one-sequence');
  try {
    await playSequence(lane, sequence, { onTold: (outcome) => console.log(outcome) });
  } catch (error) {
    console.log(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  } finally {
    await lane.stop();
  }
}
