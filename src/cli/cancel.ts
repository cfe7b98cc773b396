import type { Command } from 'commander';
import { withPatchbay } from './connect.js';
import { type FollowOptions, followingCommand, followOrDetach, type CommandContext, slug } from './commandContext.js';

/** `patchbay cancel SLUG`. */
export function cancelCommand(context: CommandContext): Command {
  return followingCommand('cancel', 'Stop the run of a connection and restore everything to how it was before.', [
    'patchbay cancel acme-support',
    'patchbay cancel acme-support --detach',
  ])
    .argument('<slug>', 'the connection', slug)
    .action((connection: string, options: FollowOptions) =>
      context.run(options, (screen) =>
        withPatchbay(context.io.env, async ({ patchbay }) => {
          const run = await patchbay.cancel(connection);
          const following = { asked: 'cancel', throughPause: true } as const;
          return followOrDetach(patchbay, run, { options, following, context, screen });
        }),
      ),
    );
}
