/**
 * Reads of both accounts that show a connection: what carries its marks, what hangs on that, and what is
 * known by id. Does not: which of it is ours (`ownership.ts`).
 */
import type { Did, InboundTrunk, OutboundTrunk } from '../../didww/index.js';
import type { ListedObjects } from '../../contract/discovery.js';
import { trunkReference } from '../../contract/marks.js';
import type { CallOptions } from '../../http/index.js';
import type { VapiClient } from '../../vapi/index.js';
import type { Dependencies } from '../engine/dependencies.js';
import type { AccountsSnapshot } from './accountsSnapshot.js';
import { listReaching, reachedTrunk } from './reach.js';
import { isClass, unlessGone } from '../engine/refusals.js';

type Didww = Dependencies['didww'];

/** What is read besides what carries a mark, and what may be missing. */
export interface Reading {
  /** Objects that are read by id where lists do not show them. */
  readonly known?: ListedObjects;
  /** An account that is not allowed outbound trunks counts as having none. */
  readonly mayLackOutbound?: boolean;
}

/** Both accounts as far as a connection is concerned, and whether DIDWW refused to show outbound trunks. */
export type Shown = AccountsSnapshot & { readonly outboundRefused: boolean };

/** Nothing is known by id. */
export const NOTHING_KNOWN: ListedObjects = {
  outboundTrunks: [],
  inboundTrunks: [],
  credentials: [],
  tools: [],
  phoneNumbers: [],
};

/** Two rounds of parallel reads. Throws `ProviderError`. */
export async function readConnection(
  { didww, vapi }: { readonly didww: Didww; readonly vapi: VapiClient },
  connection: string,
  options: CallOptions,
  { known = NOTHING_KNOWN, mayLackOutbound = false }: Reading = {},
): Promise<Shown> {
  const reference = trunkReference(connection);
  const [outbound, [inboundTrunks, routed], credentials, phoneNumbers, tools] = await Promise.all([
    withKnown(didww.findOutboundTrunks({ reference }, options), known.outboundTrunks, (id) =>
      didww.getOutboundTrunk(id, options),
    ).catch((error: unknown): undefined => {
      if (!mayLackOutbound || !isClass(error, 'permission')) throw error;
    }),
    inboundSide(didww, connection, known, options),
    withKnown(vapi.listCredentials(options), known.credentials, (id) => vapi.getCredential(id, options)),
    withKnown(vapi.listPhoneNumbers(options), known.phoneNumbers, (id) => vapi.getPhoneNumber(id, options)),
    withKnown(vapi.listTools(options), known.tools, (id) => vapi.getTool(id, options)),
  ]);
  const outboundTrunks: readonly OutboundTrunk[] = outbound ?? [];
  const outboundRefused = outbound === undefined;
  return { outboundTrunks, inboundTrunks, routed, credentials, phoneNumbers, tools, outboundRefused };
}

/** Inbound trunks with the connection's reference, and those that are known. */
export const inboundTrunksOf = (
  didww: Didww,
  connection: string,
  known: ListedObjects,
  options: CallOptions,
): Promise<readonly InboundTrunk[]> =>
  withKnown(didww.findInboundTrunks({ reference: trunkReference(connection) }, options), known.inboundTrunks, (id) =>
    didww.getInboundTrunk(id, options),
  );

/**
 * DIDs whose calls reach one of these trunks, by the lists or, of those that are known, by themselves. The
 * lists are one round, of one request more where a trunk is in a group.
 */
export async function didsReaching(
  didww: Didww,
  trunks: readonly InboundTrunk[],
  options: CallOptions,
  knownIds: readonly string[] = [],
): Promise<readonly Did[]> {
  if (trunks.length === 0) return [];
  const found = await withKnown(listReaching(didww, trunks, options), knownIds, (id) => didww.getDid(id, options));
  return found.filter(({ routing }) => reachedTrunk(routing, trunks) !== undefined);
}

async function inboundSide(
  didww: Didww,
  connection: string,
  known: ListedObjects,
  options: CallOptions,
): Promise<readonly [readonly InboundTrunk[], readonly Did[]]> {
  const trunks = await inboundTrunksOf(didww, connection, known, options);
  return [trunks, await didsReaching(didww, trunks, options, known.dids)];
}

/** Known objects read at the same time. */
const KNOWN_AT_ONCE = 20;

/**
 * A list, and what it does not show of the objects that are known: lists lag, and what was renamed is found
 * under its id.
 */
export async function withKnown<T extends { readonly id: string }>(
  list: Promise<readonly T[]>,
  knownIds: readonly string[],
  read: (id: string) => Promise<T | undefined>,
): Promise<readonly T[]> {
  const listed = await list;
  const unlisted = knownIds.filter((id) => !listed.some((one) => one.id === id));
  const found: T[] = [];
  for (let at = 0; at < unlisted.length; at += KNOWN_AT_ONCE) {
    const some = unlisted.slice(at, at + KNOWN_AT_ONCE);
    const answers = await Promise.all(some.map((id) => unlessGone(read(id))));
    found.push(...answers.filter((one) => one !== undefined));
  }
  return [...listed, ...found];
}
