import { type Command, InvalidArgumentError, Option } from 'commander';
import { type Region, REGIONS } from '../domain/sip/addresses.js';
import { announceOn } from './announce.js';
import { withPatchbay } from './connect.js';
import { EXIT } from './exitCodes.js';
import { readRequestFile } from './requestFile.js';
import type { Screen } from './output/io.js';
import { pauseLines, scheduleText, stopText } from './output/verificationText.js';
import {
  durationIn,
  type FollowOptions,
  followingCommand,
  followStarted,
  type CommandContext,
  slug,
} from './commandContext.js';
import { durationText, LONGEST_DURATION_MS } from '../domain/text/duration.js';
import { UsageError } from './usageError.js';

type VerifyOptions = FollowOptions & {
  readonly region?: Region;
  readonly every?: number;
  readonly stop?: boolean;
  readonly transfer?: boolean;
};

/** A verification rings telephones and takes minutes. */
export const SHORTEST_INTERVAL_MS = 600_000;

/** `patchbay verify SLUG [FILE]`. */
export function verifyCommand(context: CommandContext): Command {
  return followingCommand('verify', 'Test an existing connection with calls; changes nothing.', [
    'patchbay verify acme-support',
    'patchbay verify acme-support request.yaml   # where Temporal no longer has its onboarding',
    'patchbay verify acme-support --region eu    # the same, with what exists today as the desired state',
    'patchbay verify acme-support --every 24h    # again every day at this time, without the transfer',
    'patchbay verify acme-support --stop         # no longer',
  ])
    .argument('<slug>', 'the connection', slug)
    .argument('[file]', 'the request, where Temporal no longer has it; - reads standard input')
    .addOption(
      new Option('--region <region>', "of the Vapi organisation; known from the connection's runs").choices(REGIONS),
    )
    .addOption(new Option('--every <duration>', 'repeat the test calls at this interval (6h, 24h)').argParser(interval))
    .option('--transfer', 'with --every: test the transfer each time, which calls a person')
    .option('--stop', 'end the schedule that --every made')
    .action((connection: string, file: string | undefined, options: VerifyOptions) =>
      context.run(options, async (screen) => {
        refuseContradictions(file, options);
        if (options.stop === true) return stop(context, screen, connection);
        if (options.every !== undefined)
          return schedule(context, screen, connection, { ...options, every: options.every });
        return verifyNow(context, screen, { connection, file, options });
      }),
    );
}

async function verifyNow(
  context: CommandContext,
  screen: Screen,
  { connection, file, options }: { connection: string; file: string | undefined; options: VerifyOptions },
): Promise<number> {
  const request = file === undefined ? {} : { request: await readRequestFile(file, context.io.stdin) };
  const region = options.region === undefined ? {} : { region: options.region };
  return withPatchbay(context.io.env, async (connected) => {
    const run = await connected.patchbay.verify(connection, { ...request, ...region }, announceOn(screen));
    return followStarted(connected, run, { options, following: { asked: 'verify' }, context, screen });
  });
}

function schedule(
  context: CommandContext,
  screen: Screen,
  connection: string,
  { every, transfer = false, region }: VerifyOptions & { readonly every: number },
): Promise<number> {
  return withPatchbay(context.io.env, async ({ patchbay }) => {
    const asked = { everyMs: every, transfer, ...(region === undefined ? {} : { region }) };
    const made = await patchbay.schedule(connection, asked, announceOn(screen));
    const { before, scheduleId, nextRun } = made;
    screen.answer([
      `${connection} is verified ${scheduleText(made)}.`,
      ...(before?.isEdited === true ? [`Somebody had edited the schedule in Temporal: it was ${before.timing}.`] : []),
      ...pauseLines(made),
      stopText(made),
    ]);
    screen.document({ connection, scheduleId, every: made.every, nextRun, transfer });
    return EXIT.done;
  });
}

function stop(context: CommandContext, screen: Screen, connection: string): Promise<number> {
  return withPatchbay(context.io.env, async ({ patchbay }) => {
    const scheduleId = await patchbay.unschedule(connection);
    screen.answer([`${connection} is no longer verified on a schedule.`]);
    screen.document({ connection, scheduleId });
    return EXIT.done;
  });
}

function refuseContradictions(file: string | undefined, { every, stop: ends, transfer }: VerifyOptions): void {
  const help = 'patchbay verify --help shows how they are used.';
  if (every !== undefined && ends === true) throw new UsageError('--every and --stop contradict each other.', help);
  if (transfer === true && every === undefined) throw new UsageError('--transfer belongs to --every.', help);
  if (file === undefined || (every === undefined && ends !== true)) return;
  throw new UsageError(
    'A schedule takes no request: each of its runs looks up what is wanted then.',
    'Leave the file out. Where Temporal no longer has the onboarding, it takes --region.',
  );
}

function interval(text: string): number {
  const ms = durationIn(text);
  if (ms >= SHORTEST_INTERVAL_MS && ms <= LONGEST_DURATION_MS) return ms;
  throw new InvalidArgumentError(
    `It must be from ${durationText(SHORTEST_INTERVAL_MS)} to ${durationText(LONGEST_DURATION_MS)}.`,
  );
}
