import { describe, expect, test } from 'vitest';
import { runPatchbay } from './runPatchbay.js';

/** Nobody listens on the discard port. */
const NOWHERE = { TEMPORAL_ADDRESS: '127.0.0.1:9' };

describe('the command line', () => {
  test('has every command of the contract, each with examples', async () => {
    const commands = ['demo', 'dev', 'worker', 'onboard', 'status', 'watch', 'list', 'cancel', 'resume', 'retry'];
    for (const name of [...commands, 'offboard', 'verify', 'sandbox']) {
      const { code, stdout } = await runPatchbay([name, '--help']);
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
    ['a latency that no timer waits', ['sandbox', '--latency', '720h']],
    ['a region that does not exist', ['offboard', 'acme', '--region', 'mars']],
  ])('%s is a mistake of usage', async (_what, args) => {
    const { code, stdout, stderr } = await runPatchbay(args);
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).not.toBe('');
  });

  test('names every problem of an invalid request with its path, without asking Temporal', async () => {
    const input = 'connection: Acme\nregion: mars\nnumbers: [{ number: "123" }]\ncolour: red\n';
    const { code, stderr } = await runPatchbay(['onboard', '-'], { input, env: NOWHERE });
    expect(code).toBe(2);
    for (const path of ['connection:', 'region:', 'numbers[0].number:', 'colour:']) expect(stderr).toContain(path);
    expect(stderr).toContain('Nothing was changed.');
  });

  test('gives the problems of an invalid request as one JSON document', async () => {
    const { code, stdout } = await runPatchbay(['onboard', '-', '--json'], { input: '{}', env: NOWHERE });
    expect(code).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({ error: { problems: expect.arrayContaining([]) as unknown } });
  });

  test('says what to do where Temporal does not answer', async () => {
    const { code, stderr } = await runPatchbay(['list'], { env: NOWHERE });
    expect(code).toBe(2);
    expect(stderr).toContain('Temporal cannot be reached at 127.0.0.1:9: nothing listens there.');
    expect(stderr).toContain('TEMPORAL_ADDRESS');
  });

  test('names all settings that a worker misses at once', async () => {
    const { code, stderr } = await runPatchbay(['worker'], { env: NOWHERE });
    expect(code).toBe(2);
    expect(stderr).toContain('DIDWW_API_KEY');
    expect(stderr).toContain('VAPI_API_KEY');
  });
});
