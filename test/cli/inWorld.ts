import type { Result } from '../../src/contract/result.js';
import { until } from '../support/until.js';
import type { World } from '../support/world.js';
import { type Outside, type Running, runPatchbay, type Spoken, startPatchbay } from './runPatchbay.js';

/** The environment in which a command finds this world's Temporal. No provider key is in it. */
const envOf = ({ temporal, taskQueue }: World): Readonly<Record<string, string>> => ({
  TEMPORAL_ADDRESS: temporal.address,
  TEMPORAL_NAMESPACE: temporal.namespace,
  PATCHBAY_TASK_QUEUE: taskQueue,
});

/** A command finds this world's Temporal, no provider key, and a request on its standard input. */
export const outside = (world: World, request?: object): Outside => ({
  env: envOf(world),
  ...(request === undefined ? {} : { input: JSON.stringify(request) }),
});

/** Runs a command in this world to its end. */
export const patchbay = (world: World, args: readonly string[], request?: object): Promise<Spoken> =>
  runPatchbay(args, outside(world, request));

/** Runs `patchbay onboard -` to its end. */
export const onboard = (world: World, request: object = world.request(), ...options: string[]): Promise<Spoken> =>
  patchbay(world, ['onboard', '-', ...options], request);

/** The Result that a command printed with `--json`. */
export const resultIn = ({ stdout }: Spoken): Result => JSON.parse(stdout) as Result;

/** Waits until the command has said this on stderr. */
export const said = (run: Running, words: RegExp): Promise<true> =>
  until(() => words.test(run.soFar().stderr) || undefined);

/** An onboarding that stands still before its import until the gate is released. */
export async function heldOnboarding(
  world: World,
  ...options: string[]
): Promise<{ run: Running; release: () => void }> {
  const gate = world.sandbox.faults.hold('POST /phone-number');
  const run = startPatchbay(['onboard', '-', ...options], outside(world, world.request()));
  await gate.arrived;
  return { run, release: gate.release };
}
