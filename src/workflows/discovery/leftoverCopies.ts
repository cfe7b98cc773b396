/**
 * Which tools and credentials with the marks of a connection are ours, and which are somebody's copies, of
 * what the last look shows. Does not: the rule (`domain/objects/originals.ts`), and what preflight found
 * (`activities/preflight/leftovers.ts`).
 */
import type { Copy, Recalled, DiscoveredObjects } from '../../contract/discovery.js';
import { CREDENTIAL_ROLES, credentialName, type CredentialRole, type Identified } from '../../contract/marks.js';
import { copyLeft, credentialTitle, originalsOf, toolTitle } from '../../domain/objects/originals.js';

type Role = { readonly role: CredentialRole };

/** What is known of objects with our marks. */
export interface KnownMarks {
  /** Those that are ours, whether or not they still stand. */
  readonly ours: {
    readonly tools: readonly Identified[];
    readonly credentials: readonly (Identified & Role)[];
  };
  /** Ids that are ours, of which nothing more is known. */
  readonly ids: readonly string[];
  /** Ids that were told as somebody's copies. */
  readonly copies: readonly string[];
}

/** What earlier runs tell of objects with our marks. */
export const knownByRuns = ({ known, copies }: Recalled): KnownMarks => ({
  ours: { tools: [], credentials: [] },
  ids: [...known.tools, ...known.credentials],
  copies,
});

/** What was discovered, without somebody's copies, and what is told of them. */
export function withoutCopies(
  connection: string,
  discovered: DiscoveredObjects,
  known: KnownMarks,
): { readonly discovered: DiscoveredObjects; readonly copies: readonly Copy[] } {
  const { tools, credentials, copies } = toldApart(connection, discovered, known);
  const assistants = discovered.assistants.filter(({ toolId }) => tools.some(({ id }) => id === toolId));
  return { discovered: { ...discovered, tools, credentials, assistants }, copies: [...discovered.copies, ...copies] };
}

function toldApart<T extends Identified, C extends Identified & Role>(
  connection: string,
  found: { readonly tools: readonly T[]; readonly credentials: readonly C[] },
  known: KnownMarks,
): { readonly tools: readonly T[]; readonly credentials: readonly C[]; readonly copies: readonly Copy[] } {
  const tools = ofOneMark(found.tools, known, known.ours.tools);
  const roles = CREDENTIAL_ROLES.map((role) => {
    const isOfRole = (one: Role): boolean => one.role === role;
    return ofOneMark(found.credentials.filter(isOfRole), known, known.ours.credentials.filter(isOfRole));
  });
  const told = (title: string, id: string): Copy => ({ id, told: copyLeft(title, id) });
  return {
    tools: tools.ours,
    credentials: roles.flatMap(({ ours }) => ours),
    copies: [
      ...tools.copies.map(({ id }) => told(toolTitle(connection), id)),
      ...roles.flatMap(({ copies }) =>
        copies.map(({ id, role }) => told(credentialTitle(credentialName(connection, role)), id)),
      ),
    ],
  };
}

/** One of ours that is gone still tells what is older than it from what is not. */
function ofOneMark<T extends Identified>(
  found: readonly T[],
  { ids, copies }: KnownMarks,
  ours: readonly Identified[],
): { readonly ours: readonly T[]; readonly copies: readonly T[] } {
  const isAmong = (some: readonly Identified[], { id }: Identified): boolean => some.some((one) => one.id === id);
  const gone = ours.filter((one) => !isAmong(found, one));
  const told = originalsOf<Identified>([...found, ...gone], {
    isProven: (one) => ids.includes(one.id) || isAmong(ours, one),
    isCopy: ({ id }) => copies.includes(id),
  });
  return {
    ours: found.filter((one) => isAmong(told.ours, one)),
    copies: found.filter((one) => isAmong(told.copies, one)),
  };
}
