import { type Command, Option } from 'commander';
import { type Region, REGIONS } from '../domain/sip.js';
import { announceOn } from './announce.js';
import { withPatchbay } from './connect.js';
import { readRequestFile } from './requestFile.js';
import { type FollowOptions, followingCommand, followStarted, type Shell, slug } from './shell.js';

type VerifyOptions = FollowOptions & { readonly region?: Region };

/** `patchbay verify SLUG [FILE]`. */
export function verifyCommand(shell: Shell): Command {
  return followingCommand('verify', 'Make the test calls of a connection that is set up; changes nothing.', [
    'patchbay verify acme-support',
    'patchbay verify acme-support request.yaml   # where Temporal no longer has its onboarding',
    'patchbay verify acme-support --region eu    # the same, taking what stands today as wanted',
  ])
    .argument('<slug>', 'the connection', slug)
    .argument('[file]', 'the request, where Temporal no longer has it; - reads standard input')
    .addOption(
      new Option('--region <region>', "of the Vapi organisation; known from the connection's runs").choices(REGIONS),
    )
    .action((connection: string, file: string | undefined, { region, ...options }: VerifyOptions) =>
      shell.run(options, async (screen) => {
        const request = file === undefined ? {} : { request: await readRequestFile(file, shell.io.stdin) };
        const given = { ...request, ...(region === undefined ? {} : { region }) };
        return withPatchbay(shell.io.env, async (connected) => {
          const run = await connected.patchbay.verify(connection, given, announceOn(screen));
          return followStarted(connected, run, { options, following: { asked: 'verify' }, shell, screen });
        });
      }),
    );
}
