import { PassThrough, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { runProgram } from '../../src/cli/program.js';
import type { World } from './world.js';

/** What a command said and how it ended. */
export interface Said {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs `patchbay` with these words against the Temporal of this world, as a person does who has no provider
 * key.
 */
export async function say({ temporal, taskQueue }: World, ...words: readonly string[]): Promise<Said> {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const env = {
    TEMPORAL_ADDRESS: temporal.address,
    TEMPORAL_NAMESPACE: temporal.namespace,
    PATCHBAY_TASK_QUEUE: taskQueue,
  };
  const reading = Promise.all([text(stdout), text(stderr)]);
  const code = await runProgram(words, {
    stdin: Readable.from(['']),
    stdout,
    stderr,
    env,
    onInterrupt: () => () => undefined,
  });
  stdout.end();
  stderr.end();
  const [out, err] = await reading;
  return { code, stdout: out, stderr: err };
}
