/**
 * Which objects of both accounts belong to a connection, for preflight, discovery, offboarding and
 * verification alike. People rename and copy objects, so a mark alone decides nothing: an object is ours by
 * an id that an earlier run made, by its marks, or by its reference and what it is used for. Pure.
 * Does not: reading the accounts, removing anything.
 */
import type { Did, InboundTrunk, OutboundTrunk } from '../../didww/index.js';
import { carriesToolMark, CREDENTIAL_ROLES, credentialName, trunkName } from '../../contract/marks.js';
import { oldestFirst, type Originals, originalsOf } from '../../domain/objects/originals.js';
import type { Identified } from '../../contract/marks.js';
import type { Assistant, Credential, PhoneNumber, Tool } from '../../vapi/index.js';
import { holdsTool } from '../../vapi/assistantModel.js';
import { type OwnCredential, ownCredentials } from './ownCredentials.js';
import { digits } from '../../domain/sip/e164.js';
import { type Reachable, reaches } from './reach.js';

/** Both accounts as far as a connection is concerned. */
export interface Seen {
  /** Those with our reference. */
  readonly outboundTrunks: readonly OutboundTrunk[];
  /** Those with our reference. */
  readonly inboundTrunks: readonly InboundTrunk[];
  /** DIDs whose calls reach one of these inbound trunks, directly or through its group. */
  readonly routed: readonly Did[];
  readonly credentials: readonly Credential[];
  readonly phoneNumbers: readonly PhoneNumber[];
  readonly tools: readonly Tool[];
  /** Assistants of which it was read what they list; absent: none. */
  readonly assistants?: readonly Assistant[];
}

/** What earlier runs and looks tell of objects. */
export interface History {
  /** Ids of objects that runs of the connection made. */
  readonly known: ReadonlySet<string>;
  /** Whether an earlier look told it as somebody's copy. */
  readonly isCopy: (object: Identified) => boolean;
}

/** What belongs to a connection, each kind oldest first. */
export interface Own {
  readonly outboundTrunks: readonly OutboundTrunk[];
  readonly inboundTrunks: readonly InboundTrunk[];
  readonly credentials: readonly OwnCredential[];
  readonly tools: readonly Tool[];
  /** Phone numbers that are bound to a credential for inbound calls. */
  readonly imports: readonly PhoneNumber[];
  /** Those that its calls go through. */
  readonly current: CurrentObjects;
  /** Trunks with our reference that are somebody's copies of ours: told, and never touched. */
  readonly copies: readonly (OutboundTrunk | InboundTrunk)[];
  /** Tools and credentials with our mark that are somebody's copies of ours: told, and never touched. */
  readonly duplicates: { readonly credentials: readonly OwnCredential[]; readonly tools: readonly Tool[] };
}

/** What the connection works with, of several that are its own. */
export interface CurrentObjects {
  readonly outboundTrunk: OutboundTrunk | undefined;
  readonly inboundTrunk: InboundTrunk | undefined;
  /** Tools on assistants that answer its numbers; where none is, all of them. Oldest first. */
  readonly tools: readonly Tool[];
}

const NO_HISTORY: History = { known: new Set(), isCopy: () => false };

/** What of both accounts belongs to the connection. */
export function ownObjects(connection: string, seen: Seen, history: History = NO_HISTORY): Own {
  const { known } = history;
  const isKnown = ({ id }: Identified): boolean => known.has(id);
  const outEvidence = { isKnown, isInUse: (trunk: OutboundTrunk) => holdersOf(trunk, seen).length > 0 };
  const inEvidence = { isKnown, isInUse: (trunk: InboundTrunk) => carriesOurNumber(connection, seen, known, trunk) };
  const outbound = trunksOf(seen.outboundTrunks, trunkName(connection, 'out'), outEvidence);
  const inbound = trunksOf(seen.inboundTrunks, trunkName(connection, 'in'), inEvidence);
  const told = ownCredentials(connection, seen, { outbound, inbound, history });
  const credentials = oldestFirst(told.ours);
  const imports = seen.phoneNumbers.filter(({ credentialId }) =>
    credentials.some(({ id, role }) => id === credentialId && role !== 'out'),
  );
  const isUsed = useTest(seen, imports);
  const tools = toolsOf(connection, seen, isUsed, history);
  const used = tools.ours.filter(isUsed);
  return {
    outboundTrunks: outbound.ours,
    inboundTrunks: inbound.ours,
    credentials,
    tools: tools.ours,
    imports,
    current: {
      outboundTrunk: currentTrunk(seen.outboundTrunks, outbound, outEvidence),
      inboundTrunk: currentTrunk(seen.inboundTrunks, inbound, inEvidence),
      tools: used.length > 0 ? used : tools.ours,
    },
    copies: [...outbound.copies, ...inbound.copies],
    duplicates: { credentials: told.copies, tools: tools.copies },
  };
}

/** Whether an assistant that answers one of these numbers lists a tool. */
function useTest({ assistants = [] }: Seen, imports: readonly PhoneNumber[]): (tool: Tool) => boolean {
  const answering = assistants.filter(({ id }) => imports.some(({ assistantId }) => assistantId === id));
  return ({ id }) => answering.some(({ model }) => holdsTool(model, id));
}

/** A tool is proven ours by an id that is known, or by an assistant that answers one of our numbers. */
function toolsOf(
  connection: string,
  { tools }: Seen,
  isUsed: (tool: Tool) => boolean,
  { known, isCopy }: History,
): Originals<Tool> {
  const told = tools.filter((tool) => known.has(tool.id) || carriesMark(connection, tool));
  return originalsOf(told, {
    isProven: (tool) => known.has(tool.id) || (!isCopy(tool) && isUsed(tool)),
    isCopy,
  });
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

/** The transfer tools that carry the connection's mark, oldest first. */
export const markedTools = (connection: string, tools: readonly Tool[]): readonly Tool[] =>
  oldestFirst(tools.filter((tool) => carriesMark(connection, tool)));

type Trunk = Identified & { readonly name: string };

const isOlder = (one: Identified, other: Identified): boolean => (one.createdAt ?? '') < (other.createdAt ?? '');

const carriesMark = (connection: string, { destinations }: Tool): boolean =>
  destinations.some(({ description }) => carriesToolMark(connection, description));

/**
 * Who authenticates with the trunk's SIP credentials. DIDWW gives a copy of a trunk SIP credentials of its
 * own (docs/providers/didww.md, Outbound trunks).
 */
function holdersOf({ username }: OutboundTrunk, { inboundTrunks, credentials }: Seen): readonly Identified[] {
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
function carriesOurNumber(connection: string, seen: Seen, known: ReadonlySet<string>, trunk: InboundTrunk): boolean {
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
