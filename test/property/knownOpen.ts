/**
 * Faults that are known and being mended: commands that would show them are passed over. Every entry is to be taken out with the change that
 * mends its fault; an empty list is the aim. `npm run soak -- --known-open` plays them all the same.
 */
import type { Command } from './commands.js';

/** What the list needs to know of a sequence so far. */
export interface SoFar {
  /** Somebody has renamed an object of a connection. */
  readonly isRenamed: boolean;
  /** Some list is late. */
  readonly isLagging: boolean;
  /** Whether the order asks for a number that another connection has at that moment. */
  isTakingOver(command: Command): boolean;
}

/** By what is wrong, what shows it. */
export const KNOWN_OPEN: Readonly<Record<string, (command: Command, soFar: SoFar) => boolean>> = {
  'offboard finds objects by their names alone, and says `removed` of those that somebody has renamed': (
    { order },
    { isRenamed },
  ) => order === 'offboard' && isRenamed,
  'a worker with keys of other accounts takes a connection for removed, and a rollback for clean': (command) =>
    command.order === 'keys' || ('troubles' in command && JSON.stringify(command.troubles).includes('"act":"keys"')),
  'offboard believes a list that shows nothing for once, leaves what hangs on it, and says `detached` of a number that is still imported':
    (command, { isLagging }) =>
      command.order === 'offboard' &&
      (isLagging ||
        command.troubles.some((one) => one.trouble === 'empty' || (one.trouble === 'lost' && one.lagMs > 0))),
  'with routing.replaceExisting, a number of another connection is taken over where Vapi does not list its import': (
    command,
    soFar,
  ) => soFar.isTakingOver(command),
};

/** Whether the command would show a fault that is known. */
export const isKnownOpen = (command: Command, soFar: SoFar): boolean =>
  Object.values(KNOWN_OPEN).some((shows) => shows(command, soFar));
