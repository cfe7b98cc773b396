/**
 * What earlier runs of a connection made and is there, although no list shows it: lists may be late with
 * what is new. Where they show nothing of an existing connection, its trunks would pass for leftovers.
 */
import { providerName } from '../../domain/reports/advice.js';
import type { ListedObjects } from '../../contract/discovery.js';
import type { ObjectProvider } from '../../contract/result.js';
import type { CallOptions } from '../../http/index.js';
import type { VapiClient } from '../../vapi/index.js';
import type { Dependencies } from '../engine/dependencies.js';
import { StepError } from '../engine/failures.js';
import type { Facts, Unlisted } from './facts.js';
import { allAtRest } from '../engine/allAtRest.js';
import { unlessGone } from '../engine/refusals.js';

type Didww = Pick<Dependencies['didww'], 'getOutboundTrunk' | 'getInboundTrunk'>;
type Vapi = Pick<VapiClient, 'getCredential' | 'getTool' | 'getPhoneNumber'>;
type Known = Pick<ListedObjects, 'outboundTrunks' | 'inboundTrunks' | 'credentials' | 'tools' | 'phoneNumbers'>;

/** Imports that are read at the same time: one that is there tells enough. */
const IMPORTS_AT_ONCE = 20;

/**
 * Those of the known objects that are there, read by id, and that no list shows: trunks that carry the
 * reference, credentials, tools and an import. One round, of nothing where lists show them all; more only
 * where many imports are gone.
 */
export async function unlistedOf(
  { didww, vapi }: { readonly didww: Didww; readonly vapi: Vapi },
  reference: string,
  known: Known,
  facts: Pick<Facts, 'outboundTrunks' | 'inboundTrunks' | 'credentials' | 'tools' | 'phoneNumbers'>,
  options: CallOptions,
): Promise<readonly Unlisted[]> {
  const { outboundTrunks, inboundTrunks, credentials, tools, phoneNumbers } = facts;
  const isOurs = (trunk: { readonly reference?: string | null }): boolean => trunk.reference === reference;
  const found = await allAtRest([
    ...missing(known.outboundTrunks, outboundTrunks).map(async (id) => {
      const trunk = await unlessGone(didww.getOutboundTrunk(id, options));
      return trunk === undefined || !isOurs(trunk) ? [] : [unlisted('didww', `outbound trunk ${id}`)];
    }),
    ...missing(known.inboundTrunks, inboundTrunks).map(async (id) => {
      const trunk = await unlessGone(didww.getInboundTrunk(id, options));
      return trunk === undefined || !isOurs(trunk) ? [] : [unlisted('didww', `inbound trunk ${id}`)];
    }),
    ...missing(known.credentials, credentials).map(async (id) => {
      const credential = await unlessGone(vapi.getCredential(id, options));
      return credential === undefined ? [] : [unlisted('vapi', `credential ${id}`)];
    }),
    ...missing(known.tools, tools).map(async (id) => {
      const tool = await unlessGone(vapi.getTool(id, options));
      return tool === undefined ? [] : [unlisted('vapi', `transfer tool ${id}`)];
    }),
    unlistedImport(missing(known.phoneNumbers, phoneNumbers), (id) => vapi.getPhoneNumber(id, options)),
  ]);
  return found.flat();
}

async function unlistedImport(
  ids: readonly string[],
  read: (id: string) => Promise<unknown>,
): Promise<readonly Unlisted[]> {
  for (let at = 0; at < ids.length; at += IMPORTS_AT_ONCE) {
    const some = ids.slice(at, at + IMPORTS_AT_ONCE);
    const there = await allAtRest(some.map(async (id) => ((await unlessGone(read(id))) === undefined ? [] : [id])));
    const [first] = there.flat();
    if (first !== undefined) return [unlisted('vapi', `phone number ${first}`)];
  }
  return [];
}

/** The failure of an attempt whose lists were late: a later one may be shown everything. */
export const notListedYet = ({ provider, title }: Unlisted): StepError =>
  new StepError({
    provider,
    class: 'unexpected-answer',
    message: `${providerName(provider)} does not list the ${title} yet, which an earlier run of this connection made and which is there.`,
    action: `Wait a minute, then run the same request again; if this persists, look at ${providerName(provider)} what became of it.`,
  });

const unlisted = (provider: ObjectProvider, title: string): Unlisted => ({ provider, title });

/** Ids that a list does not show; none where there is no list. */
const missing = (ids: readonly string[], listed: readonly { readonly id: string }[] | undefined): readonly string[] =>
  listed === undefined ? [] : ids.filter((id) => !listed.some((one) => one.id === id));
