/**
 * Which objects of both accounts belong to a connection, for preflight, discovery, offboarding and
 * verification alike. People rename and copy objects, so a mark alone decides nothing: an object is ours by
 * an id that an earlier run made, by its marks, or by its reference and what it is used for. Pure.
 * Does not: reading the accounts, removing anything.
 */
import type { InboundTrunk, OutboundTrunk } from '../../didww/index.js';
import { carriesToolMark, type Identified, trunkName } from '../../contract/marks.js';
import { oldestFirst, type Originals, originalsOf } from '../../domain/objects/originals.js';
import type { PhoneNumber, Tool } from '../../vapi/index.js';
import { holdsTool } from '../../vapi/assistantModel.js';
import { type OwnCredential, ownCredentials } from './ownCredentials.js';
import { carriesOurNumber, currentTrunk, holdersOf, trunksOf } from './ownTrunks.js';
import type { History, AccountsSnapshot } from './accountsSnapshot.js';

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
export function ownObjects(connection: string, seen: AccountsSnapshot, history: History = NO_HISTORY): Own {
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
function useTest({ assistants = [] }: AccountsSnapshot, imports: readonly PhoneNumber[]): (tool: Tool) => boolean {
  const answering = assistants.filter(({ id }) => imports.some(({ assistantId }) => assistantId === id));
  return ({ id }) => answering.some(({ model }) => holdsTool(model, id));
}

/** A tool is proven ours by an id that is known, or by an assistant that answers one of our numbers. */
function toolsOf(
  connection: string,
  { tools }: AccountsSnapshot,
  isUsed: (tool: Tool) => boolean,
  { known, isCopy }: History,
): Originals<Tool> {
  const told = tools.filter((tool) => known.has(tool.id) || carriesMark(connection, tool));
  return originalsOf(told, {
    isProven: (tool) => known.has(tool.id) || (!isCopy(tool) && isUsed(tool)),
    isCopy,
  });
}

/** The transfer tools that carry the connection's mark, oldest first. */
export const markedTools = (connection: string, tools: readonly Tool[]): readonly Tool[] =>
  oldestFirst(tools.filter((tool) => carriesMark(connection, tool)));

const carriesMark = (connection: string, { destinations }: Tool): boolean =>
  destinations.some(({ description }) => carriesToolMark(connection, description));
