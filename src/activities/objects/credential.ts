/**
 * A Vapi credential: the gateways and the SIP credentials by which Vapi and DIDWW know each other. Its role
 * decides its gateways (docs/providers/vapi.md, Credentials). The password is never readable, so only the
 * user name is compared.
 */
import { compareSet, compareValue, type Difference } from '../../domain/objects/difference.js';
import { credentialName } from '../../contract/marks.js';
import { credentialTitle, identified } from '../../domain/objects/originals.js';
import { portFor, vapiProtocol } from '../../domain/sip/sip.js';
import { DIDWW_SIGNALLING_IPS } from '../../domain/sip/addresses.js';
import type { CallOptions } from '../../http/index.js';
import type { Credential, CredentialInput, Gateway, GatewayInput, VapiClient } from '../../vapi/index.js';
import { activity } from '../engine/activity.js';
import { repetition, isSnapshotFresh } from '../engine/attempt.js';
import type { DesiredCredential, Ensured, MarkedTarget, RemovalTarget, Undone } from '../../contract/objects.js';
import type { Dependencies } from '../engine/dependencies.js';
import { sipCredentialsOf } from './sipCredentials.js';
import type { SipCredentials } from '../engine/sipCredentialCache.js';
import { ensureMarked, type MarkedKind, type Owned } from './ensureMarked.js';
import { removeOwn } from './removeOwn.js';
import { importsOn } from '../discovery/uses.js';

type Needs = Pick<Dependencies, 'didww' | 'sipCredentialCache' | 'vapi'>;

/** The credential of one role of a connection. */
type CredentialMark = MarkedTarget & Pick<DesiredCredential, 'role'>;

export const credentialActivities = (dependencies: Needs) => ({
  /**
   * Finds the credential by its name, or creates it with the outbound trunk's SIP credentials. Throws as
   * `ensureMarked`.
   */
  ensureCredential: activity(async (desired: DesiredCredential, options): Promise<Ensured> => {
    const sipCredentials = await sipCredentialsOf(dependencies, desired.outboundTrunkId, options);
    const vapi = dependencies.vapi(desired.region);
    const isSeenAbsent = isSnapshotFresh(desired.absentAt, vapi.clock);
    const existing = await ensureMarked(credentialKind(vapi, desired, sipCredentials, options), isSeenAbsent);
    return { ...identified(existing), name: credentialName(desired.connection, desired.role), ...repetition() };
  }),

  /** Removes the credential of this role as `removeOwn` does. Numbers that are bound to it keep it. */
  removeCredential: activity((target: RemovalTarget & CredentialMark, options): Promise<Undone> =>
    removeOwn(credentials(dependencies.vapi(target.region), target, options), target),
  ),
});

/**
 * What Vapi is sent to create the credential, every default spelled out. Holds the SIP credentials: never
 * logged, never returned.
 */
export function credentialInput(desired: DesiredCredential, sipCredentials: SipCredentials): CredentialInput {
  return {
    name: credentialName(desired.connection, desired.role),
    gateways: gatewaysFor(desired),
    outboundLeadingPlusEnabled: true,
    auth: sipCredentials,
  };
}

/**
 * How an existing credential departs from the desired one; the password cannot be compared, nor an unknown
 * user name.
 */
export function credentialDifferences(
  desired: DesiredCredential,
  username: string | undefined,
  found: Credential,
): readonly Difference[] {
  return [
    ...compareSet('gateways', gatewaysFor(desired).map(gatewayText), found.gateways.map(gatewayText)),
    ...compareValue('outboundLeadingPlusEnabled', true, found.outboundLeadingPlusEnabled),
    ...(username === undefined || found.authUsername === username
      ? []
      : [{ attribute: 'authUsername', desired: 'the one of the outbound trunk', found: 'another one' }]),
  ];
}

function gatewaysFor({ role, sip }: DesiredCredential): readonly Required<GatewayInput>[] {
  const common = {
    port: portFor(sip.transport),
    netmask: 32,
    outboundProtocol: vapiProtocol(sip.transport),
    optionsPingEnabled: false,
  };
  const out = { ...common, ip: sip.outboundHost, inboundEnabled: false, outboundEnabled: true };
  const inbound = DIDWW_SIGNALLING_IPS.map((ip) => ({ ...common, ip, inboundEnabled: true, outboundEnabled: false }));
  switch (role) {
    case 'out':
      return [out];
    case 'in':
      return inbound;
    case 'both':
      return [out, ...inbound];
    default:
      return role satisfies never;
  }
}

const gatewayText = ({ ip, port, netmask, outboundProtocol, ...flags }: Gateway): string =>
  [
    `${ip.toLowerCase()}:${String(port)}/${String(netmask)}`,
    outboundProtocol,
    ...(flags.inboundEnabled ? ['in'] : []),
    ...(flags.outboundEnabled ? ['out'] : []),
    ...(flags.optionsPingEnabled ? ['ping'] : []),
  ].join(' ');

const credentialKind = (
  vapi: VapiClient,
  desired: DesiredCredential,
  sipCredentials: SipCredentials,
  options: CallOptions,
): MarkedKind<Credential> => ({
  ...withoutCopies(credentials(vapi, desired, options), desired.copies),
  differences: (found) => credentialDifferences(desired, sipCredentials.username, found),
  create: () => vapi.createCredential(credentialInput(desired, sipCredentials), options),
});

/** What somebody copied is neither used nor cleared away. */
const withoutCopies = (kind: Owned<Credential>, copies: readonly string[] = []): Owned<Credential> => ({
  ...kind,
  look: async () => (await kind.look()).filter(({ id }) => !copies.includes(id)),
});

/** The credentials of one role of a connection. */
function credentials(vapi: VapiClient, { connection, role }: CredentialMark, options: CallOptions): Owned<Credential> {
  const name = credentialName(connection, role);
  return {
    provider: 'vapi',
    title: credentialTitle(name),
    look: async () => (await vapi.listCredentials(options)).filter((credential) => credential.name === name),
    read: (id) => vapi.getCredential(id, options),
    carriesMark: (found) => found.name === name,
    uses: ({ id }) => importsOn(vapi, [id], options),
    remove: ({ id }) => vapi.deleteCredential(id, options),
  };
}
