import type { Command } from 'commander';
import type { ListedConnection } from '../client.js';
import { withPatchbay } from './connect.js';
import { EXIT } from './exitCodes.js';
import { command, type JsonOption, type CommandContext } from './commandContext.js';

/** `patchbay list`. */
export function listCommand(context: CommandContext): Command {
  return command('list', 'List the connections that Temporal knows, with stage and outcome.', [
    'patchbay list',
    'patchbay list --json',
  ]).action((options: JsonOption) =>
    context.run(options, (screen) =>
      withPatchbay(context.io.env, async ({ patchbay }) => {
        const connections = await patchbay.list();
        screen.answer(connections.length === 0 ? ['Temporal knows no connection yet.'] : table(connections));
        screen.document(connections);
        return EXIT.done;
      }),
    ),
  );
}

function table(connections: readonly ListedConnection[]): string[] {
  const rows = connections.map(({ connection, stage, outcome }) => [connection, stage ?? 'unknown', outcome ?? '']);
  const all = [['CONNECTION', 'STAGE', 'OUTCOME'], ...rows];
  const widths = [0, 1, 2].map((column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  return all.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
