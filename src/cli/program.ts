/**
 * The command line: one file a command (`commands/`), and what they share around it. Belongs here: reading
 * arguments, showing, exit codes. Does not: whatever another program might want to call as well
 * (`client.ts`).
 */
import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { cancelCommand } from './cancel.js';
import { demoCommand } from './demo.js';
import { devCommand } from './dev.js';
import { listCommand } from './list.js';
import { offboardCommand } from './offboard.js';
import { onboardCommand } from './onboard.js';
import { planCommand } from './plan.js';
import { resumeCommand } from './resume.js';
import { retryCommand } from './retry.js';
import { sandboxCommand } from './sandbox.js';
import { statusCommand } from './status.js';
import { verifyCommand } from './verify.js';
import { watchCommand } from './watch.js';
import { workerCommand } from './worker.js';
import { EXIT, EXIT_MEANINGS } from './exitCodes.js';
import type { Io } from './output/io.js';
import { printable } from './output/paint.js';
import { type CommandContext, commandContextOn } from './commandContext.js';

const COMMANDS: readonly ((context: CommandContext) => Command)[] = [
  demoCommand,
  devCommand,
  workerCommand,
  onboardCommand,
  planCommand,
  statusCommand,
  watchCommand,
  listCommand,
  cancelCommand,
  resumeCommand,
  retryCommand,
  offboardCommand,
  verifyCommand,
  sandboxCommand,
];

/** Runs the command line and returns its exit code. Throws nothing. */
export async function runProgram(args: readonly string[], io: Io): Promise<number> {
  let exitCode: number = EXIT.done;
  const context = commandContextOn(io, (code) => {
    exitCode = code;
  });
  try {
    await program(context).parseAsync(args, { from: 'user' });
    return exitCode;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? EXIT.done : EXIT.usage;
  }
}

function program(context: CommandContext): Command {
  const { io } = context;
  const root = new Command('patchbay')
    .description('Connects DIDWW phone numbers to Vapi voice assistants, durably, on Temporal.')
    .version(version())
    .showHelpAfterError('--help shows how it is used.')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void io.stdout.write(printable(text)),
      writeErr: (text) => void io.stderr.write(printable(text)),
    })
    .addHelpText('after', exitCodesHelp);
  for (const make of COMMANDS) root.addCommand(make(context).copyInheritedSettings(root));
  return root;
}

const exitCodesHelp = (): string =>
  ['', 'Exit codes:', ...EXIT_MEANINGS.map(([code, meaning]) => `  ${String(code).padEnd(5)}${meaning}`), ''].join(
    '\n',
  );

function version(): string {
  const file = new URL('../../package.json', import.meta.url);
  return (JSON.parse(readFileSync(file, 'utf8')) as { readonly version: string }).version;
}
