import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readRequestFile } from '../../src/cli/requestFile.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'patchbay-cli-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function file(name: string, content: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

/** Twelve of the same in a YAML list. */
const list = (alias: string) => Array.from({ length: 12 }, () => alias).join(', ');

const noInput = Readable.from([]);

describe('a request file', () => {
  test('may be YAML', async () => {
    const path = await file('request.yaml', 'connection: acme\nnumbers:\n  - number: "+18648301018"\n');
    expect(await readRequestFile(path, noInput)).toEqual({ connection: 'acme', numbers: [{ number: '+18648301018' }] });
  });

  test('may be JSON', async () => {
    const path = await file('request.json', '{ "connection": "acme", "limits": { "channels": 3 } }');
    expect(await readRequestFile(path, noInput)).toEqual({ connection: 'acme', limits: { channels: 3 } });
  });

  test('may be standard input', async () => {
    expect(await readRequestFile('-', Readable.from(['connection: ', 'acme\n']))).toEqual({ connection: 'acme' });
  });

  test('keeps a phone number that was written without quotes', async () => {
    const path = await file('plain.yaml', 'number: +18648301018\nchannels: 10\nbalance: -5\n');
    expect(await readRequestFile(path, noInput)).toEqual({ number: '+18648301018', channels: 10, balance: -5 });
  });

  test('that does not exist is said to be missing', async () => {
    await expect(readRequestFile(join(folder, 'none.yaml'), noInput)).rejects.toThrow('there is no such file');
  });

  test('that is neither YAML nor JSON is refused with the place', async () => {
    const path = await file('broken.yaml', 'connection: [acme\nregion: us\n');
    await expect(readRequestFile(path, noInput)).rejects.toThrow(/neither YAML nor JSON: .*line \d+/);
  });

  test.each([
    [
      'whose aliases multiply without end',
      `a: &a [x]\nb: &b [${list('*a')}]\nc: &c [${list('*b')}]\nd: [${list('*c')}]\n`,
    ],
    ['that names an anchor which is not there', 'numbers: *nothing\n'],
  ])('%s is refused as what it is, not as a fault of ours', async (_, content) => {
    const path = await file('aliases.yaml', content);
    await expect(readRequestFile(path, noInput)).rejects.toMatchObject({
      name: 'UsageError',
      message: expect.stringMatching(/aliases\.yaml is neither YAML nor JSON: /) as unknown,
    });
  });

  test('that is empty is said to be empty', async () => {
    await expect(readRequestFile(await file('empty.yaml', '\n'), noInput)).rejects.toThrow('is empty');
  });
});
