import { PassThrough } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { screenOf } from '../../src/cli/output/io.js';
import { paintFor } from '../../src/cli/output/paint.js';
import { resultLines } from '../../src/cli/output/resultText.js';
import type { Result } from '../../src/contract/result.js';
import { runPatchbay } from './runPatchbay.js';

const ESC = '\u001b';
const CONTROLS = /[^\P{Cc}\n]|[\p{Bidi_Control}\u2028\u2029]/u;
/** What makes a terminal do something, and what a reader should see of it. */
const HOSTILE = [
  ['a colour', `a${ESC}[31mb${ESC}[0m`, 'ab'],
  ['a colour that we use ourselves', `a${ESC}[32mb${ESC}[39m`, 'ab'],
  ['a concealed text', `a${ESC}[8mb`, 'ab'],
  ['a cleared screen', `a${ESC}[2J${ESC}[Hb`, 'ab'],
  ['a title', `a${ESC}]0;title\u0007b`, 'ab'],
  ['a link', `a${ESC}]8;;http://x${ESC}\\link${ESC}]8;;${ESC}\\b`, 'alinkb'],
  ['a lone escape', `a${ESC}b`, 'ab'],
  ['eight-bit controls', 'a\u009b31mb\u0090', 'ab'],
  ['a carriage return and backspaces', 'a\r\b\bb', 'ab'],
  ['a bell, a null, a delete', 'a\u0007\u0000\u007fb', 'ab'],
  ['overrides of direction', 'a\u202e\u2066\u200f\u061cb\u2069', 'ab'],
  ['line separators', 'a\u2028\u2029b', 'ab'],
  ['what is no control at all', 'ä 👩‍💻\tz\nnext', 'ä 👩‍💻\tz\nnext'],
] as const;

describe("what providers and requests say reaches a person's terminal without control characters", () => {
  test.each(HOSTILE)('%s', (_, text, shown) => {
    const { screen, stdout, stderr } = givenScreen();

    screen.answer([text, screen.paint.answer.bold(text)]);
    screen.say(text);
    screen.say(screen.paint.progress.good(text));

    expect(stdout()).toBe(`${shown}\n${ESC}[1m${shown}${ESC}[22m\n`);
    expect(stderr()).toBe(`${shown}\n${ESC}[32m${shown}${ESC}[39m\n`);
  });

  test.each(HOSTILE)('on the board that is drawn over: %s', (_, text, shown) => {
    const [hostile, harmless] = [text, shown].map((line) => {
      const { screen, stderr } = givenScreen();
      screen.draw([line, screen.paint.progress.bad(line)]);
      screen.draw.end();
      return stderr();
    });

    expect(hostile).toBe(harmless);
  });

  test.each(HOSTILE)('as JSON, which says the same in printable characters: %s', (_, text) => {
    const { screen, stdout } = givenScreen(true);

    screen.document({ text });

    expect(stdout()).not.toMatch(CONTROLS);
    expect(JSON.parse(stdout())).toEqual({ text });
  });

  test('colours within colours are ours alone', () => {
    const { screen, stdout } = givenScreen();
    const { bold, bad } = screen.paint.answer;

    screen.answer(resultLines(resultOf(`no ${ESC}[32mway`), screen.paint.answer));
    screen.answer([bad(bold('x'))]);

    expect(stdout()).toBe(
      [
        `${ESC}[33m${ESC}[1macme: set up, but the test calls prove too little${ESC}[22m${ESC}[39m`,
        'To make the test calls again: patchbay verify acme',
        '',
        `${ESC}[1mMind${ESC}[22m`,
        '  no way',
        `${ESC}[31m${ESC}[1mx${ESC}[22m${ESC}[39m\n`,
      ].join('\n'),
    );
  });

  test('nor does what a request says, or an argument', async () => {
    const input = `{ "colour${ESC}[31m\u202e\u009b": 1 }`.replaceAll(ESC, '\\u001b');
    const request = await runPatchbay(['onboard', '-'], { input });
    const argument = await runPatchbay([`onbord${ESC}[31m\u202e`]);

    expect(request.stderr).toContain('  colour: is not a known member: it contains an invisible character (U+001B)');
    expect(argument.stderr).toContain("unknown command 'onbord'");
    for (const { stderr } of [request, argument]) expect(stderr).not.toMatch(CONTROLS);
  });
});

test('what is painted for no terminal is the text itself', () => {
  expect(paintFor({}, {}).bad('x')).toBe('x');
});

const resultOf = (warning: string): Result => ({
  outcome: 'inconclusive',
  connection: 'acme',
  objects: [],
  numbers: [],
  verification: [],
  leftovers: [],
  warnings: [warning],
});

/** A screen on two terminals, and what they were sent. */
function givenScreen(isJson = false) {
  const [stdout, stderr] = [terminal(), terminal()];
  const io = {
    stdin: new PassThrough(),
    stdout: stdout.stream,
    stderr: stderr.stream,
    env: {},
    onInterrupt: () => () => undefined,
  };
  return { screen: screenOf(io, isJson), stdout: stdout.text, stderr: stderr.text };
}

function terminal() {
  const chunks: string[] = [];
  const stream = new PassThrough().setEncoding('utf8').on('data', (chunk: string) => chunks.push(chunk));
  return { stream: Object.assign(stream, { isTTY: true, columns: 120, rows: 40 }), text: () => chunks.join('') };
}
