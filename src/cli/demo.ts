import { isDeepStrictEqual } from 'node:util';
import type { Command } from 'commander';
import { type CliPlaces, readCliPlaces } from '../config.js';
import type { RequestInput } from '../contract/request.js';
import type { Result } from '../contract/result.js';
import type { Sandbox } from '../sandbox/index.js';
import { boardOn } from './output/board.js';
import { EXIT } from './exitCodes.js';
import type { Screen } from './output/io.js';
import { type Parts, startParts } from './dev.js';
import { resultLines } from './output/resultText.js';
import { command, type JsonOption, type CommandContext } from './commandContext.js';

const TASK_QUEUE = 'patchbay-demo';
/** About what the real providers take, so that there is something to watch. */
const LATENCY_MS = 150;

/** `patchbay demo`. */
export function demoCommand(context: CommandContext): Command {
  return command('demo', 'Watch two onboardings on this machine, one that works and one that is rolled back.', [
    'patchbay demo',
    'npm run demo   # from a fresh checkout; sets everything up first',
  ]).action((options: JsonOption) =>
    context.run(options, async (screen) => {
      const interrupted = new AbortController();
      const off = context.io.onInterrupt(() => {
        interrupted.abort();
        off(); // the next Ctrl-C ends the process, and all parts with it
      });
      try {
        return await demo(readCliPlaces(context.io.env), screen, interrupted.signal);
      } finally {
        off();
      }
    }),
  );
}

async function demo(cli: CliPlaces, screen: Screen, signal: AbortSignal): Promise<number> {
  const workerLog: string[] = [];
  const log = { level: 'ERROR', write: (line: string) => void workerLog.push(line) } as const;
  screen.say(
    'Patchbay demo: a Temporal server, a sandbox that plays DIDWW and Vapi, and a worker, all on this machine.',
  );
  screen.say('It takes about half a minute, needs no account, and ends on its own. Ctrl-C ends it sooner.');
  const starting = startParts({ taskQueue: TASK_QUEUE, cli, say: screen.say, log, latencyMs: LATENCY_MS });
  const parts = await Promise.race([starting, abortion(signal)]);
  if (parts === undefined) return EXIT.interrupted; // what was begun ends with this process
  try {
    return await Promise.race([play({ parts, screen, signal }), parts.ended]);
  } catch (error) {
    for (const line of workerLog) screen.say(line);
    throw error;
  } finally {
    await parts.stop();
    screen.say(signal.aborted ? 'Interrupted; everything is stopped.' : 'Everything is stopped.');
  }
}

const abortion = (signal: AbortSignal): Promise<undefined> =>
  new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve(undefined), { once: true });
  });

/** What the acts of the demo are played on. */
interface Stage {
  readonly parts: Parts;
  readonly screen: Screen;
  readonly signal: AbortSignal;
}

async function play(stage: Stage): Promise<number> {
  const { parts, screen, signal } = stage;
  const { sandbox, temporal } = parts;
  if (sandbox === undefined) throw new TypeError('The demo plays on the sandbox.');
  screen.say(
    `While it runs, Temporal shows it here: ${temporal.uiUrl ?? ''}/namespaces/${temporal.namespace}/workflows`,
  );
  const verified = await firstAct(stage, sandbox);
  if (verified === undefined || signal.aborted) return EXIT.interrupted;
  const second = await secondAct(stage, sandbox);
  if (second === undefined) return EXIT.interrupted;
  screen.document({ verified, rolledBack: second.result, restored: second.isRestored });
  const isAsTold = verified.outcome === 'verified' && second.result.outcome === 'rolled-back' && second.isRestored;
  screen.answer(['', isAsTold ? CLOSING : 'This did not go as it should: see the results above.']);
  return isAsTold ? EXIT.done : EXIT.fault;
}

const CLOSING =
  'That was all. The same, to try things with, for as long as you like: patchbay dev. With your own accounts: README.md.';

/** One number, from the request to the proof by test calls. */
async function firstAct(stage: Stage, sandbox: Sandbox): Promise<Result | undefined> {
  stage.screen.answer([
    '',
    stage.screen.paint.answer.bold('1. One number is connected to an assistant, with a transfer to a person'),
  ]);
  return onboard(stage, requestFor('demo-support', sandbox.assistantId, sandbox.numbers[0]));
}

/** Another number, whose import Vapi refuses when trunks, credentials and tool are there already. */
async function secondAct(
  stage: Stage,
  sandbox: Sandbox,
): Promise<{ readonly result: Result; readonly isRestored: boolean } | undefined> {
  const { answer, paint } = stage.screen;
  answer(['', paint.answer.bold('2. Another one, but Vapi refuses to import its number half-way')]);
  const before = sandbox.state();
  sandbox.faults.fail('POST /phone-number', {
    status: 400,
    body: { message: ['This number cannot be imported (so says the demo).'], error: 'Bad Request', statusCode: 400 },
  });
  const result = await onboard(stage, requestFor('demo-sales', sandbox.assistantId, sandbox.numbers[1]));
  if (result === undefined) return undefined;
  const isRestored = isDeepStrictEqual(sandbox.state(), before);
  answer([
    '',
    isRestored
      ? paint.answer.good('Both accounts are exactly as they were before: every object and every setting compared.')
      : paint.answer.bad('The accounts differ from what they were before.'),
  ]);
  return { result, isRestored };
}

function requestFor(connection: string, assistantId: string, number = ''): RequestInput {
  return {
    connection,
    region: 'us',
    assistantId,
    numbers: [{ number, label: 'Demo line' }],
    // Both answer with the same assistant, which must be able to tell the two transfers apart.
    transfer: { destination: '+12025550100', toolName: `${connection}-transfer` },
  };
}

/** Follows an onboarding to its end and shows how it ended. Nothing where it was interrupted. */
async function onboard({ parts, screen, signal }: Stage, request: RequestInput): Promise<Result | undefined> {
  const { patchbay } = parts.connected;
  const run = await patchbay.onboard(request);
  const board = boardOn(screen);
  let result: Result | undefined;
  try {
    for await (const snapshot of patchbay.follow(run, signal)) {
      board.show(snapshot);
      result = snapshot.result;
    }
  } finally {
    board.end();
  }
  if (result !== undefined) screen.answer(['', ...resultLines(result, screen.paint.answer)]);
  return result;
}
