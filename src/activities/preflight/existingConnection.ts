/**
 * The connection as it stands: which objects are its own. Pure. Does not: how they depart from what a
 * request asks (`sharedDifferences.ts`).
 */
import type { InboundTrunk, OutboundTrunk } from '../../didww/index.js';
import { trunkReference, CREDENTIAL_ROLES, type CredentialRole, type Identified } from '../../contract/marks.js';
import type { Request } from '../../contract/request.js';
import { inboundRole, outboundRole } from '../../domain/objects/desired.js';
import type { Assistant, Credential, PhoneNumber, Tool } from '../../vapi/index.js';
import { holdsTool } from '../../vapi/assistantModel.js';
import { namedCredentials } from '../discovery/ownCredentials.js';
import { markedTools, type Own, ownObjects } from '../discovery/ownership.js';
import type { AccountsSnapshot } from '../discovery/accountsSnapshot.js';
import type { Facts } from './facts.js';
import { type Finding, finding } from './finding.js';

type Layout = Request['sip']['trunkLayout'];

/** A connection that at least one imported number is bound to. */
export interface ExistingConnection {
  readonly layout: Layout;
  readonly outboundTrunk: OutboundTrunk | undefined;
  readonly inboundTrunk: InboundTrunk | undefined;
  readonly outboundCredential: Credential | undefined;
  readonly inboundCredential: Credential;
  readonly tool: Tool | undefined;
  /** Every import that is bound to the inbound credential, of this request or not. */
  readonly bound: readonly PhoneNumber[];
}

/**
 * The connection that stands as Vapi shows it, or undefined: then `disagreementFindings` says whether DIDWW
 * shows it in use.
 */
export function existingConnectionOf(request: Request, facts: Facts): ExistingConnection | undefined {
  const { credentials = [] } = facts;
  const own = ownObjects(request.connection, seenIn(facts));
  const named = (role: CredentialRole) => namedCredentials(request.connection, credentials, role);
  return connectionOn(request, facts, { own, credentialsOf: named, isToolWanted: request.transfer !== undefined });
}

/**
 * The connection that stands, by what carries its calls and by what earlier runs made: also one whose
 * objects somebody has renamed since.
 */
export function renamedConnectionOf(request: Request, facts: Facts): ExistingConnection | undefined {
  const { known, copies } = facts.earlier;
  const ids = [known.outboundTrunks, known.inboundTrunks, known.credentials, known.tools].flat();
  const history = { known: new Set(ids), isCopy: ({ id }: Identified) => copies.includes(id) };
  const own = ownObjects(request.connection, seenIn(facts), history);
  const ofRole = (role: CredentialRole) => own.credentials.filter((one) => one.role === role);
  return connectionOn(request, facts, { own, credentialsOf: ofRole, isToolWanted: true });
}

/** The one whose inbound credential, among these, has numbers. */
function connectionOn(
  request: Request,
  facts: Facts,
  { own, credentialsOf, isToolWanted }: Candidates,
): ExistingConnection | undefined {
  const { phoneNumbers = [] } = facts;
  const found = layoutsOf(request).flatMap((layout) =>
    credentialsOf(inboundRole(layout)).map((credential) => ({
      layout,
      credential,
      bound: phoneNumbers.filter(({ credentialId }) => credentialId === credential.id),
    })),
  );
  const inUse = found.find(({ bound }) => bound.length > 0);
  if (inUse === undefined) return undefined;
  const { layout, credential: inboundCredential, bound } = inUse;
  const { outboundTrunk, inboundTrunk } = own.current;
  return {
    layout,
    outboundTrunk,
    inboundTrunk,
    outboundCredential: layout === 'combined' ? inboundCredential : credentialsOf(outboundRole(layout))[0],
    inboundCredential,
    tool: existingTool(facts, own.tools, bound, isToolWanted),
    bound,
  };
}

/** Among what a connection is looked for. */
interface Candidates {
  readonly own: Own;
  readonly credentialsOf: (role: CredentialRole) => readonly Credential[];
  /** Also a tool that none of its assistants lists. */
  readonly isToolWanted: boolean;
}

/** What was read, as ownership is judged by it. */
const seenIn = (facts: Facts): AccountsSnapshot => ({
  outboundTrunks: facts.outboundTrunks ?? [],
  inboundTrunks: facts.inboundTrunks ?? [],
  routed: facts.routed ?? [],
  credentials: facts.credentials ?? [],
  phoneNumbers: facts.phoneNumbers ?? [],
  tools: facts.tools ?? [],
});

/**
 * The marked tool that an assistant of a bound number lists. Where none does, the oldest that nobody else
 * lists either, where it is wanted: it was taken from them.
 */
function existingTool(
  { assistants, everyAssistant = [] }: Facts,
  marked: readonly Tool[],
  bound: readonly PhoneNumber[],
  isWanted: boolean,
): Tool | undefined {
  const answers = ({ id }: Assistant): boolean => bound.some(({ assistantId }) => assistantId === id);
  const all = [...assistants.values(), ...everyAssistant];
  const isOn =
    (some: readonly Assistant[]) =>
    ({ id }: Tool): boolean =>
      some.some(({ model }) => holdsTool(model, id));
  const used = marked.find(isOn(all.filter(answers)));
  const isSomebodys = isOn(all.filter((one) => !answers(one)));
  return used ?? (isWanted ? marked.find((tool) => !isSomebodys(tool)) : undefined);
}

/**
 * Whether there are tools with our mark of which the assistants of the request alone do not tell whose they
 * are.
 */
export function mattersWhoListsTools(request: Request, facts: Facts): boolean {
  const marked = markedTools(request.connection, facts.tools ?? []);
  if (marked.length === 0) return false;
  const existing = existingConnectionOf({ ...request, transfer: undefined }, facts);
  return existing?.tool === undefined;
}

/** Whether anything carries the mark of this connection. */
export function hasMarkedObjects(request: Request, facts: Facts): boolean {
  const { outboundTrunks = [], inboundTrunks = [], credentials = [], tools = [] } = facts;
  return (
    outboundTrunks.length + inboundTrunks.length + markedTools(request.connection, tools).length > 0 ||
    CREDENTIAL_ROLES.some((role) => namedCredentials(request.connection, credentials, role).length > 0)
  );
}

/** Trunks that have our name and do not carry our reference: creating ours would fail. */
export function foreignTrunkFindings({ connection }: Request, { namesakes }: Facts): readonly Finding[] {
  const foreign = (trunks: readonly (OutboundTrunk | InboundTrunk)[], kind: string): readonly Finding[] =>
    trunks
      .filter(({ reference }) => reference !== trunkReference(connection))
      .map(({ id, name }) =>
        finding(
          'didww',
          'connection',
          `An ${kind} trunk of another owner has the name "${name}" at DIDWW (${id}); it does not carry Patchbay's mark.`,
          'Rename or remove that trunk, or choose another connection name.',
        ),
      );
  return [...foreign(namesakes.outbound, 'outbound'), ...foreign(namesakes.inbound, 'inbound')];
}

/** The layout that the request asks for first: it is the one to be judged by where both have numbers. */
const layoutsOf = ({ sip }: Request): readonly Layout[] =>
  sip.trunkLayout === 'combined' ? ['combined', 'separate'] : ['separate', 'combined'];
