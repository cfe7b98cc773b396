import { PassThrough, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';
import type { Io } from '../../src/cli/screen/io.js';
import { runProgram } from '../../src/cli/program.js';

interface Spoken {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function patchbay(args: readonly string[], { env = {}, input = '' } = {}): Promise<Spoken> {
  const stdout = new PassThrough();
  const stderr = new PassThrough();
  const io: Io = { stdin: Readable.from([input]), stdout, stderr, env, onInterrupt: () => () => undefined };
  const code = await runProgram(args, io);
  stdout.end();
  stderr.end();
  const [out, err] = await Promise.all([text(stdout), text(stderr)]);
  return { code, stdout: out, stderr: err };
}

/** Nobody listens on the discard port. */
const NOWHERE = { TEMPORAL_ADDRESS: '127.0.0.1:9' };

describe('the command line', () => {
  test('has every command of the contract, each with examples', async () => {
    const commands = ['demo', 'dev', 'worker', 'onboard', 'status', 'watch', 'list', 'cancel', 'resume', 'retry'];
    for (const name of [...commands, 'offboard', 'verify', 'sandbox']) {
      const { code, stdout } = await patchbay([name, '--help']);
      expect(code, name).toBe(0);
      expect(stdout, name).toContain('Examples:');
      expect(stdout, name).toContain('--json');
    }
  });

  test.each([
    ['an unknown command', ['onbord', 'x.yaml']],
    ['a missing file argument', ['onboard']],
    ['an unknown option', ['list', '--all']],
    ['a slug that cannot be one', ['status', 'Acme Support']],
    ['a time-out that is no duration', ['watch', 'acme', '--timeout', 'soon']],
    ['a region that does not exist', ['offboard', 'acme', '--region', 'mars']],
  ])('%s is a mistake of usage', async (_what, args) => {
    const { code, stdout, stderr } = await patchbay(args);
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).not.toBe('');
  });

  test('names every problem of an invalid request with its path, without asking Temporal', async () => {
    const input = 'connection: Acme\nregion: mars\nnumbers: [{ number: "123" }]\ncolour: red\n';
    const { code, stderr } = await patchbay(['onboard', '-'], { input, env: NOWHERE });
    expect(code).toBe(2);
    for (const path of ['connection:', 'region:', 'numbers[0].number:', 'colour:']) expect(stderr).toContain(path);
    expect(stderr).toContain('Nothing was changed.');
  });

  test('gives the problems of an invalid request as one JSON document', async () => {
    const { code, stdout } = await patchbay(['onboard', '-', '--json'], { input: '{}', env: NOWHERE });
    expect(code).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({ error: { problems: expect.arrayContaining([]) as unknown } });
  });

  test('says what to do where Temporal does not answer', async () => {
    const { code, stderr } = await patchbay(['list'], { env: NOWHERE });
    expect(code).toBe(2);
    expect(stderr).toContain('Temporal does not answer at 127.0.0.1:9');
    expect(stderr).toContain('TEMPORAL_ADDRESS');
  });

  test('names all settings that a worker misses at once', async () => {
    const { code, stderr } = await patchbay(['worker'], { env: NOWHERE });
    expect(code).toBe(2);
    expect(stderr).toContain('DIDWW_API_KEY');
    expect(stderr).toContain('VAPI_API_KEY');
  });
});
