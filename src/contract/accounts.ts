/**
 * Whose accounts a run works on: a worker may come to have the keys of others. Belongs here: what tells an
 * account, as it travels. Does not: asking a provider (`activities/engine/accounts.ts`).
 */
import type { Region } from '../domain/sip/addresses.js';

/**
 * A DIDWW account, told by ids that exist in it alone: DIDWW answers 404 to everybody else
 * (docs/providers/didww.md, Errors). Any one of them will do.
 */
export interface DidwwAccountMark {
  readonly didIds: readonly string[];
  readonly inboundTrunkIds?: readonly string[];
  readonly outboundTrunkIds?: readonly string[];
}

/** A Vapi organisation (docs/providers/vapi.md, Organisations). */
export interface VapiOrganisationMark {
  readonly region: Region;
  /** As every object of it says. */
  readonly organisationId: string;
  /** An assistant of it, which a read by id finds however lists lag. */
  readonly assistantId?: string;
}

/** The accounts that a run works on. What is absent is not to be confirmed. */
export interface Accounts {
  readonly didww?: DidwwAccountMark;
  readonly vapi?: VapiOrganisationMark;
}

/** Ids of trunks. */
export type TrunkIds = Pick<DidwwAccountMark, 'inboundTrunkIds' | 'outboundTrunkIds'>;

/** Ids of one kind that are enough to tell an account. */
export const MOST_IDS = 3;

/** A number may have been given up at DIDWW since: the connection's trunks tell the account as well. */
export function alsoToldBy({ didww, ...rest }: Accounts, trunks: TrunkIds): Accounts {
  if (didww === undefined) return rest;
  const merged = (one: readonly string[] = [], other: readonly string[] = []): readonly string[] =>
    [...new Set([...one, ...other])].slice(0, MOST_IDS);
  return {
    ...rest,
    didww: {
      ...didww,
      inboundTrunkIds: merged(trunks.inboundTrunkIds, didww.inboundTrunkIds),
      outboundTrunkIds: merged(trunks.outboundTrunkIds, didww.outboundTrunkIds),
    },
  };
}

/**
 * Whether two runs are known to have worked on the same accounts: not on two organisations, and with an id
 * at DIDWW in common.
 */
export function areSame(one: Accounts, other: Accounts): boolean {
  if (one.vapi !== undefined && other.vapi !== undefined && one.vapi.organisationId !== other.vapi.organisationId)
    return false;
  const ids = new Set(idsAtDidww(one));
  return idsAtDidww(other).some((id) => ids.has(id));
}

const idsAtDidww = ({ didww }: Accounts): readonly string[] => [
  ...(didww?.didIds ?? []),
  ...(didww?.inboundTrunkIds ?? []),
  ...(didww?.outboundTrunkIds ?? []),
];

/** Under which name a run keeps its accounts as memo, for the runs after it. */
export const ACCOUNTS_MEMO = 'PatchbayAccounts';

/** Under which name a run keeps the ids of what it told as somebody's copies, for the runs after it. */
export const COPIES_MEMO = 'PatchbayCopies';

/**
 * Under which name a run keeps the ids of tools that an earlier run made and that it told as in use by
 * somebody, for the runs after it.
 */
export const IN_USE_MEMO = 'PatchbayInUse';
