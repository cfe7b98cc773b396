/**
 * How the objects that all numbers of a connection share depart from what a request asks of them: the one
 * comparison, by which an onboarding refuses and a plan says what would change. Pure. Does not: which objects
 * are the connection's (`existingConnection.ts`).
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

/** A shared object that is missing, not as asked for, or there although nothing asks for it. */
export interface SharedDifference {
  readonly state: 'missing' | 'differs' | 'unasked';
  readonly provider: ObjectProvider;
  readonly kind: ObjectKind;
  /** Absent where it is missing. */
  readonly id?: string;
  /** What it is to be called. */
  readonly name: string;
  /** What it is called in a sentence. */
  readonly title: string;
  readonly differences: readonly Difference[];
}

/** Each shared object that is not as the request asks. What could not be read is left out. */
export function sharedDifferences(request: Request, facts: Facts, objects: SharedObjects): readonly SharedDifference[] {
  return [
    ...(facts.outboundTrunks === undefined ? [] : outboundTrunk(request, objects)),
    ...(facts.inboundTrunks === undefined ? [] : inboundTrunk(request, objects)),
    ...credentialRoles({ sip: { ...request.sip, trunkLayout: objects.layout } }).flatMap((role) =>
      credential(request, role, objects),
    ),
    ...(facts.tools === undefined ? [] : transferTool(request, objects)),
  ];
}

/** What every difference says of its object. */
type Identity = Pick<SharedDifference, 'provider' | 'kind' | 'name' | 'title'>;

function outboundTrunk(request: Request, { outboundTrunk: found }: SharedObjects): readonly SharedDifference[] {
  const identity: Identity = {
    provider: 'didww',
    kind: 'outbound-trunk',
    name: trunkName(request.connection, 'out'),
    title: 'outbound trunk',
  };
  if (found === undefined) return [missing(identity)];
  return differing(identity, found.id, outboundTrunkDifferences(desiredOutboundTrunk(request, []), found));
}

function inboundTrunk(request: Request, objects: SharedObjects): readonly SharedDifference[] {
  const { outboundTrunk: outbound, inboundTrunk: found, inboundCredential } = objects;
  const identity: Identity = {
    provider: 'didww',
    kind: 'inbound-trunk',
    name: trunkName(request.connection, 'in'),
    title: 'inbound trunk',
  };
  if (found === undefined) return [missing(identity)];
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
  return differing(identity, found.id, inboundTrunkDifferences(desired, sipCredentials, found));
}

function credential(request: Request, role: CredentialRole, objects: SharedObjects): readonly SharedDifference[] {
  const { outboundTrunk: outbound } = objects;
  const found = role === 'out' ? objects.outboundCredential : objects.inboundCredential;
  const name = credentialName(request.connection, role);
  const identity: Identity = { provider: 'vapi', kind: credentialKind(role), name, title: credentialTitle(name) };
  if (found === undefined) return [missing(identity)];
  const desired = desiredCredential(request, role, outbound?.id ?? '');
  const username = outbound?.username ?? found.authUsername ?? '';
  return differing(identity, found.id, credentialDifferences(desired, username, found));
}

function transferTool(request: Request, { tool: found }: SharedObjects): readonly SharedDifference[] {
  const { transfer } = request;
  const identity: Identity = {
    provider: 'vapi',
    kind: 'transfer-tool',
    name: transfer?.toolName ?? found?.functionName ?? '',
    title: 'transfer tool',
  };
  if (transfer === undefined)
    return found === undefined ? [] : [{ ...identity, state: 'unasked', id: found.id, differences: [] }];
  if (found === undefined) return [missing(identity)];
  return differing(identity, found.id, transferToolDifferences(desiredTransferTool(request, transfer), found));
}

const missing = (identity: Identity): SharedDifference => ({ ...identity, state: 'missing', differences: [] });

const differing = (identity: Identity, id: string, differences: readonly Difference[]): readonly SharedDifference[] =>
  differences.length === 0 ? [] : [{ ...identity, state: 'differs', id, differences }];
