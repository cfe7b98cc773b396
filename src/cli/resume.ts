import type { Command } from 'commander';
import { withPatchbay } from './connect.js';
import { type FollowOptions, followingCommand, followOrDetach, type CommandContext, slug } from './commandContext.js';

/** `patchbay resume SLUG`. */
export function resumeCommand(context: CommandContext): Command {
  return followingCommand('resume', 'Let a paused run retry its waiting steps.', [
    'patchbay resume acme-support',
    'patchbay resume acme-support --detach',
  ])
    .argument('<slug>', 'the connection', slug)
    .action((connection: string, options: FollowOptions) =>
      context.run(options, (screen) =>
        withPatchbay(context.io.env, async ({ patchbay }) => {
          const run = await patchbay.resume(connection);
          return followOrDetach(patchbay, run, { options, following: { asked: 'run' }, context, screen });
        }),
      ),
    );
}
