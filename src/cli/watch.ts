import type { Command } from 'commander';
import { withPatchbay } from './connect.js';
import { askedOf, followRun } from './followRun.js';
import { command, type FollowOptions, type CommandContext, slug, timeoutOption } from './commandContext.js';

/** `patchbay watch SLUG`. */
export function watchCommand(context: CommandContext): Command {
  return command('watch', 'Follow the run of a connection to its end, or show how the last one ended.', [
    'patchbay watch acme-support',
    'patchbay watch acme-support --timeout 10m --json',
  ])
    .argument('<slug>', 'the connection', slug)
    .addOption(timeoutOption())
    .action((connection: string, options: FollowOptions) =>
      context.run(options, (screen) =>
        withPatchbay(context.io.env, async ({ patchbay }) => {
          const run = await patchbay.find(connection);
          const bound = options.timeout === undefined ? {} : { timeoutMs: options.timeout };
          return followRun(patchbay, run, { asked: askedOf(run), ...bound }, { io: context.io, screen });
        }),
      ),
    );
}
