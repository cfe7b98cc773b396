import { PassThrough, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { EXIT } from '../../src/cli/exitCodes.js';
import { runProgram } from '../../src/cli/program.js';
import { ERROR_CLASSES } from '../../src/contract/failure.js';
import type { Outcome, Stage, StepState } from '../../src/contract/result.js';
import { searchAttributes } from '../../src/contract/searchAttributes.js';
import { stepNames } from '../../src/contract/stepNames.js';
import { allPages, codeOf, commandsOf, filesUnder, isThere, pageAt, rowsUnder, scriptsOf } from './pages.js';

const operations = pageAt('docs/operations.md');
const architecture = pageAt('docs/architecture.md');

test('every npm script that a page runs is in package.json', () => {
  const { scripts } = z
    .object({ scripts: z.record(z.string(), z.string()) })
    .parse(JSON.parse(pageAt('package.json').text));

  const unknown = allPages().flatMap((page) =>
    scriptsOf(page)
      .filter((name) => scripts[name] === undefined)
      .map((name) => `${page.path}: ${name}`),
  );

  expect(unknown).toEqual([]);
});

test('every command that a page shows is one of the program, with options that it has', async () => {
  const shown = allPages().flatMap(commandsOf);
  const helps = new Map<string, string>();
  for (const name of new Set(shown.map((command) => command.name))) helps.set(name, await helpOf(name));

  const wrong = shown.flatMap(({ page, name, options }) => {
    const help = helps.get(name) ?? '';
    const needed = [`Usage: patchbay ${name} `, ...options];
    return needed.filter((words) => !help.includes(words)).map((words) => `${page}: ${name}: ${words}`);
  });
  const alone = allPages().flatMap((page) =>
    codeOf(page).flatMap((code) => /^--[a-z-]+/.exec(code)?.slice(0, 1) ?? []),
  );
  const all = [...helps.values()].join('\n');

  expect(shown.length).toBeGreaterThan(20);
  expect(wrong).toEqual([]);
  expect(alone.filter((option) => !all.includes(option))).toEqual([]);
});

test('every file of the repository that a page names is there', () => {
  const rooms = [
    'workflows',
    'activities',
    'domain',
    'http',
    'didww',
    'vapi',
    'sandbox',
    'devserver',
    'runs',
    'client',
    'cli',
  ];
  const missing = allPages().flatMap((page) =>
    codeOf(page).flatMap((code) => {
      const named = /^(?:src|test|docs|deploy|scripts|schema|tools|bench)\/[\w./-]+$/.exec(code)?.[0];
      const inRoom = /^(\w+)\/[\w/]+\.ts$/.exec(code);
      const path = named ?? (inRoom !== null && rooms.includes(inRoom[1] ?? '') ? `src/${code}` : undefined);
      return path === undefined || isThere(path) ? [] : [`${page.path}: ${code}`];
    }),
  );

  expect(missing).toEqual([]);
});

test('every setting that a page names is one that something reads', () => {
  const readers = filesUnder(
    ['src', 'deploy', 'test/support', 'node_modules/@temporalio/envconfig/lib'],
    /\.(ts|sh|js)$/,
  )
    .map((reader) => reader.text)
    .concat(pageAt('docker-compose.yml').text)
    .join('\n');
  const named = allPages().flatMap((page) =>
    codeOf(page).flatMap((code) =>
      [...code.matchAll(/\b(?:DIDWW|VAPI|PATCHBAY|TEMPORAL|XDG)_[A-Z_]*[A-Z]\b/g)].map(
        ([name]) => `${page.path}: ${name}`,
      ),
    ),
  );

  expect(named.filter((one) => !readers.includes(nameIn(one)))).toEqual([]);
  expect(named.length).toBeGreaterThan(10);
});

test('the page for operators explains every exit code, outcome and class of failure, and no other', () => {
  const outcomes = {
    verified: true,
    done: true,
    inconclusive: true,
    'rolled-back': true,
    leftovers: true,
    refused: true,
    paused: true,
    removed: true,
  } satisfies Record<Outcome, true>;

  expect(firstColumn('Exit codes')).toEqual(Object.values(EXIT).map(String));
  expect(firstColumn('By outcome').sort()).toEqual(Object.keys(outcomes).sort());
  expect(firstColumn('By class of failure')).toEqual([...ERROR_CLASSES]);
});

test('the page for operators explains every stage, every state of a step and every search attribute', () => {
  const stages = {
    preflight: true,
    build: true,
    attach: true,
    'cut-over': true,
    verify: true,
    paused: true,
    rollback: true,
    remove: true,
    closed: true,
  } satisfies Record<Stage, true>;
  const states = {
    waiting: true,
    running: true,
    done: true,
    kept: true,
    failed: true,
    paused: true,
    undoing: true,
    undone: true,
    left: true,
    skipped: true,
  } satisfies Record<StepState, true>;
  const told = codeOf(operations).join('\n');
  const words = [
    ...Object.keys(stages),
    ...Object.keys(states),
    ...Object.values(searchAttributes).map(({ name }) => name),
  ];

  expect(words.filter((word) => !told.includes(word))).toEqual([]);
});

test('the page on architecture names every step by the name that the board shows', () => {
  const { credential, ...names } = stepNames;
  const steps = [...Object.values(names), ...Object.values(credential)].map((name) =>
    typeof name === 'function' ? name('…') : name,
  );

  expect(steps.filter((name) => !codeOf(architecture).includes(name))).toEqual([]);
});

/** The first column of the table under a heading of the page for operators, without its head. */
const firstColumn = (heading: string): string[] => rowsUnder(operations, heading).map(([first = '']) => first);

const nameIn = (named: string): string => named.slice(named.indexOf(': ') + 2).replace(/_FILE$/, '');

async function helpOf(name: string): Promise<string> {
  const stdout = new PassThrough();
  const stderr = new PassThrough();
  const io = { stdin: Readable.from([]), stdout, stderr, env: {}, onInterrupt: () => () => undefined };
  await runProgram([name, '--help'], io);
  stdout.end();
  stderr.end();
  return text(stdout);
}
