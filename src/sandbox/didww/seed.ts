import type { Did, DidFeature, DidGroup, DidwwAccount, InboundGroup, InboundTrunk } from './state.js';
import { sipDefaults } from './resources/sipConfiguration.js';

/** What can be wrong with a number before anybody starts (docs/providers/didww.md, DIDs and routing). */
export const didConditions = [
  'ready',
  'blocked',
  'awaiting-registration',
  'terminated',
  'expired',
  'no-capacity',
  'no-voice-in',
  'no-voice-out',
] as const;

export type DidCondition = (typeof didConditions)[number];

/** A number to be put into an account. */
export interface DidSeed {
  /** E.164 with or without `+`. */
  readonly number: string;
  /** Default `ready`: two channels, calls in and out. */
  readonly condition?: DidCondition | undefined;
  /** Name of a foreign inbound trunk, or of a group (below); made where it is not there. */
  readonly routedTo?: string | undefined;
  readonly routedToGroup?: string | undefined;
  readonly description?: string | undefined;
  readonly channels?: number | undefined;
  readonly capacityLimit?: number | undefined;
  readonly metered?: boolean | undefined;
}

const EVERYTHING: readonly DidFeature[] = ['voice_in', 'voice_out', 't38', 'sms_in'];
const BOUGHT_AT = '2026-01-15T09:30:00.000Z';
const PAID_UNTIL = '2099-01-15T09:30:00.000Z';
const LAPSED_AT = '2026-02-15T09:30:00.000Z';

/** Points of presence and the one country that the sandbox's numbers are from. */
export function addReferenceData(account: DidwwAccount): void {
  for (const name of ['US, NY', 'US, LA', 'US, MIA', 'DE, FRA', 'NL, AMS', 'SG, SIN', 'HK, HKG']) {
    const id = account.newId();
    account.pops.set(id, { id, name });
  }
  const id = account.newId();
  account.countries.set(id, { id, name: 'United States', prefix: '1', iso: 'US' });
}

/** Puts a number into the account. Throws where the account has it already. */
export function addDid(account: DidwwAccount, seed: DidSeed): Did {
  const { condition = 'ready', channels = 2 } = seed;
  if (account.didByNumber(seed.number)) throw new Error(`Sandbox: the account has ${seed.number} already.`);
  const did: Did = {
    id: account.newId(),
    number: seed.number.replace(/^\+/, ''),
    description: seed.description ?? null,
    blocked: ['blocked', 'awaiting-registration', 'terminated', 'expired'].includes(condition),
    awaitingRegistration: condition === 'awaiting-registration',
    terminated: condition === 'terminated',
    expiresAt: condition === 'expired' ? LAPSED_AT : PAID_UNTIL,
    billingCyclesCount: condition === 'terminated' ? 0 : null,
    capacityLimit: seed.capacityLimit ?? null,
    channelsIncludedCount: condition === 'no-capacity' ? 0 : channels,
    dedicatedChannelsCount: 0,
    emergencyEnabled: false,
    createdAt: BOUGHT_AT,
    didGroupId: didGroupWith(account, featuresFor(condition), seed.metered ?? false).id,
    voiceInTrunkId: seed.routedTo === undefined ? null : foreignTrunk(account, seed.routedTo).id,
    voiceInTrunkGroupId: seed.routedToGroup === undefined ? null : foreignGroup(account, seed.routedToGroup).id,
    capacityPoolId: null,
    sharedCapacityGroupId: null,
  };
  account.dids.set(did.id, did);
  return did;
}

/** Somebody else's inbound trunk of this name, made where it is not there. */
export function foreignTrunk(account: DidwwAccount, name: string): InboundTrunk {
  const standing = [...account.inboundTrunks.values()].find((trunk) => trunk.name === name);
  if (standing !== undefined) return standing;
  const trunk: InboundTrunk = {
    id: account.newId(),
    name,
    description: 'Made in the DIDWW panel',
    externalReferenceId: null,
    priority: 1,
    weight: 65_535,
    capacityLimit: null,
    ringingTimeout: null,
    cliFormat: 'e164',
    cliPrefix: null,
    configuration: { ...sipDefaults, host: 'pbx.example.com', port: 5060, username: '{DID}', codecIds: [9, 10, 6] },
    createdAt: BOUGHT_AT,
    popId: null,
    groupId: null,
  };
  account.inboundTrunks.set(trunk.id, trunk);
  return trunk;
}

/** Somebody else's trunk group of this name with one member, made where it is not there. */
export function foreignGroup(account: DidwwAccount, name: string): InboundGroup {
  const standing = [...account.groups.values()].find((group) => group.name === name);
  if (standing !== undefined) return standing;
  const group: InboundGroup = {
    id: account.newId(),
    name,
    externalReferenceId: null,
    capacityLimit: null,
    createdAt: BOUGHT_AT,
  };
  account.groups.set(group.id, group);
  foreignTrunk(account, `${name} member`).groupId = group.id;
  return group;
}

function featuresFor(condition: DidCondition): readonly DidFeature[] {
  if (condition === 'no-voice-in') return EVERYTHING.filter((feature) => feature !== 'voice_in');
  if (condition === 'no-voice-out') return EVERYTHING.filter((feature) => feature !== 'voice_out');
  return EVERYTHING;
}

function didGroupWith(account: DidwwAccount, features: readonly DidFeature[], isMetered: boolean): DidGroup {
  const standing = [...account.didGroups.values()].find(
    (group) => group.isMetered === isMetered && group.features.join() === features.join(),
  );
  if (standing !== undefined) return standing;
  const [country] = account.countries.values();
  if (country === undefined) throw new Error('Sandbox: addReferenceData comes before the first number.');
  const group: DidGroup = {
    id: account.newId(),
    prefix: '864',
    areaName: 'Greenville, SC',
    features,
    isMetered,
    allowAdditionalChannels: true,
    serviceRestrictions: null,
    numberType: 'local',
    isDemo: false,
    countryId: country.id,
  };
  account.didGroups.set(group.id, group);
  return group;
}
