/**
 * How objects of a connection are removed. The rules are here once, for every kind: ids that are known are
 * read directly; a leftover of an earlier run counts only while it carries the mark; what else carries it
 * counts only where preflight had proven that nothing of that mark was in use and it is nobody's copy;
 * whatever is in use stays.
 */
import { providerName } from '../../domain/reports/advice.js';
import type { RemovalTarget, Undone } from '../../contract/objects.js';
import { copyLeft, originalsOf } from '../../domain/objects/originals.js';
import { type Found, type Owned, stillMarked } from './ensureMarked.js';
import { conflict, isClass, stillThere, unlessGone } from '../engine/refusals.js';

/**
 * Removes what the target names and nobody uses, each whatever becomes of the others; gone already is
 * success. What is in use stays: the run's own is told by a `StepError` of class `conflict`, everything else
 * by a warning.
 */
export async function removeOwn<T extends Found>(kind: Owned<T>, target: RemovalTarget): Promise<Undone> {
  const { made, unused, marked, copies: told = [] } = target;
  const ids = new Set([...made, ...unused]);
  const known = await stillThere(
    [...ids].map((id) => ({ id })),
    (id) => kind.read(id),
  );
  const isOurs = (object: T): boolean => made.includes(object.id) || kind.carriesMark(object);
  const { ours, copies } = originalsOf(marked ? await stillMarked(kind) : [], {
    isProven: ({ id }) => ids.has(id),
    isCopy: ({ id }) => told.includes(id),
  });
  const found = [...known.filter(isOurs), ...ours];
  const kept: Used<T>[] = [];
  const failures: unknown[] = [];
  for (const object of new Map(found.map((one) => [one.id, one])).values()) {
    try {
      const used = await removeUnlessUsed(kind, object);
      if (used !== undefined) kept.push(used);
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
  const own = kept.filter(({ object }) => made.includes(object.id));
  if (own.length > 0) throw stillUsed(kind, own);
  return {
    warnings: [
      ...kept.map(({ object, uses }) => `${sentence(kind, object, uses)} It was left as it is.`),
      ...known.filter((object) => !isOurs(object)).map(({ id }) => markGone(kind, id)),
      ...copies.map(({ id }) => copyLeft(kind.title, id)),
    ],
    ...(copies.length === 0 ? {} : { copies: copies.map(({ id }) => id) }),
  };
}

const markGone = <T extends Found>({ title }: Owned<T>, id: string): string =>
  `The ${title} (${id}), which an earlier run left, carries Patchbay's mark no more. It was left as it is.`;

interface Used<T> {
  readonly object: T;
  readonly uses: readonly string[];
}

/**
 * Who kept it from being removed; undefined where it is gone. The provider itself refuses where somebody
 * began to use it in between: then it is read again, as that may stand in the object itself.
 */
async function removeUnlessUsed<T extends Found>(kind: Owned<T>, object: T): Promise<Used<T> | undefined> {
  const uses = await kind.uses(object);
  if (uses.length > 0) return { object, uses };
  try {
    await unlessGone(kind.remove(object));
    return undefined;
  } catch (error) {
    const now = isClass(error, 'conflict') ? await unlessGone(kind.read(object.id)) : undefined;
    const since = now === undefined ? [] : await kind.uses(now);
    if (now === undefined || since.length === 0) throw error;
    return { object: now, uses: since };
  }
}

const stillUsed = <T extends Found>(kind: Owned<T>, used: readonly Used<T>[]) =>
  conflict(
    kind.provider,
    used.map(({ object, uses }) => sentence(kind, object, uses)).join(' '),
    `See at ${providerName(kind.provider)} that nobody needs it any more, then remove it.`,
  );

function sentence<T extends Found>(kind: Owned<T>, object: T, uses: readonly string[]): string {
  const remedy = kind.remedy?.(object);
  const used = `The ${kind.title} (${object.id}) is still in use by ${uses.join(', ')}.`;
  return remedy === undefined ? used : `${used} ${remedy}`;
}
