/**
 * The DIDWW inbound trunk: calls to the connection's numbers leave DIDWW for Vapi through it. It
 * authenticates with the outbound trunk's SIP credentials, without which DIDWW refuses the REFER of a
 * transfer (docs/providers/didww.md, Inbound trunks; Transfers (REFER)).
 */
import type { InboundTrunk, InboundTrunkInput } from '../../didww/index.js';
import { compareList, compareSecret, compareValue, type Difference } from '../../domain/objects/difference.js';
import { trunkReference, trunkName } from '../../contract/marks.js';
import { forgetNumbers, mergePreviousRoutings } from '../../domain/objects/previousRoutings.js';
import { INBOUND_CODECS, INBOUND_USER_PART, portFor } from '../../domain/sip/sip.js';
import { ingressHost } from '../../domain/sip/addresses.js';
import type { CallOptions } from '../../http/index.js';
import { activity } from '../engine/activity.js';
import { repetition, isSnapshotFresh } from '../engine/attempt.js';
import type { Ensured, DesiredInboundTrunk, MarkedTarget, RemovalTarget, Undone } from '../../contract/objects.js';
import type { Dependencies } from '../engine/dependencies.js';
import { sipCredentialsOf } from './sipCredentials.js';
import type { SipCredentials } from '../engine/sipCredentialCache.js';
import { ensureMarked, type MarkedKind, type Owned } from './ensureMarked.js';
import { namesakesOf } from '../discovery/ownTrunks.js';
import { removeOwn } from './removeOwn.js';
import { groupText } from '../discovery/reach.js';
import { usesOfInboundTrunk } from '../discovery/uses.js';

type Needs = Pick<Dependencies, 'didww' | 'sipCredentialCache'>;

export const inboundTrunkActivities = (dependencies: Needs) => ({
  /**
   * Finds the trunk by our reference, or creates it; its description then remembers the prior routings.
   * Throws as `ensureMarked`.
   */
  ensureInboundTrunk: activity(async (desired: DesiredInboundTrunk, options): Promise<Ensured> => {
    const { didww } = dependencies;
    const sipCredentials = await sipCredentialsOf(dependencies, desired.outboundTrunkId, options);
    const { id, name, description } = await ensureMarked(
      inboundTrunkKind(didww, desired, sipCredentials, options),
      isSnapshotFresh(desired.absentAt, didww.clock),
    );
    const remembering = mergePreviousRoutings(forgetNumbers(description, desired.unrouted), desired.previousRoutings);
    if (remembering !== mergePreviousRoutings(description, [])) {
      await didww.updateInboundTrunk(id, { description: remembering }, options);
    }
    return { id, name, ...repetition() };
  }),

  /**
   * Removes the trunk as `removeOwn` does. Numbers whose calls reach it keep it, and so does a trunk group
   * that somebody put it into: this routes none away itself, and changes no group.
   */
  removeInboundTrunk: activity((target: RemovalTarget, options): Promise<Undone> =>
    removeOwn(inboundTrunks(dependencies.didww, target, options), target),
  ),
});

/** What DIDWW is sent to create the trunk. Holds the SIP credentials: never logged, never returned. */
export const inboundTrunkInput = (desired: DesiredInboundTrunk, sipCredentials: SipCredentials): InboundTrunkInput => ({
  name: trunkName(desired.connection, 'in'),
  reference: trunkReference(desired.connection),
  description: mergePreviousRoutings(null, desired.previousRoutings),
  cliFormat: 'e164',
  cliPrefix: '+',
  configuration: {
    host: ingressHost(desired.region, desired.ingressCredentialId),
    port: portFor(desired.sip.transport),
    username: INBOUND_USER_PART,
    transport: desired.sip.transport,
    networkProtocolPriority: desired.sip.networkProtocol,
    resolveRuri: false,
    codecs: INBOUND_CODECS,
    authEnabled: true,
    authUser: sipCredentials.username,
    authPassword: sipCredentials.password,
    maxTransfers: desired.sip.maxTransfers,
    mediaEncryptionMode: 'disabled',
  },
});

/**
 * How an existing trunk departs from the desired one. Its description is no setting: it is merged, never
 * compared; nor are unknown SIP credentials.
 */
export function inboundTrunkDifferences(
  desired: DesiredInboundTrunk,
  sipCredentials: SipCredentials | undefined,
  found: InboundTrunk,
): readonly Difference[] {
  const { configuration } = found;
  const expected = sipCredentials ?? { username: configuration.authUser, password: configuration.authPassword };
  const isSame = configuration.authUser === expected.username && configuration.authPassword === expected.password;
  const {
    configuration: input,
    cliFormat,
    cliPrefix,
  } = inboundTrunkInput(desired, sipCredentials ?? UNKNOWN_CREDENTIALS);
  return [
    ...compareValue('configuration.type', 'sip_configurations', configuration.type),
    ...compareValue('sip.ingress', input.host, configuration.host?.toLowerCase()),
    ...compareValue('port', input.port, configuration.port),
    ...compareValue('username', input.username, configuration.username),
    ...compareValue('sip.transport', input.transport, configuration.transport),
    ...compareValue('sip.networkProtocol', input.networkProtocolPriority, configuration.networkProtocolPriority),
    ...compareValue('resolve_ruri', input.resolveRuri, configuration.resolveRuri),
    ...compareList('codecs', input.codecs, configuration.codecs),
    ...compareValue('auth_enabled', input.authEnabled, configuration.authEnabled),
    ...compareSecret('user name and password of the outbound trunk', isSame),
    ...compareValue('sip.maxTransfers', input.maxTransfers, configuration.maxTransfers),
    ...compareValue('media_encryption_mode', input.mediaEncryptionMode, configuration.mediaEncryptionMode),
    ...compareValue('enabled_sip_registration', false, configuration.enabledSipRegistration),
    ...compareValue('cli_format', cliFormat, found.cliFormat),
    ...compareValue('cli_prefix', cliPrefix, found.cliPrefix),
  ];
}

const UNKNOWN_CREDENTIALS: SipCredentials = { username: '', password: '' };

function inboundTrunkKind(
  didww: Dependencies['didww'],
  desired: DesiredInboundTrunk,
  sipCredentials: SipCredentials,
  options: CallOptions,
): MarkedKind<InboundTrunk> {
  const name = trunkName(desired.connection, 'in');
  const owned = inboundTrunks(didww, desired, options);
  return {
    ...owned,
    differences: (found) => inboundTrunkDifferences(desired, sipCredentials, found),
    create: () => didww.createInboundTrunk(inboundTrunkInput(desired, sipCredentials), options),
    lookByName: () => didww.findInboundTrunks({ name }, options),
  };
}

/** The inbound trunks of a connection. */
function inboundTrunks(
  didww: Dependencies['didww'],
  { connection }: MarkedTarget,
  options: CallOptions,
): Owned<InboundTrunk> {
  const name = trunkName(connection, 'in');
  const reference = trunkReference(connection);
  return {
    provider: 'didww',
    title: `inbound trunk "${name}"`,
    look: async () => namesakesOf(await didww.findInboundTrunks({ reference }, options), name),
    read: (id) => didww.getInboundTrunk(id, options),
    carriesMark: (found) => found.reference === reference,
    uses: (trunk) => usesOfInboundTrunk(didww, trunk, options),
    remedy: (trunk) =>
      trunk.group == null
        ? undefined
        : `Take it out of that group at DIDWW first: somebody put it into ${groupText(trunk)}.`,
    remove: ({ id }) => didww.deleteInboundTrunk(id, options),
  };
}
