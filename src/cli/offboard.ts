import { type Command, Option } from 'commander';
import { type Region, REGIONS } from '../domain/sip/addresses.js';
import { withPatchbay } from './connect.js';
import { type FollowOptions, followingCommand, followStarted, type CommandContext, slug } from './commandContext.js';

type OffboardOptions = FollowOptions & { readonly region?: Region };

/** `patchbay offboard SLUG`. */
export function offboardCommand(context: CommandContext): Command {
  return followingCommand('offboard', 'Remove a connection: everything that Patchbay made, and nothing else.', [
    'patchbay offboard acme-support',
    'patchbay offboard acme-support --region eu   # where Temporal no longer knows it',
  ])
    .argument('<slug>', 'the connection', slug)
    .addOption(
      new Option('--region <region>', "of the Vapi organisation; known from the connection's runs").choices(REGIONS),
    )
    .action((connection: string, options: OffboardOptions) =>
      context.run(options, (screen) =>
        withPatchbay(context.io.env, async (connected) => {
          const run = await connected.patchbay.offboard(connection, options.region);
          return followStarted(connected, run, { options, following: { asked: 'run' }, context, screen });
        }),
      ),
    );
}
