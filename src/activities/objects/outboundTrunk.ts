/**
 * The DIDWW outbound trunk: calls of the connection, and the new leg of a transfer, leave through it. DIDWW
 * generates its SIP credentials (docs/providers/didww.md, Outbound trunks).
 */
import type { OutboundTrunk, OutboundTrunkInput } from '../../didww/index.js';
import { compareList, compareSet, compareValue, type Difference } from '../../domain/objects/difference.js';
import { trunkReference, trunkName } from '../../contract/marks.js';
import { normaliseCidr } from '../../domain/sip/cidr.js';
import { allowedSipIps } from '../../domain/sip/addresses.js';
import type { CallOptions } from '../../http/index.js';
import { activity } from '../engine/activity.js';
import { repetition, isSnapshotFresh } from '../engine/attempt.js';
import type { Ensured, MarkedTarget, DesiredOutboundTrunk, RemovalTarget, Undone } from '../../contract/objects.js';
import type { Dependencies } from '../engine/dependencies.js';
import { ensureMarked, type MarkedKind, type Owned } from './ensureMarked.js';
import { namesakesOf } from '../discovery/ownTrunks.js';
import { removeOwn } from './removeOwn.js';
import { numbersWithSipCredentials } from '../discovery/uses.js';

type Needs = Pick<Dependencies, 'didww' | 'sipCredentialCache' | 'vapi'>;

export const outboundTrunkActivities = (dependencies: Needs) => ({
  /**
   * Finds the trunk by our reference, or creates it, and keeps its SIP credentials in the worker's memory.
   * Throws as `ensureMarked`.
   */
  ensureOutboundTrunk: activity(async (desired: DesiredOutboundTrunk, options): Promise<Ensured> => {
    const { id, name, username, password } = await ensureMarked(
      outboundTrunkKind(dependencies, desired, options),
      isSnapshotFresh(desired.absentAt, dependencies.didww.clock),
    );
    if (username !== undefined && password !== undefined)
      dependencies.sipCredentialCache.remember(id, { username, password });
    return { id, name, ...repetition() };
  }),

  /** Removes the trunk as `removeOwn` does. Calls through it end at once. */
  removeOutboundTrunk: activity((target: RemovalTarget, options): Promise<Undone> =>
    removeOwn(outboundTrunks(dependencies, target, options), target),
  ),
});

/** What DIDWW is sent to create the trunk. */
export const outboundTrunkInput = (desired: DesiredOutboundTrunk): OutboundTrunkInput => ({
  name: trunkName(desired.connection, 'out'),
  reference: trunkReference(desired.connection),
  onCliMismatchAction: desired.sip.callerIds === 'own' ? 'reject_call' : 'send_original_cli',
  allowAnyDidAsCli: false,
  capacityLimit: desired.limits.channels,
  thresholdAmount: String(desired.limits.dailySpendUsd),
  allowedSipIps: allowedSipIps(desired.region, desired.sip.allowedIps),
  defaultDstAction: 'allow_all',
  mediaEncryptionMode: 'disabled',
  didIds: desired.callerDidIds,
});

/**
 * How an existing trunk departs from the desired one. More caller ids than wanted are none: other numbers of
 * the connection need them.
 */
export function outboundTrunkDifferences(desired: DesiredOutboundTrunk, found: OutboundTrunk): readonly Difference[] {
  const input = outboundTrunkInput(desired);
  const sameSpend = Math.abs(Number(found.thresholdAmount) - desired.limits.dailySpendUsd) < CENT;
  const missing =
    found.didIds === undefined ? [] : desired.callerDidIds.filter((id) => found.didIds?.includes(id) !== true);
  return [
    ...compareValue('authentication_method', 'credentials_and_ip', found.authenticationMethod),
    ...compareSet('sip.allowedIps', input.allowedSipIps, found.allowedSipIps.map(normaliseCidr)),
    ...compareValue('tech_prefix', null, found.techPrefix),
    ...compareValue('sip.callerIds', desired.sip.callerIds, callerIdsText(found)),
    ...compareValue('allow_any_did_as_cli', input.allowAnyDidAsCli, found.allowAnyDidAsCli),
    ...compareList('caller ids that are missing', [], missing),
    ...compareValue('limits.channels', input.capacityLimit, found.capacityLimit),
    ...(sameSpend
      ? []
      : compareValue('limits.dailySpendUsd', desired.limits.dailySpendUsd, Number(found.thresholdAmount))),
    ...compareValue('default_dst_action', input.defaultDstAction, found.defaultDstAction),
    ...compareValue('media_encryption_mode', input.mediaEncryptionMode, found.mediaEncryptionMode),
    ...compareValue('status', 'active', found.status),
  ];
}

/** What a request calls the trunk's way with a foreign caller id; DIDWW's own word for others. */
function callerIdsText({ onCliMismatchAction }: OutboundTrunk): string {
  switch (onCliMismatchAction) {
    case 'reject_call':
      return 'own';
    case 'send_original_cli':
      return 'any';
    default:
      return onCliMismatchAction;
  }
}

/** DIDWW may round to whole cents. */
const CENT = 0.01;

function outboundTrunkKind(
  dependencies: Needs,
  desired: DesiredOutboundTrunk,
  options: CallOptions,
): MarkedKind<OutboundTrunk> {
  const { didww } = dependencies;
  const name = trunkName(desired.connection, 'out');
  const owned = outboundTrunks(dependencies, desired, options);
  return {
    ...owned,
    differences: (found) => outboundTrunkDifferences(desired, found),
    create: () => didww.createOutboundTrunk(outboundTrunkInput(desired), options),
    lookByName: () => didww.findOutboundTrunks({ name }, options),
  };
}

/** The outbound trunks of a connection. */
function outboundTrunks(
  { didww, vapi, sipCredentialCache }: Needs,
  { connection, region }: MarkedTarget,
  options: CallOptions,
): Owned<OutboundTrunk> {
  const name = trunkName(connection, 'out');
  const reference = trunkReference(connection);
  return {
    provider: 'didww',
    title: `outbound trunk "${name}"`,
    look: async () => namesakesOf(await didww.findOutboundTrunks({ reference }, options), name),
    read: (id) => didww.getOutboundTrunk(id, options),
    carriesMark: (found) => found.reference === reference,
    uses: ({ username }) => numbersWithSipCredentials({ didww, vapi: vapi(region) }, { connection, username }, options),
    remove: async ({ id }) => {
      await didww.deleteOutboundTrunk(id, options);
      sipCredentialCache.forget(id);
    },
  };
}
