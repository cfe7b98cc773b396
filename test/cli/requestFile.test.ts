import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readRequestFile } from '../../src/cli/requestFile.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'patchbay-cli-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function file(name: string, content: string | Uint8Array): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

/** Thirty of the same in a YAML list. */
const list = (alias: string) => Array.from({ length: 30 }, () => alias).join(', ');

/** A request as somebody wrote it, byte by byte. */
const given = (name: string) => fileURLToPath(new URL(`requests/${name}`, import.meta.url));

/** How a request is refused: the exit code 2 of a `UsageError`, and its words after the file's name. */
async function refusal(path: string): Promise<string> {
  const error: unknown = await readRequestFile(path, noInput).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ name: 'UsageError' });
  return String(error).split(/\.yaml /)[1] ?? '';
}

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
    await expect(readRequestFile(path, noInput)).rejects.toThrow(
      /broken\.yaml is neither YAML nor JSON: line 2, column 1: /,
    );
  });

  test('that is empty is said to be empty', async () => {
    await expect(readRequestFile(await file('empty.yaml', '\n'), noInput)).rejects.toThrow('is empty');
  });
});

describe('the encoding of a request file', () => {
  const text = 'connection: acme\nnumbers: [{ label: Büro }]\n';
  const value = { connection: 'acme', numbers: [{ label: 'Büro' }] };

  test.each([
    ['UTF-8', Buffer.from(text)],
    ['UTF-8 after a byte order mark', Buffer.from(`\ufeff${text}`)],
    ['UTF-16 after its mark, as PowerShell writes it', Buffer.from(`\ufeff${text}`, 'utf16le')],
    ['UTF-16 with the high byte first', Buffer.from(`\ufeff${text}`, 'utf16le').swap16()],
  ])('may be %s, from a file or from standard input', async (_, bytes) => {
    expect(await readRequestFile(await file('encoded.yaml', bytes), noInput)).toEqual(value);
    expect(await readRequestFile('-', Readable.from([bytes.subarray(0, 7), bytes.subarray(7)]))).toEqual(value);
  });

  test('is UTF-16 in a request that Windows wrote', async () => {
    expect(await readRequestFile(given('request-utf16le.yaml'), noInput)).toEqual({
      connection: 'enc',
      region: 'us',
      assistantId: 'fc68b2f7-1ba3-4927-9504-2ae1dcdcd7d1',
      numbers: [{ number: '+18648301018' }],
    });
  });

  test('is never guessed: Latin-1 is refused with its line and how to convert it', async () => {
    expect(await refusal(given('label-latin1.yaml'))).toBe(
      'is not UTF-8 at line 6, perhaps Latin-1 or Windows-1252: save it as UTF-8, or convert it by ' +
        'iconv -f WINDOWS-1252 -t UTF-8.',
    );
    await expect(readRequestFile('-', Readable.from([Buffer.from(text, 'latin1')]))).rejects.toThrow(
      'Standard input is not UTF-8 at line 2',
    );
  });

  test.each([
    ['UTF-16 without a mark', Buffer.from(text, 'utf16le'), 'is UTF-16 without a byte order mark'],
    ['UTF-32', Buffer.from([0xff, 0xfe, 0, 0, 0x61, 0, 0, 0]), 'is UTF-32'],
    ['half of UTF-16', Buffer.from([0xff, 0xfe, 0x61]), 'begins like UTF-16LE and is not'],
    ['no text at all', Buffer.from('PK\u0003\u0004\u0000\u0000'), 'is not text: it holds a NUL byte'],
  ])('is named where it is %s', async (_, bytes, words) => {
    expect(await refusal(await file('encoded.yaml', bytes))).toContain(words);
  });
});

describe('what YAML offers', () => {
  test('aliases for the assistant of many numbers work, however many', async () => {
    const { numbers } = (await readRequestFile(given('yaml-many-aliases.yaml'), noInput)) as { numbers: object[] };
    expect(numbers).toHaveLength(151);
    expect(numbers.at(-1)).toMatchObject({ assistantId: 'fc68b2f7-1ba3-4927-9504-2ae1dcdcd7d1' });
    const lines = Array.from({ length: 1_000 }, (_, at) => `  - { number: "+1864831${String(1000 + at)}", label: *a }`);
    const path = await file('thousand.yaml', `connection: &a acme\nnumbers:\n${lines.join('\n')}\n`);
    expect(await readRequestFile(path, noInput)).toMatchObject({ numbers: { length: 1_000, 999: { label: 'acme' } } });
  });

  test('merge keys work', async () => {
    const path = await file(
      'merge.yaml',
      'numbers:\n  - &first { number: +18648301018, label: Desk }\n  - { <<: *first, number: +18648301019 }\n' +
        '  - { <<: [*first], label: Door }\n',
    );
    expect(await readRequestFile(path, noInput)).toEqual({
      numbers: [
        { number: '+18648301018', label: 'Desk' },
        { number: '+18648301019', label: 'Desk' },
        { number: '+18648301018', label: 'Door' },
      ],
    });
  });

  test('a document may begin and end by its marks', async () => {
    expect(await readRequestFile(await file('marks.yaml', '---\na: 1\n...\n---\n'), noInput)).toEqual({ a: 1 });
  });

  test.each([
    ['yaml-unresolved-alias.yaml', 'line 3: the alias *sales names no anchor: &sales is not above it.'],
    ['yaml-cyclic-alias.yaml', 'line 6: the alias *n is inside what &n names.'],
  ])('%s is refused with the line', async (name, words) => {
    expect(await refusal(given(name))).toBe(`cannot be used: ${words}`);
  });

  test.each([
    ['a second document', 'a: 1\n---\nb: 2\n', 'line 3: a second document begins here'],
    ['a member that is given twice', 'a: 1\nb: 2\na: 3\n', 'line 3: a member is given twice'],
    ['the same in JSON', '{ "a": 1,\n "a": 2 }', 'line 2: a member is given twice'],
    ['an alias that comes before its anchor', 'a: *x\nb: &x 1\n', 'line 1: the alias *x names no anchor'],
    ['a merge of what has no members', 'a: 1\nb:\n  <<: [x]\n', 'line 3: << merges mappings alone'],
    ['a tag', 'a: !vault x\n', 'line 1: a tag (!name) is not known'],
    ['brackets without end', `a: 1\nb: ${'['.repeat(20_000)}`, 'line 2: it is nested too deeply'],
    ['a deep list', `${'- '.repeat(500)}x`, 'line 1: it is nested too deeply'],
    [
      'aliases that multiply without end',
      `a: &a [x]\nb: &b [${list('*a')}]\nc: &c [${list('*b')}]\nd: &d [${list('*c')}]\ne: [${list('*d')}]\n`,
      'line 5: its aliases multiply to more than 200,000 values',
    ],
  ])('%s is refused in one line that names the place', async (_, content, words) => {
    const told = await refusal(await file('unsupported.yaml', content));
    expect(told).toContain(`cannot be used: ${words}`);
    expect(told).not.toMatch(/\n|YAML\.|parseAllDocuments/);
  });

  test.each([
    ['a list by dashes under a tab', 'a:\n\t- b\n', 'line 2, column 1: a tab indents it; YAML is indented by spaces.'],
    ['a value that needs quotes', 'a: @b\n', 'line 1, column 4: a value that begins with this character needs quotes.'],
    [
      'a text with a colon',
      'a: 1\nb: c: d\n',
      'line 2, column 4: a second colon, or an indentation that does not fit; a text that holds a colon needs quotes.',
    ],
  ])('%s is told in our words', async (_, content, words) => {
    expect(await refusal(await file('wrong.yaml', content))).toBe(`is neither YAML nor JSON: ${words}`);
  });
});
