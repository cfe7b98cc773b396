import { Command, InvalidArgumentError, Option } from 'commander';
import { commandToAdd, missingSearchAttributes, type Patchbay, type StartedRun } from '../client.js';
import { DURATION_PATTERN, durationMs } from '../domain/text/duration.js';
import { unseenIn } from '../domain/text/input.js';
import { connectionSchema } from '../contract/requestShape.js';
import type { Connected } from './connect.js';
import { tell } from './output/errorText.js';
import { EXIT } from './exitCodes.js';
import { type Following, followRun, refDocument } from './followRun.js';
import { type Io, type Screen, screenOf } from './output/io.js';

/** What every command has around it. */
export interface CommandContext {
  readonly io: Io;
  /** Runs a command's work, tells its error to the person, and keeps its exit code. */
  readonly run: (options: JsonOption, work: (screen: Screen) => Promise<number>) => Promise<void>;
}

/** `--json`, which every command has. */
export interface JsonOption {
  readonly json?: boolean;
}

/** What commands that start or change a run have besides. */
export interface FollowOptions extends JsonOption {
  readonly detach?: boolean;
  readonly timeout?: number;
}

/** A shell over this outside; `finish` receives the exit code. */
export function commandContextOn(io: Io, finish: (exitCode: number) => void): CommandContext {
  return {
    io,
    async run({ json = false }, work) {
      const screen = screenOf(io, json);
      try {
        finish(await work(screen));
      } catch (error) {
        const told = tell(error);
        for (const line of told.lines) if (line !== '') screen.say(line);
        screen.document(told.document);
        finish(told.exitCode);
      }
    },
  };
}

/** A command with what all have: `--json`, and help that ends in examples. */
export function command(name: string, description: string, examples: readonly string[]): Command {
  return new Command(name)
    .description(description)
    .option('--json', 'one JSON document on stdout, progress on stderr')
    .addHelpText('after', ['', 'Examples:', ...examples.map((example) => `  ${example}`)].join('\n'));
}

/** The same for a command that starts or changes a run. */
export function followingCommand(name: string, description: string, examples: readonly string[]): Command {
  return command(name, description, examples)
    .option('--detach', 'do not follow the run: print { connection, workflowId, runId } and exit')
    .addOption(timeoutOption());
}

/** `--timeout 10m`, in milliseconds. */
export function timeoutOption(): Option {
  return new Option('--timeout <duration>', 'stop following after this long (10m, 1h); the run continues').argParser(
    durationIn,
  );
}

/** The milliseconds of a duration as an argument. */
export function durationIn(text: string): number {
  if (DURATION_PATTERN.test(text)) return durationMs(text);
  throw new InvalidArgumentError('It must be a duration such as 30s, 10m or 1h.');
}

/** The slug of a connection as an argument. */
export function slug(text: string): string {
  const read = connectionSchema.safeParse(text);
  if (read.success) return read.data;
  const unseen = unseenIn(text);
  throw new InvalidArgumentError(
    `The name of a connection is 1 to 24 of a-z, 0-9 and -.${unseen === undefined ? '' : ` What is given ${unseen}.`}`,
  );
}

/**
 * Says what somebody should know who has just started a run (followed, its board says the rest), then
 * follows it, or not with `--detach`.
 */
export async function followStarted(
  { client, patchbay }: Connected,
  run: StartedRun,
  { options, following, context, screen }: Followed,
): Promise<number> {
  if (run.joined) screen.say(joinedText(run));
  if (run.clockWarning !== undefined) screen.say(run.clockWarning);
  if (options.detach === true && !(await patchbay.hasWorker(run))) {
    screen.say('No worker polls the task queue: the run waits for one. Start it in another terminal: patchbay worker');
  }
  const missing = await missingSearchAttributes(client);
  if (missing.length > 0) {
    screen.say(
      `Temporal's lists cannot show stage and outcome until somebody runs: ${commandToAdd(missing, client.options.namespace)}`,
    );
  }
  return followOrDetach(patchbay, run, { options, following, context, screen });
}

/**
 * A verification is joined whatever it tests: whom the command announced before may not be whom it rings.
 */
function joinedText({ type, connection, workflowId, runId }: StartedRun): string {
  if (type !== 'verifyConnection') return `It is already at work: ${workflowId}, run ${runId}.`;
  return `A verification of ${connection} was under way already (run ${runId}): this follows it. It may test other numbers or leave the transfer out.`;
}

/** Follows a run, or says which it is where `--detach` is given. */
export async function followOrDetach(
  patchbay: Patchbay,
  run: StartedRun | Parameters<typeof refDocument>[0],
  { options, following, context, screen }: Followed,
): Promise<number> {
  if (options.detach !== true) {
    const bounded = options.timeout === undefined ? following : { ...following, timeoutMs: options.timeout };
    return followRun(patchbay, run, bounded, { io: context.io, screen });
  }
  screen.answer([`${run.workflowId} is under way, run ${run.runId}.`, `To watch it: patchbay watch ${run.connection}`]);
  screen.document(refDocument(run));
  return EXIT.done;
}

/** How a command follows the run that it started or changed. */
export interface Followed {
  readonly options: FollowOptions;
  readonly following: Following;
  readonly context: CommandContext;
  readonly screen: Screen;
}
