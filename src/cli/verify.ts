import type { Command } from 'commander';
import { withPatchbay } from './connect.js';
import { readRequestFile } from './requestFile.js';
import { type FollowOptions, followingCommand, followStarted, type Shell, slug } from './shell.js';

/** `patchbay verify SLUG [FILE]`. */
export function verifyCommand(shell: Shell): Command {
  return followingCommand('verify', 'Make the test calls of a connection that is set up; changes nothing.', [
    'patchbay verify acme-support',
    'patchbay verify acme-support request.yaml   # where Temporal no longer has its onboarding',
  ])
    .argument('<slug>', 'the connection', slug)
    .argument('[file]', 'the request, where Temporal no longer has it; - reads standard input')
    .action((connection: string, file: string | undefined, options: FollowOptions) =>
      shell.run(options, async (screen) => {
        const request = file === undefined ? undefined : await readRequestFile(file, shell.io.stdin);
        return withPatchbay(shell.io.env, async (connected) => {
          const run = await connected.patchbay.verify(connection, request);
          return followStarted(connected, run, { options, following: { asked: 'verify' }, shell, screen });
        });
      }),
    );
}
