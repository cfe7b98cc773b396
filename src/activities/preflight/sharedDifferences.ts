/**
 * How the objects that all numbers of a connection share depart from what a request asks of them: the one
 * comparison, by which an onboarding refuses and a plan says what would change. Pure. Does not: which
 * objects are the connection's (`existingConnection.ts`).
 */
import { credentialName, type CredentialRole, trunkName } from '../../contract/marks.js';
import type { Request } from '../../contract/request.js';
import { credentialKind, type ObjectKind, type ObjectProvider } from '../../contract/result.js';
import {
  credentialRoles,
  desiredCredential,
  desiredInboundTrunk,
  desiredOutboundTrunk,
  desiredTransferTool,
} from '../../domain/objects/desired.js';
import type { Difference } from '../../domain/objects/difference.js';
import { credentialTitle } from '../../domain/objects/originals.js';
import { credentialDifferences } from '../objects/credential.js';
import { inboundTrunkDifferences } from '../objects/inboundTrunk.js';
import { outboundTrunkDifferences } from '../objects/outboundTrunk.js';
import { transferToolDifferences } from '../objects/transferTool.js';
import type { ExistingConnection } from './existingConnection.js';
import type { Facts } from './facts.js';

/** The shared objects that there are of a connection, and the layout that its credentials have. */
export type SharedObjects = Pick<
  ExistingConnection,
  'layout' | 'outboundTrunk' | 'inboundTrunk' | 'outboundCredential' | 'tool'
> &
  Partial<Pick<ExistingConnection, 'inboundCredential'>>;

/** A shared object beside what the request asks of it. */
export interface ComparedObject {
  readonly provider: ObjectProvider;
  readonly kind: ObjectKind;
  /** What it is to be called. */
  readonly name: string;
  /** What it is called in a sentence. */
  readonly title: string;
  /** Whether the request asks for it. */
  readonly isAsked: boolean;
  /** Absent where there is none. */
  readonly found?: { readonly id: string; readonly name: string };
  /** How it departs from what is asked, but for its name, by which no call goes. */
  readonly differences: readonly Difference[];
}

/**
 * Each shared object that the request asks for or that there is, trunks first. What could not be read is
 * left out.
 */
export function comparedObjects(request: Request, facts: Facts, objects: SharedObjects): readonly ComparedObject[] {
  return [
    ...(facts.outboundTrunks === undefined ? [] : [outboundTrunk(request, objects)]),
    ...(facts.inboundTrunks === undefined ? [] : [inboundTrunk(request, objects)]),
    ...credentialRoles({ sip: { ...request.sip, trunkLayout: objects.layout } }).map((role) =>
      credential(request, role, objects),
    ),
    ...(facts.tools === undefined ? [] : transferTool(request, objects)),
  ];
}

function outboundTrunk(request: Request, { outboundTrunk: found }: SharedObjects): ComparedObject {
  const asked: Asked = {
    provider: 'didww',
    kind: 'outbound-trunk',
    name: trunkName(request.connection, 'out'),
    title: 'outbound trunk',
  };
  if (found === undefined) return missing(asked);
  return compared(asked, found, outboundTrunkDifferences(desiredOutboundTrunk(request, []), found));
}

function inboundTrunk(request: Request, objects: SharedObjects): ComparedObject {
  const { outboundTrunk: outbound, inboundTrunk: found, inboundCredential } = objects;
  const asked: Asked = {
    provider: 'didww',
    kind: 'inbound-trunk',
    name: trunkName(request.connection, 'in'),
    title: 'inbound trunk',
  };
  if (found === undefined) return missing(asked);
  const desired = desiredInboundTrunk(request, {
    outboundTrunkId: outbound?.id ?? '',
    ...(inboundCredential === undefined ? {} : { ingressCredentialId: inboundCredential.id }),
    previousRoutings: [],
    unrouted: [],
  });
  // Without the outbound trunk there is nothing to compare the SIP credentials with.
  const { authUser, authPassword } = found.configuration;
  const sipCredentials = {
    username: outbound?.username ?? authUser ?? '',
    password: outbound?.password ?? authPassword ?? '',
  };
  return compared(asked, found, inboundTrunkDifferences(desired, sipCredentials, found));
}

function credential(request: Request, role: CredentialRole, objects: SharedObjects): ComparedObject {
  const { outboundTrunk: outbound } = objects;
  const found = role === 'out' ? objects.outboundCredential : objects.inboundCredential;
  const name = credentialName(request.connection, role);
  const asked: Asked = { provider: 'vapi', kind: credentialKind(role), name, title: credentialTitle(name) };
  if (found === undefined) return missing(asked);
  const desired = desiredCredential(request, role, outbound?.id ?? '');
  const username = outbound?.username ?? found.authUsername ?? '';
  return compared(asked, found, credentialDifferences(desired, username, found));
}

function transferTool(request: Request, { tool: found }: SharedObjects): readonly ComparedObject[] {
  const { transfer } = request;
  const asked: Asked = {
    provider: 'vapi',
    kind: 'transfer-tool',
    name: transfer?.toolName ?? found?.functionName ?? '',
    title: 'transfer tool',
  };
  const shown = found && { id: found.id, name: found.functionName };
  if (transfer === undefined) return shown === undefined ? [] : [{ ...compared(asked, shown, []), isAsked: false }];
  if (found === undefined || shown === undefined) return [missing(asked)];
  return [compared(asked, shown, transferToolDifferences(desiredTransferTool(request, transfer), found))];
}

/** What is known of an object before it is looked for. */
type Asked = Pick<ComparedObject, 'provider' | 'kind' | 'name' | 'title'>;

const missing = (asked: Asked): ComparedObject => ({ ...asked, isAsked: true, differences: [] });

const compared = (
  asked: Asked,
  { id, name = '' }: { readonly id: string; readonly name?: string | undefined },
  differences: readonly Difference[],
): ComparedObject => ({ ...asked, isAsked: true, found: { id, name }, differences });
