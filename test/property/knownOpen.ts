/**
 * Faults that are known and being mended: commands that would show them are passed over. Every entry is to be taken out with the change that
 * mends its fault; an empty list is the aim. `npm run soak -- --known-open` plays them all the same.
 */
import type { Command, Trouble } from './commands.js';

/** What the list needs to know of a sequence so far. */
export interface SoFar {
  /** Some list is late. */
  readonly isLagging: boolean;
  /** Whether anything of the connection stands at that moment. */
  isStanding(command: Command): boolean;
  /** Whether the order asks for a number that another connection has at that moment. */
  isTakingOver(command: Command): boolean;
}

/** Everything may be hidden at once. */
const hidesAll = (trouble: Trouble): boolean =>
  (trouble.trouble === 'empty' && trouble.list.startsWith('every list')) ||
  (trouble.trouble === 'lost' && trouble.lagMs > 0);

/** By what is wrong, what shows it. */
export const KNOWN_OPEN: Readonly<Record<string, (command: Command, soFar: SoFar) => boolean>> = {
  'a number of another connection is taken over (routing.replaceExisting) where Vapi does not list its import': (
    command,
    soFar,
  ) => soFar.isTakingOver(command),
  'an onboarding to which all lists hide a live connection imports its numbers anew, and tells all as created': (
    command,
    soFar,
  ) =>
    (command.order === 'onboard' || command.order === 'retry') &&
    soFar.isStanding(command) &&
    (soFar.isLagging || command.troubles.some(hidesAll)),
};

/** Whether the command would show a fault that is known. */
export const isKnownOpen = (command: Command, soFar: SoFar): boolean =>
  Object.values(KNOWN_OPEN).some((shows) => shows(command, soFar));
