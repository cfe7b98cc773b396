/**
 * What stands in all accounts at one moment, by id: what the oracle compares. Not here: who made it
 * (`ledger.ts`).
 */
import { isDeepStrictEqual } from 'node:util';
import type { Sandbox, SandboxState } from '../../src/sandbox/index.js';

/** An account: of which pair of providers, and which of them. */
export type AccountName = `${'own' | 'other'}.${keyof SandboxState}`;

/** The kinds of object that accounts hold, by the names of their tables. */
export type Kind =
  'outboundTrunks' | 'inboundTrunks' | 'groups' | 'dids' | 'assistants' | 'tools' | 'credentials' | 'phoneNumbers';

/** An object of an account. */
export interface Thing {
  readonly account: AccountName;
  readonly kind: Kind;
  readonly id: string;
  readonly row: Readonly<Record<string, unknown>>;
}

/** Every object of every account by id; ids are unique across accounts. */
export type Things = ReadonlyMap<string, Thing>;

/** Where a DID's calls go. */
export interface Place {
  readonly voiceInTrunkId: unknown;
  readonly voiceInTrunkGroupId: unknown;
}

/** All objects of these pairs of accounts, each by its name. */
export function thingsOf(pairs: readonly (readonly [name: string, Sandbox])[]): Things {
  const things = new Map<string, Thing>();
  for (const [pair, sandbox] of pairs) {
    for (const [provider, tables] of Object.entries(sandbox.state())) {
      for (const [kind, rows] of Object.entries(tables as Readonly<Record<string, readonly unknown[]>>)) {
        for (const row of rows as readonly Thing['row'][]) {
          const id = String(row['id']);
          things.set(id, { account: `${pair}.${provider}` as AccountName, kind: kind as Kind, id, row });
        }
      }
    }
  }
  return things;
}

/** What somebody did in between: objects that are new, that are gone, and members that have other values. */
export interface Edit {
  readonly added: readonly Thing[];
  readonly removed: readonly string[];
  readonly changed: readonly { readonly id: string; readonly members: Readonly<Record<string, unknown>> }[];
}

/** The difference between two moments. */
export function editBetween(before: Things, after: Things): Edit {
  return {
    added: [...after.values()].filter(({ id }) => !before.has(id)),
    removed: [...before.keys()].filter((id) => !after.has(id)),
    changed: [...after.values()].flatMap(({ id, row }) => {
      const old = before.get(id)?.row;
      if (old === undefined || isDeepStrictEqual(old, row)) return [];
      const members = Object.entries(row).filter(([key, value]) => !isDeepStrictEqual(value, old[key]));
      return [{ id, members: Object.fromEntries(members) }];
    }),
  };
}

/**
 * The objects as they would be if these edits alone had been made. Of what has come and gone meanwhile
 * nothing is known.
 */
export function withEdits(things: Things, edits: readonly Edit[]): Things {
  const edited = new Map(things);
  for (const { added, removed, changed } of edits) {
    for (const thing of added) edited.set(thing.id, thing);
    for (const id of removed) edited.delete(id);
    for (const { id, members } of changed) {
      const thing = edited.get(id);
      if (thing !== undefined) edited.set(id, { ...thing, row: { ...thing.row, ...members } });
    }
  }
  return edited;
}

/** The value at a path of members. */
export function at(thing: Thing | undefined, ...path: readonly string[]): unknown {
  let value: unknown = thing?.row;
  for (const member of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = (value as Readonly<Record<string, unknown>>)[member];
  }
  return value;
}

/** The tools that an assistant lists. */
export const toolsOf = (assistant: Thing): readonly string[] => {
  const ids = at(assistant, 'model', 'toolIds');
  return Array.isArray(ids) ? ids.map(String) : [];
};

/** Where a DID's calls go. */
export const placeOf = ({ row }: Thing): Place => ({
  voiceInTrunkId: row['voiceInTrunkId'],
  voiceInTrunkGroupId: row['voiceInTrunkGroupId'],
});

/** The DID of a number. */
export const didOf = (things: Things, number: string): Thing | undefined =>
  [...things.values()].find(({ kind, row }) => kind === 'dids' && `+${String(row['number'])}` === number);

/** The object in few words, for a violation. */
export const worded = ({ account, kind, id, row }: Thing): string =>
  `${account} ${kind} ${id} ${JSON.stringify(row['name'] ?? row['number'] ?? '')}`;

/** Members that differ, for a violation. */
export function differing(before: Thing, now: Thing): string {
  const members = Object.keys({ ...before.row, ...now.row }).filter(
    (member) => !isDeepStrictEqual(before.row[member], now.row[member]),
  );
  return members
    .map((member) => `${member} ${JSON.stringify(before.row[member])} → ${JSON.stringify(now.row[member])}`)
    .join(', ');
}
