/**
 * How an object that carries our mark is brought to stand: looked for, adopted, recreated or created. The
 * rules are here once, for every kind. Belongs here: adoption, leftovers, copies, taken names. Does not:
 * what an object looks like at its provider (one file a kind).
 */
import { describeDifferences, type Difference } from '../../domain/objects/difference.js';
import { providerName } from '../../domain/reports/advice.js';
import type { Provider } from '../../contract/failure.js';
import { StepError } from '../engine/failures.js';
import { oldestFirst } from '../../domain/objects/originals.js';
import { conflict, isClass, stillThere, unlessGone } from '../engine/refusals.js';

/** What the rules need of an object. */
export interface Found {
  readonly id: string;
  readonly createdAt?: string;
}

/** One kind of object of one connection, to be found and taken away. */
export interface Owned<T extends Found> {
  readonly provider: Exclude<Provider, 'patchbay'>;
  /** What it is called in a sentence: `outbound trunk "patchbay acme out"`. */
  readonly title: string;
  /** All objects that carry our mark. */
  look(): Promise<readonly T[]>;
  read(id: string): Promise<T>;
  /**
   * Whether it carries our mark, as it was read just now: a list may show one that somebody has taken away.
   */
  carriesMark(found: T): boolean;
  /** Who needs it at this moment, such as the numbers routed to it; empty: it may be taken away. */
  uses(found: T): Promise<readonly string[]>;
  /** What a person has to do before it can be removed; undefined: nothing. */
  remedy?(found: T): string | undefined;
  remove(found: T): Promise<unknown>;
}

/** One kind of object of one connection, to be brought to stand. */
export interface MarkedKind<T extends Found> extends Owned<T> {
  /** What is not as wanted; empty: it fits. */
  differences(found: T): readonly Difference[];
  create(): Promise<T>;
  /** Where names are unique: whoever has ours. */
  lookByName?(): Promise<readonly T[]>;
}

/**
 * The one object of this kind, as wanted. One that fits is adopted; a leftover that differs and that nobody
 * needs is recreated; of several the one in use that fits is kept, else the oldest that fits, and unneeded
 * others are taken away. The look is spared where the object was seen absent (`isSnapshotFresh`). Throws
 * `StepError` of class `conflict` where one that differs is in use, or where the name belongs to somebody
 * else.
 */
export async function ensureMarked<T extends Found>(kind: MarkedKind<T>, isSeenAbsent: boolean): Promise<T> {
  if (!isSeenAbsent) {
    const existing = await adopt(kind, await stillMarked(kind));
    if (existing !== undefined) return existing;
  }
  try {
    return await kind.create();
  } catch (error) {
    if (!isClass(error, 'conflict') || kind.lookByName === undefined) throw error;
    return adoptNamesake(kind, await stillThere(await kind.lookByName(), (id) => kind.read(id)));
  }
}

/** What carries our mark, as it is now. */
export async function stillMarked<T extends Found>(kind: Owned<T>): Promise<readonly T[]> {
  const found = await stillThere(await kind.look(), (id) => kind.read(id));
  return found.filter((object) => kind.carriesMark(object));
}

async function adopt<T extends Found>(kind: MarkedKind<T>, found: readonly T[]): Promise<T | undefined> {
  const [first, ...others] = oldestFirst(found);
  if (first === undefined) return undefined;
  if (others.length === 0 && fits(kind, first)) return first;

  const used = await withUses(kind, [first, ...others]);
  const fitting = used.filter(({ object }) => fits(kind, object));
  const kept = fitting.find(({ uses }) => uses.length > 0) ?? fitting[0];
  const needed = used.find(({ uses }) => uses.length > 0);
  if (kept === undefined && needed !== undefined) throw differsInUse(kind, needed.object, needed.uses);
  for (const { object, uses } of used) {
    if (object !== kept?.object && uses.length === 0) await unlessGone(kind.remove(object));
  }
  return kept?.object;
}

async function withUses<T extends Found>(
  kind: MarkedKind<T>,
  found: readonly T[],
): Promise<readonly { readonly object: T; readonly uses: readonly string[] }[]> {
  return Promise.all(found.map(async (object) => ({ object, uses: await kind.uses(object) })));
}

/** The create was told that the name is taken: by ours, made a moment ago, or by somebody else's. */
function adoptNamesake<T extends Found>(kind: MarkedKind<T>, namesakes: readonly T[]): T {
  const ours = namesakes.find((found) => kind.carriesMark(found));
  if (ours === undefined) throw nameTaken(kind, namesakes[0]);
  const differences = kind.differences(ours);
  if (differences.length === 0) return ours;
  throw conflict(
    kind.provider,
    `The ${kind.title} (${ours.id}) was made meanwhile with other settings: ${describeDifferences(differences)}.`,
    'Wait for the other run of this connection to end, then retry.',
  );
}

function nameTaken<T extends Found>({ provider, title }: MarkedKind<T>, holder: T | undefined): StepError {
  const at = providerName(provider);
  if (holder !== undefined) {
    return conflict(
      provider,
      `Another object (${holder.id}) at ${at} has the name of the ${title} and does not carry Patchbay's mark; it was left as it is.`,
      'Rename or remove it, or choose another connection name, then retry.',
    );
  }
  // Worth another look: one of ours that was made a moment ago may not be shown yet.
  return new StepError({
    provider,
    class: 'unexpected-answer',
    message: `${at} says that the name of the ${title} is taken, and shows nothing of that name: perhaps a trunk group has it.`,
    action: `Look at ${at} what has the name; rename or remove it, then retry.`,
  });
}

function differsInUse<T extends Found>(kind: MarkedKind<T>, object: T, uses: readonly string[]): StepError {
  return conflict(
    kind.provider,
    `The ${kind.title} (${object.id}) exists with other settings and is in use by ${uses.join(', ')}: ${describeDifferences(kind.differences(object))}.`,
    'Give the request the current settings, or offboard the connection first, then retry.',
  );
}

const fits = <T extends Found>(kind: MarkedKind<T>, found: T): boolean => kind.differences(found).length === 0;
