/**
 * Which trunks of a DIDWW account belong to a connection: by an id that a run made, by both marks, or by the
 * reference and what they are used for. Part of `ownership.ts`. Pure.
 */
import type { Did, InboundTrunk, OutboundTrunk } from '../../didww/index.js';
import { type Identified, CREDENTIAL_ROLES, credentialName } from '../../contract/marks.js';
import { oldestFirst } from '../../domain/objects/originals.js';
import { digits } from '../../domain/sip/e164.js';
import type { Credential } from '../../vapi/index.js';
import { type Reachable, reaches } from './reach.js';
import type { AccountsSnapshot } from './accountsSnapshot.js';

/** Trunks with our reference: ours, and somebody's copies of them. */
export interface TrunksFound<T> {
  /** Oldest first. */
  readonly ours: readonly T[];
  readonly copies: readonly T[];
}

/** What tells a trunk that somebody renamed from a copy that somebody made. */
export interface TrunkEvidence<T> {
  readonly isKnown?: (trunk: T) => boolean;
  readonly isInUse: (trunk: T) => boolean;
}

/**
 * Tells our trunks from copies among those with our reference. Ours are those that a run made, those with
 * our name as well, and one that was renamed: it is in use, and older than whatever else carries the
 * reference, as a copy never is.
 */
export function trunksOf<T extends Trunk>(
  found: readonly T[],
  name: string,
  { isKnown = () => false, isInUse }: TrunkEvidence<T>,
): TrunksFound<T> {
  const [oldest, second] = oldestFirst(found);
  const isRenamed = (trunk: T): boolean =>
    trunk === oldest && isInUse(trunk) && (second === undefined || isOlder(trunk, second));
  const isOurs = (trunk: T): boolean => isKnown(trunk) || trunk.name === name || isRenamed(trunk);
  return {
    ours: oldestFirst(found.filter(isOurs)),
    copies: oldestFirst(found.filter((trunk) => !isOurs(trunk))),
  };
}

/**
 * The trunk that a connection works with: of ours one that a run made, else one in use, else the oldest with
 * our name; a name that somebody gave to a copy counts least. Where none is ours, the oldest with our
 * reference, which was renamed and lost its numbers. Undefined where there is none.
 */
export function currentTrunk<T extends Trunk>(
  found: readonly T[],
  { ours }: TrunksFound<T>,
  { isKnown = () => false, isInUse }: TrunkEvidence<T>,
): T | undefined {
  const isBoth = (trunk: T): boolean => isKnown(trunk) && isInUse(trunk);
  return ours.find(isBoth) ?? ours.find(isKnown) ?? ours.find(isInUse) ?? ours[0] ?? oldestFirst(found)[0];
}

/** Trunks that carry both marks: an undo looks for no others where it does not know an id. */
export const namesakesOf = <T extends Trunk>(found: readonly T[], name: string): readonly T[] =>
  found.filter((trunk) => trunk.name === name);

/** What people are told of a copy, and of the numbers that somebody routed to it. */
export function copyKept(trunk: Trunk & Reachable, routed: readonly Did[]): string {
  const { id, name } = trunk;
  const numbers = routed.filter(({ routing }) => reaches(routing, trunk)).map(({ number }) => number);
  const kept = `The trunk "${name}" (${id}) at DIDWW carries Patchbay's reference under another name: it was left as somebody's copy`;
  return numbers.length === 0 ? `${kept}.` : `${kept}, and so was the routing of ${numbers.join(', ')} to it.`;
}

/**
 * Who authenticates with the trunk's SIP credentials. DIDWW gives a copy of a trunk SIP credentials of its
 * own (docs/providers/didww.md, Outbound trunks).
 */
export function holdersOf(
  { username }: OutboundTrunk,
  { inboundTrunks, credentials }: AccountsSnapshot,
): readonly Identified[] {
  if (username === undefined) return [];
  return [
    ...inboundTrunks.filter(({ configuration }) => configuration.authUser === username),
    ...credentials.filter(({ authUsername }) => authUsername === username),
  ];
}

/**
 * Whether the calls of a number reach this inbound trunk that is imported at Vapi as ours are: on a
 * credential of our name, of a known id, or with the SIP credentials of a trunk with our reference. A
 * routing alone proves nothing: somebody may have copied our trunk and use the copy.
 */
export function carriesOurNumber(
  connection: string,
  seen: AccountsSnapshot,
  known: ReadonlySet<string>,
  trunk: InboundTrunk,
): boolean {
  const usernames = new Set(seen.outboundTrunks.flatMap(({ username }) => username ?? []));
  const isOurs = (credential: Credential): boolean =>
    known.has(credential.id) ||
    CREDENTIAL_ROLES.some((role) => credential.name === credentialName(connection, role)) ||
    (credential.authUsername !== undefined && usernames.has(credential.authUsername));
  const ours = new Set(seen.credentials.filter(isOurs).map(({ id }) => id));
  const imported = new Set(
    seen.phoneNumbers
      .filter(({ credentialId }) => credentialId !== undefined && ours.has(credentialId))
      .map(({ number }) => digits(number ?? '')),
  );
  return seen.routed.some(({ number, routing }) => reaches(routing, trunk) && imported.has(digits(number)));
}

type Trunk = Identified & { readonly name: string };

const isOlder = (one: Identified, other: Identified): boolean => (one.createdAt ?? '') < (other.createdAt ?? '');
