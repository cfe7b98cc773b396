/**
 * Which of several objects with one owner mark are the connection's: people duplicate tools and credentials
 * at Vapi, and a duplicate carries the mark of its original. Belongs here: telling one from the other, and
 * what people are told. Does not: what proves an object ours (`activities/discovery/ownership.ts`).
 */
import type { Identified } from '../../contract/marks.js';

/** What is known of objects with one mark. */
export interface Telling<T> {
  /** It is the connection's, whatever its mark says. */
  readonly isProven: (object: T) => boolean;
  /** It was somebody's copy already when an earlier look told it from ours. */
  readonly isCopy?: (object: T) => boolean;
}

/**
 * Oldest first; those without a date, then equal ones, by id, so that every reader comes to the same order.
 */
export const oldestFirst = <T extends Identified>(found: readonly T[]): readonly T[] =>
  [...found].sort((a, b) => (a.createdAt ?? '').localeCompare(b.createdAt ?? '') || a.id.localeCompare(b.id));

/** The members of an object that tell its age. */
export const identified = ({ id, createdAt }: Identified): Identified => ({
  id,
  ...(createdAt === undefined ? {} : { createdAt }),
});

/** Objects with one mark, told apart; oldest first. */
export interface Originals<T> {
  readonly ours: readonly T[];
  readonly copies: readonly T[];
}

/**
 * Tells ours from copies. Where one is proven ours, a younger one that is not is a copy, as a copy is never
 * older than its original; an older one is ours, from a create whose answer was lost. Where none is proven,
 * all are ours: what a run left that Temporal knows nothing of has to be removed.
 */
export function originalsOf<T extends Identified>(
  found: readonly T[],
  { isProven, isCopy = () => false }: Telling<T>,
): Originals<T> {
  const byAge = oldestFirst(found);
  const proven = byAge.findIndex(isProven);
  const isOurs = (object: T, at: number): boolean =>
    isProven(object) || (!isCopy(object) && (proven === -1 || at < proven));
  return { ours: byAge.filter(isOurs), copies: byAge.filter((object, at) => !isOurs(object, at)) };
}

/** What the connection's transfer tool is called in a sentence. */
export const toolTitle = (connection: string): string => `transfer tool of ${connection}`;

/** What a credential is called in a sentence. */
export const credentialTitle = (name: string): string => `credential "${name}"`;

/** What people are told of an object with our mark that was left alone. */
export const copyLeft = (title: string, id: string): string =>
  `The ${title} (${id}) at Vapi carries Patchbay's mark and is not the connection's: somebody has copied it, or come to use it. It was left as it is.`;
