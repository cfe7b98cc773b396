import type { Command } from 'commander';
import { InvalidRequestError } from '../client.js';
import { readRequest } from '../contract/request.js';
import { announceOn } from './announce.js';
import { withPatchbay } from './connect.js';
import { readRequestFile } from './requestFile.js';
import { type FollowOptions, followingCommand, followStarted, type CommandContext } from './commandContext.js';

/** `patchbay onboard FILE`. */
export function onboardCommand(context: CommandContext): Command {
  return followingCommand(
    'onboard',
    'Set up a connection, or add numbers to it, and prove with test calls that it works.',
    [
      'patchbay onboard request.yaml',
      'patchbay onboard request.yaml --json > result.json',
      'patchbay onboard - --detach < request.json',
      'patchbay onboard request.yaml --timeout 10m',
    ],
  )
    .argument('<file>', 'the request, YAML or JSON; - reads standard input')
    .action((file: string, options: FollowOptions) =>
      context.run(options, async (screen) => {
        const request = await readRequestFile(file, context.io.stdin);
        const read = readRequest(request); // before anything is connected: a wrong request needs no server to say so
        if ('problems' in read) throw new InvalidRequestError(read.problems);
        return withPatchbay(context.io.env, async (connected) => {
          const run = await connected.patchbay.onboard(request, announceOn(screen));
          return followStarted(connected, run, { options, following: { asked: 'run' }, context, screen });
        });
      }),
    );
}
