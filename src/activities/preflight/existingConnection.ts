/**
 * The connection as it stands: which objects are its own, and how they depart from what the request wants
 * of them.
 */
import type { InboundTrunk, OutboundTrunk } from '../../didww/index.js';
import type { Difference } from '../../domain/objects/difference.js';
import {
  trunkReference,
  CREDENTIAL_ROLES,
  credentialName,
  type CredentialRole,
  trunkName,
} from '../../contract/marks.js';
import type { Request } from '../../contract/request.js';
import {
  credentialRoles,
  inboundRole,
  outboundRole,
  desiredCredential,
  desiredInboundTrunk,
  desiredOutboundTrunk,
  desiredTransferTool,
} from '../../domain/objects/desired.js';
import type { Assistant, Credential, PhoneNumber, Tool } from '../../vapi/index.js';
import { holdsTool } from '../../vapi/assistantModel.js';
import { credentialDifferences } from '../objects/credential.js';
import { inboundTrunkDifferences } from '../objects/inboundTrunk.js';
import { outboundTrunkDifferences } from '../objects/outboundTrunk.js';
import { namedCredentials } from '../discovery/ownCredentials.js';
import { markedTools, ownObjects } from '../discovery/ownership.js';
import type { AccountsSnapshot } from '../discovery/accountsSnapshot.js';
import type { Facts } from './facts.js';
import { type Finding, finding } from './finding.js';
import { transferToolDifferences } from '../objects/transferTool.js';

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
  const { credentials = [], phoneNumbers = [] } = facts;
  const found = layoutsOf(request).flatMap((layout) =>
    namedCredentials(request.connection, credentials, inboundRole(layout)).map((credential) => ({
      layout,
      credential,
      bound: phoneNumbers.filter(({ credentialId }) => credentialId === credential.id),
    })),
  );
  const inUse = found.find(({ bound }) => bound.length > 0);
  if (inUse === undefined) return undefined;
  const { layout, credential: inboundCredential, bound } = inUse;
  const { outboundTrunk, inboundTrunk } = ownObjects(request.connection, seenIn(facts)).current;
  return {
    layout,
    outboundTrunk,
    inboundTrunk,
    outboundCredential:
      layout === 'combined'
        ? inboundCredential
        : namedCredentials(request.connection, credentials, outboundRole(layout))[0],
    inboundCredential,
    tool: existingTool(request, facts, bound),
    bound,
  };
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
 * lists either: it was taken from them. To a request without a transfer, a tool that they do not list is
 * none.
 */
function existingTool(
  { connection, transfer }: Request,
  { tools = [], assistants, everyAssistant = [] }: Facts,
  bound: readonly PhoneNumber[],
): Tool | undefined {
  const marked = markedTools(connection, tools);
  const answers = ({ id }: Assistant): boolean => bound.some(({ assistantId }) => assistantId === id);
  const all = [...assistants.values(), ...everyAssistant];
  const isOn =
    (some: readonly Assistant[]) =>
    ({ id }: Tool): boolean =>
      some.some(({ model }) => holdsTool(model, id));
  const used = marked.find(isOn(all.filter(answers)));
  const isSomebodys = isOn(all.filter((one) => !answers(one)));
  return used ?? (transfer === undefined ? undefined : marked.find((tool) => !isSomebodys(tool)));
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

/**
 * Shared objects that are missing or not as the request wants them. The connection's other numbers depend
 * on them, so nothing is changed.
 */
export function sharedFindings(request: Request, facts: Facts, existing: ExistingConnection): readonly Finding[] {
  return [
    ...layoutFindings(request, existing),
    ...outboundTrunkFindings(request, facts, existing),
    ...inboundTrunkFindings(request, facts, existing),
    ...credentialRoles({ sip: { ...request.sip, trunkLayout: existing.layout } }).flatMap((role) =>
      credentialFindings(request, role, existing),
    ),
    ...toolFindings(request, facts, existing),
  ];
}

function layoutFindings(request: Request, { layout }: ExistingConnection): readonly Finding[] {
  const { trunkLayout } = request.sip;
  return differing(request, 'vapi', 'connection', [
    ...(layout === trunkLayout ? [] : [{ attribute: 'sip.trunkLayout', desired: trunkLayout, found: layout }]),
  ]);
}

function outboundTrunkFindings(
  request: Request,
  facts: Facts,
  { outboundTrunk }: ExistingConnection,
): readonly Finding[] {
  if (facts.outboundTrunks === undefined) return [];
  if (outboundTrunk === undefined) return [missing(request, 'didww', trunkName(request.connection, 'out'))];
  const desired = desiredOutboundTrunk(request, []);
  return differing(request, 'didww', 'outbound trunk', outboundTrunkDifferences(desired, outboundTrunk));
}

function inboundTrunkFindings(request: Request, facts: Facts, existing: ExistingConnection): readonly Finding[] {
  const { outboundTrunk, inboundTrunk, inboundCredential } = existing;
  if (facts.inboundTrunks === undefined) return [];
  if (inboundTrunk === undefined) return [missing(request, 'didww', trunkName(request.connection, 'in'))];
  const desired = desiredInboundTrunk(request, {
    outboundTrunkId: outboundTrunk?.id ?? '',
    ingressCredentialId: inboundCredential.id,
    previousRoutings: [],
    unrouted: [],
  });
  // Without the outbound trunk there is nothing to compare the SIP credentials with.
  const { authUser, authPassword } = inboundTrunk.configuration;
  const sipCredentials = {
    username: outboundTrunk?.username ?? authUser ?? '',
    password: outboundTrunk?.password ?? authPassword ?? '',
  };
  return differing(request, 'didww', 'inbound trunk', inboundTrunkDifferences(desired, sipCredentials, inboundTrunk));
}

function credentialFindings(request: Request, role: CredentialRole, existing: ExistingConnection): readonly Finding[] {
  const { outboundTrunk } = existing;
  const credential = role === 'out' ? existing.outboundCredential : existing.inboundCredential;
  const name = credentialName(request.connection, role);
  if (credential === undefined) return [missing(request, 'vapi', name)];
  const desired = desiredCredential(request, role, outboundTrunk?.id ?? '');
  const username = outboundTrunk?.username ?? credential.authUsername ?? '';
  return differing(request, 'vapi', `credential "${name}"`, credentialDifferences(desired, username, credential));
}

function toolFindings(request: Request, facts: Facts, { tool }: ExistingConnection): readonly Finding[] {
  const { transfer, connection } = request;
  if (facts.tools === undefined) return [];
  if (transfer !== undefined && tool !== undefined) {
    return differing(
      request,
      'vapi',
      'transfer tool',
      transferToolDifferences(desiredTransferTool(request, transfer), tool),
    );
  }
  const found = tool === undefined ? 'none' : `transfer tool ${tool.id}`;
  const desired = transfer === undefined ? 'none' : `a transfer to ${transfer.destination}`;
  return found === desired
    ? []
    : differing(request, 'vapi', `connection ${connection}`, [{ attribute: 'transfer', desired, found }]);
}

function differing(
  { connection }: Request,
  provider: 'didww' | 'vapi',
  title: string,
  differences: readonly Difference[],
): readonly Finding[] {
  return differences.map(({ attribute, desired, found }) =>
    finding(
      provider,
      attribute,
      `The connection exists already: ${attribute} of the ${title} is ${found}, and the request asks for ${desired}.`,
      `Ask for the current settings, choose another connection name, or remove the connection first: patchbay offboard ${connection}`,
    ),
  );
}

const missing = ({ connection }: Request, provider: 'didww' | 'vapi', name: string): Finding =>
  finding(
    provider,
    'connection',
    `The connection exists already, but its "${name}" is gone: somebody removed or renamed it.`,
    `Take the connection away and set it up again: patchbay offboard ${connection}`,
  );

/** The layout that the request asks for first: it is the one to be judged by where both have numbers. */
const layoutsOf = ({ sip }: Request): readonly Layout[] =>
  sip.trunkLayout === 'combined' ? ['combined', 'separate'] : ['separate', 'combined'];
