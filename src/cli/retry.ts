import type { Command } from 'commander';
import { announceOn } from './announce.js';
import { withPatchbay } from './connect.js';
import { readRequestFile } from './requestFile.js';
import { type FollowOptions, followingCommand, followStarted, type CommandContext, slug } from './commandContext.js';

/** `patchbay retry SLUG [FILE]`. */
export function retryCommand(context: CommandContext): Command {
  return followingCommand(
    'retry',
    'Repeat the newest run of a connection, where it failed or was cancelled, from its own input.',
    [
      'patchbay retry acme-support',
      'patchbay retry acme-support request.yaml   # where Temporal no longer has the run',
    ],
  )
    .argument('<slug>', 'the connection', slug)
    .argument('[file]', 'the request, where Temporal no longer has it; - reads standard input')
    .action((connection: string, file: string | undefined, options: FollowOptions) =>
      context.run(options, async (screen) => {
        const request = file === undefined ? undefined : await readRequestFile(file, context.io.stdin);
        return withPatchbay(context.io.env, async (connected) => {
          const run = await connected.patchbay.retry(connection, request, announceOn(screen));
          return followStarted(connected, run, { options, following: { asked: 'run' }, context, screen });
        });
      }),
    );
}
