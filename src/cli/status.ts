import type { Command } from 'commander';
import { NothingToActOnError, type Snapshot, type VerificationSchedule, type VerificationStanding } from '../client.js';
import { boardLines } from './output/boardText.js';
import { withPatchbay } from './connect.js';
import { EXIT } from './exitCodes.js';
import { askedOf } from './followRun.js';
import type { Screen } from './output/io.js';
import { resultLines } from './output/resultText.js';
import { verificationLines } from './output/verificationText.js';
import { command, type JsonOption, type CommandContext, slug } from './commandContext.js';

/** `patchbay status SLUG`. */
export function statusCommand(context: CommandContext): Command {
  return command('status', 'Show the state of a connection and its run.', [
    'patchbay status acme-support',
    'patchbay status acme-support --json',
  ])
    .argument('<slug>', 'the connection', slug)
    .action((connection: string, options: JsonOption) =>
      context.run(options, (screen) =>
        withPatchbay(context.io.env, async ({ patchbay }) => {
          try {
            const snapshot = await patchbay.status(connection);
            show(snapshot, screen);
            if (!screen.isJson) showVerification(await patchbay.verification(connection), snapshot, screen);
          } catch (error) {
            if (!(error instanceof NothingToActOnError)) throw error;
            const { schedule } = await patchbay.verification(connection);
            if (schedule === undefined) throw error;
            showScheduleAlone(schedule, screen);
          }
          return EXIT.done;
        }),
      ),
    );
}

function show(snapshot: Snapshot, screen: Screen): void {
  const { progress, stage = null, result } = snapshot;
  const known = result ?? progress?.result;
  const { answer: paint } = screen.paint;
  screen.answer([
    ...boardLines(snapshot, new Date(), paint),
    ...(known === undefined ? [] : spaced(resultLines(known, paint, askedOf(snapshot.run)))),
  ]);
  screen.document({ stage: progress?.stage ?? stage, steps: progress?.steps ?? [], result: known ?? null });
}

/** Said for people alone; of the newest verification nothing where the run shown is that one. */
function showVerification({ newest, ...standing }: VerificationStanding, { run }: Snapshot, screen: Screen): void {
  const other = newest === undefined || newest.run.runId === run.runId ? {} : { newest };
  const lines = verificationLines({ ...standing, ...other });
  if (lines.length > 0) screen.answer(['', ...lines]);
}

/**
 * A schedule outlives the runs that Temporal keeps, and one that was made with `--region` may come before
 * the first.
 */
function showScheduleAlone(schedule: VerificationSchedule, screen: Screen): void {
  screen.answer([`${schedule.connection}: Temporal knows no run of it`, '', ...verificationLines({ schedule })]);
  screen.document({ stage: null, steps: [], result: null });
}

const spaced = (lines: readonly string[]): readonly string[] => (lines[0] === '' ? lines : ['', ...lines]);
