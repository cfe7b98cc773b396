/**
 * bench/: what an onboarding costs in time and memory, beside the best plain script for the same objects,
 * on a Temporal of its own and the sandbox. Here: the measurements and how they are shown; the latest
 * figures of a quiet machine are in README.md. Not here: anything that a test asserts. No timing is
 * asserted anywhere.
 */
import { writeFile } from 'node:fs/promises';
import { Command, InvalidArgumentError } from 'commander';
import { traceOf } from './histories.js';
import { measureCrowd, measureManyNumbers, measureRollback, measureSingle } from './measurements.js';
import {
  type BenchReport,
  crowdLines,
  currentLoad,
  headLines,
  manyNumbersLines,
  rollbackLines,
  singleLines,
  thisMachine,
} from './report.js';
import { startRig, Stops } from './rig.js';

interface Options {
  readonly runs: number;
  readonly warmUp: number;
  readonly atOnce: number;
  readonly numbers: number;
  readonly latency: number;
  /** A file, or `true` for stdout. */
  readonly json?: string | true;
  readonly trace?: true;
}

const ROLLBACKS = 5;
const INTERRUPTED = 130;

await main();

async function main(): Promise<void> {
  const options = readOptions();
  const stops = new Stops();
  const interrupted = interruption();
  const work = bench(options, stops);
  work.catch(() => undefined); // what is still under way after an interruption fails when everything is stopped
  try {
    if ((await Promise.race([work, interrupted])) === 'interrupted') process.exitCode = INTERRUPTED;
  } catch (error) {
    say(error instanceof Error ? (error.stack ?? error.message) : 'The bench failed.');
    process.exitCode = 1;
  } finally {
    await stops.run();
    say(process.exitCode === INTERRUPTED ? 'Interrupted; everything is stopped.' : 'Everything is stopped.');
  }
  process.exit(); // an interrupted measurement may still wait for something
}

/** Settles when somebody asks us to stop. Further signals change nothing: stopping takes a moment. */
function interruption(): Promise<'interrupted'> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => resolve('interrupted'));
  });
}

function readOptions(): Options {
  return new Command('npm run bench --')
    .description(
      'Measures onboardings by workflow beside a plain script, on this machine, with a Temporal server and a sandbox of its own.',
    )
    .option('--json [file]', 'the figures as JSON, into this file, or on stdout (the table then goes to stderr)')
    .option('--runs <count>', 'single runs that count', count, 15)
    .option('--warm-up <count>', 'single runs before them', count, 5)
    .option('--at-once <count>', 'onboardings at once', count, 50)
    .option('--numbers <count>', 'numbers of one large onboarding', count, 100)
    .option('--latency <ms>', 'what every answer of the sandbox takes', count, 100)
    .option('--trace', 'show what happened in the last single run, event by event')
    .parse()
    .opts<Options>();
}

function count(text: string): number {
  if (!/^[0-9]{1,5}$/.test(text)) throw new InvalidArgumentError('It must be a whole number.');
  return Number(text);
}

async function bench({ runs, warmUp, atOnce, numbers, latency, json, trace }: Options, stops: Stops): Promise<void> {
  const load = currentLoad();
  const show = (lines: readonly string[]): void => {
    (json === true ? process.stderr : process.stdout).write(`\n${lines.join('\n')}\n\n`);
  };
  say('Starting a Temporal dev server, the sandbox and a worker, usually 5 seconds ...');
  const rig = await startRig({ latencyMs: latency, numbers: Math.max(atOnce, numbers, 1) }, stops, say);
  const settings = { latencyMs: latency, runs, warmUp };

  say(
    `Measuring ${String(runs)} onboardings by workflow and by script in turn, about ${seconds((runs + warmUp) * 1.3)} ...`,
  );
  const { last, ...single } = await measureSingle(rig, runs, warmUp);
  if (trace === true) show(await traceOf(rig.client, last));
  show(singleLines(single));

  say(`Measuring ${String(ROLLBACKS)} rollbacks, about ${seconds(ROLLBACKS * 2)} ...`);
  const rollback = await measureRollback(rig, ROLLBACKS);
  show(rollbackLines(rollback));

  say(`Measuring one onboarding of ${String(numbers)} numbers, about ${seconds(5 + numbers / 20)} ...`);
  const manyNumbers = await measureManyNumbers(rig, numbers);
  show(manyNumbersLines(manyNumbers));

  say(`Measuring ${String(atOnce)} onboardings at once, about ${seconds(5 + atOnce / 5)} ...`);
  const own = await measureCrowd(rig, atOnce, 'one each');
  show(crowdLines(own));

  say(
    `Measuring ${String(atOnce)} that share an assistant, whose edits wait for one another, about ${seconds(5 + atOnce / 3)} ...`,
  );
  const shared = await measureCrowd(rig, atOnce, 'one for all');
  show(crowdLines(shared));

  const report: BenchReport = {
    date: new Date().toISOString(),
    machine: thisMachine(load),
    settings,
    single,
    rollback,
    manyNumbers,
    crowds: [own, shared],
  };
  show(headLines(report));
  await hand(report, json);
}

async function hand(report: BenchReport, json: Options['json']): Promise<void> {
  const document = `${JSON.stringify(report, undefined, 2)}\n`;
  if (json === true) process.stdout.write(document);
  if (typeof json === 'string') await writeFile(json, document);
}

function seconds(count: number): string {
  return `${String(Math.ceil(count))} seconds`;
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}
