/**
 * Which objects of both accounts belong to a connection, for preflight, discovery, offboarding and
 * verification alike. People rename objects and copy trunks, so a mark alone decides nothing: an object is
 * ours by an id that an earlier run made, by its marks, or by its reference and what it is used for. Pure.
 * Does not: reading the accounts, removing anything.
 */
import type { Did, InboundTrunk, OutboundTrunk } from '../didww/index.js';
import { carriesToolMark, credentialName, type CredentialRole, trunkName } from '../domain/marks.js';
import type { Credential, PhoneNumber, Tool } from '../vapi/index.js';
import { digits } from './preflightFinding.js';

/** Both accounts as far as a connection is concerned. */
export interface Seen {
  /** Those with our reference. */
  readonly outboundTrunks: readonly OutboundTrunk[];
  /** Those with our reference. */
  readonly inboundTrunks: readonly InboundTrunk[];
  /** DIDs that are routed to one of these inbound trunks. */
  readonly routed: readonly Did[];
  readonly credentials: readonly Credential[];
  readonly phoneNumbers: readonly PhoneNumber[];
  readonly tools: readonly Tool[];
}

/** A credential with the role that it has in its connection. */
export type OwnCredential = Credential & { readonly role: CredentialRole };

/** What belongs to a connection, each kind oldest first. */
export interface Own {
  readonly outboundTrunks: readonly OutboundTrunk[];
  readonly inboundTrunks: readonly InboundTrunk[];
  readonly credentials: readonly OwnCredential[];
  readonly tools: readonly Tool[];
  /** Phone numbers that are bound to a credential for inbound calls. */
  readonly imports: readonly PhoneNumber[];
  /** Trunks with our reference that are somebody's copies of ours: told, and never touched. */
  readonly copies: readonly (OutboundTrunk | InboundTrunk)[];
}

/** What of both accounts belongs to the connection. `known`: ids of objects that its runs made. */
export function ownObjects(connection: string, seen: Seen, known: ReadonlySet<string> = new Set()): Own {
  const isKnown = ({ id }: Identified): boolean => known.has(id);
  const outbound = trunksOf(seen.outboundTrunks, trunkName(connection, 'out'), {
    isKnown,
    isInUse: (trunk) => holdersOf(trunk, seen).length > 0,
  });
  const inbound = trunksOf(seen.inboundTrunks, trunkName(connection, 'in'), {
    isKnown,
    isInUse: ({ id }) => carriesOurNumber(connection, seen, known, id),
  });
  const credentials = oldestFirst(credentialsOf(connection, seen, { outbound, inbound, isKnown }));
  return {
    outboundTrunks: outbound.ours,
    inboundTrunks: inbound.ours,
    credentials,
    tools: oldestFirst(seen.tools.filter((tool) => isKnown(tool) || carriesMark(connection, tool))),
    imports: seen.phoneNumbers.filter(({ credentialId }) =>
      credentials.some(({ id, role }) => id === credentialId && role !== 'out'),
    ),
    copies: [...outbound.copies, ...inbound.copies],
  };
}

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
 * The trunk that a connection works with, among those with our reference: the oldest with our name, else
 * the oldest of all, renamed by somebody. Undefined where there is none.
 */
export const standingTrunk = <T extends Trunk>(found: readonly T[], name: string): T | undefined =>
  oldestFirst(preferNamesake(found, name))[0];

/** Those with our name; where there is none, all that carry our reference. */
export function preferNamesake<T extends Trunk>(found: readonly T[], name: string): readonly T[] {
  const namesakes = found.filter((trunk) => trunk.name === name);
  return namesakes.length > 0 ? namesakes : found;
}

/** Trunks that carry both marks: an undo looks for no others where it does not know an id. */
export const namesakesOf = <T extends Trunk>(found: readonly T[], name: string): readonly T[] =>
  found.filter((trunk) => trunk.name === name);

/** What people are told of a copy, and of the numbers that somebody routed to it. */
export function copyKept({ id, name }: Trunk, routed: readonly Did[]): string {
  const numbers = routed.filter(({ routing }) => routing?.id === id).map(({ number }) => number);
  const kept = `The trunk "${name}" (${id}) at DIDWW carries Patchbay's reference under another name: it was left as somebody's copy`;
  return numbers.length === 0 ? `${kept}.` : `${kept}, and so was the routing of ${numbers.join(', ')} to it.`;
}

/** The transfer tools that carry the connection's mark, oldest first. */
export const markedTools = (connection: string, tools: readonly Tool[]): readonly Tool[] =>
  oldestFirst(tools.filter((tool) => carriesMark(connection, tool)));

/** The connection's credentials of this role that have their name, oldest first. */
export const namedCredentials = (
  connection: string,
  credentials: readonly Credential[],
  role: CredentialRole,
): readonly Credential[] => oldestFirst(credentials.filter(({ name }) => name === credentialName(connection, role)));

/** The connection's credential for calls of this direction; in the combined layout one serves both. */
export const credentialFor = (own: Pick<Own, 'credentials'>, direction: 'in' | 'out'): OwnCredential | undefined =>
  own.credentials.find(({ role }) => role === direction) ?? own.credentials.find(({ role }) => role === 'both');

/**
 * Oldest first; those without a date, then equal ones, by id, so that every reader comes to the same order.
 */
export const oldestFirst = <T extends Identified>(found: readonly T[]): readonly T[] =>
  [...found].sort((a, b) => (a.createdAt ?? '').localeCompare(b.createdAt ?? '') || a.id.localeCompare(b.id));

interface Identified {
  readonly id: string;
  readonly createdAt?: string;
}

type Trunk = Identified & { readonly name: string };

const isOlder = (one: Identified, other: Identified): boolean => (one.createdAt ?? '') < (other.createdAt ?? '');

const carriesMark = (connection: string, { destinations }: Tool): boolean =>
  destinations.some(({ description }) => carriesToolMark(connection, description));

/**
 * Who authenticates with the trunk's digest pair. DIDWW gives a copy of a trunk a pair of its own
 * (docs/providers/didww.md, Outbound trunks).
 */
function holdersOf({ username }: OutboundTrunk, { inboundTrunks, credentials }: Seen): readonly Identified[] {
  if (username === undefined) return [];
  return [
    ...inboundTrunks.filter(({ configuration }) => configuration.authUser === username),
    ...credentials.filter(({ authUsername }) => authUsername === username),
  ];
}

const ROLES = ['out', 'in', 'both'] as const satisfies readonly CredentialRole[];

/**
 * Whether a number is routed to this inbound trunk that is imported at Vapi as ours are: on a credential of
 * our name, of a known id, or with the digest pair of a trunk with our reference. A routing alone proves
 * nothing: somebody may have copied our trunk and use the copy.
 */
function carriesOurNumber(connection: string, seen: Seen, known: ReadonlySet<string>, trunkId: string): boolean {
  const usernames = new Set(seen.outboundTrunks.flatMap(({ username }) => username ?? []));
  const isOurs = (credential: Credential): boolean =>
    known.has(credential.id) ||
    ROLES.some((role) => credential.name === credentialName(connection, role)) ||
    (credential.authUsername !== undefined && usernames.has(credential.authUsername));
  const ours = new Set(seen.credentials.filter(isOurs).map(({ id }) => id));
  const imported = new Set(
    seen.phoneNumbers
      .filter(({ credentialId }) => credentialId !== undefined && ours.has(credentialId))
      .map(({ number }) => digits(number ?? '')),
  );
  return seen.routed.some(({ number, routing }) => routing?.id === trunkId && imported.has(digits(number)));
}

/**
 * By name or known id. Of a role that nobody has in that way, also one that was renamed, told by what it is
 * used for: it has our digest pair, and for inbound calls a number of ours is bound to it; for outbound
 * calls it stands beside our inbound credential, alone, and nobody's number is bound to it.
 */
function credentialsOf(connection: string, seen: Seen, trunks: OwnTrunks): readonly OwnCredential[] {
  const { credentials, phoneNumbers } = seen;
  const named = ROLES.flatMap((role) =>
    namedCredentials(connection, credentials, role).map((one) => ({ ...one, role })),
  );
  const others = credentials.filter(({ id }) => !named.some((one) => one.id === id)).flatMap(withRole);
  const known = others.filter(trunks.isKnown);
  const isTaken = (role: CredentialRole): boolean => [...named, ...known].some((one) => one.role === role);
  const candidates = others.filter(({ role, authUsername }) => !isTaken(role) && isOurPair(authUsername, trunks));
  const isOurNumber = numberTest(seen, trunks);
  const bound = ({ id }: Credential): readonly PhoneNumber[] =>
    phoneNumbers.filter(({ credentialId }) => credentialId === id);
  const inbound = candidates.filter((one) => one.role !== 'out' && bound(one).some(isOurNumber));
  const outbound = candidates.filter((one) => one.role === 'out' && bound(one).length === 0);
  const isStanding = [...named, ...known, ...inbound].some(({ role }) => role === 'in');
  return [...named, ...known, ...inbound, ...(isStanding && outbound.length === 1 ? outbound : [])];
}

interface OwnTrunks {
  readonly outbound: TrunksFound<OutboundTrunk>;
  readonly inbound: TrunksFound<InboundTrunk>;
  readonly isKnown: (object: Identified) => boolean;
}

const isOurPair = (authUsername: string | undefined, { outbound }: OwnTrunks): boolean =>
  authUsername !== undefined && outbound.ours.some(({ username }) => username === authUsername);

/** Whether DIDWW sends the calls of an imported number to our trunk. */
function numberTest({ routed }: Seen, { inbound }: OwnTrunks): (imported: PhoneNumber) => boolean {
  const ours = new Set(
    routed
      .filter(({ routing }) => inbound.ours.some(({ id }) => id === routing?.id))
      .map(({ number }) => digits(number)),
  );
  return ({ number }) => ours.has(digits(number ?? ''));
}

const withRole = (credential: Credential): readonly OwnCredential[] =>
  ROLES.filter((role) => role === roleIn(credential)).map((role) => ({ ...credential, role }));

/** The role that a credential's gateways are made for. */
function roleIn({ gateways }: Credential): CredentialRole | undefined {
  const takes = gateways.some(({ inboundEnabled }) => inboundEnabled);
  const makes = gateways.some(({ outboundEnabled }) => outboundEnabled);
  if (takes && makes) return 'both';
  if (takes) return 'in';
  return makes ? 'out' : undefined;
}
