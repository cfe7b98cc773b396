/** What a number is good for (docs/providers/didww.md, DIDs and routing). */
export type DidFeature = 'voice_in' | 'voice_out' | 't38' | 'sms_in' | 'p2p' | 'a2p' | 'emergency' | 'cnam_out';

/** A number of the account (docs/providers/didww.md, DIDs and routing). */
export interface Did {
  readonly id: string;
  /** E.164 digits without `+`. */
  readonly number: string;
  description: string | null;
  blocked: boolean;
  awaitingRegistration: boolean;
  terminated: boolean;
  expiresAt: string | null;
  billingCyclesCount: number | null;
  /** Simultaneous calls allowed on this DID; null: no cap of its own. */
  capacityLimit: number | null;
  /** Channels that come with the number. */
  channelsIncludedCount: number;
  /** Channels given to it from a capacity pool. */
  dedicatedChannelsCount: number;
  readonly emergencyEnabled: boolean;
  readonly createdAt: string;
  didGroupId: string;
  /** Where calls go: a trunk, or a group, or nowhere; never both. */
  voiceInTrunkId: string | null;
  voiceInTrunkGroupId: string | null;
  capacityPoolId: string | null;
  sharedCapacityGroupId: string | null;
}

export interface DidGroup {
  readonly id: string;
  readonly prefix: string;
  readonly areaName: string;
  readonly features: readonly DidFeature[];
  /**
   * Metered: billed by the minute, may have no channels at all (docs/providers/didww.md, Capacity and
   * balance).
   */
  readonly isMetered: boolean;
  readonly allowAdditionalChannels: boolean;
  readonly serviceRestrictions: string | null;
  readonly numberType: 'local' | 'national' | 'mobile' | 'toll_free' | 'shared_cost' | 'global';
  readonly isDemo: boolean;
  readonly countryId: string;
}

export interface Country {
  readonly id: string;
  readonly name: string;
  readonly prefix: string;
  readonly iso: string;
}

export interface CapacityPool {
  readonly id: string;
  readonly name: string;
  readonly totalChannelsCount: number;
}

export interface SharedCapacityGroup {
  readonly id: string;
  readonly name: string;
  readonly sharedChannelsCount: number;
  readonly meteredChannelsCount: number;
  readonly capacityPoolId: string;
}
