/**
 * What lists show of a connection, as it is now: a list may be late with a removal, and with what somebody
 * has changed. Who takes such a connection for standing would build on what is no more. Read by id; nothing
 * is asked where no list shows anything of the connection.
 */
import type { Did } from '../../didww/index.js';
import { digits } from '../../domain/sip/e164.js';
import { CREDENTIAL_ROLES, credentialName } from '../../contract/marks.js';
import type { CallOptions } from '../../http/index.js';
import type { VapiClient } from '../../vapi/index.js';
import type { Dependencies } from '../engine/dependencies.js';
import { markedTools } from '../discovery/ownership.js';
import { reachedTrunk } from '../discovery/reach.js';
import type { Facts } from './facts.js';
import { allAtRest } from '../engine/allAtRest.js';
import { unlessGone } from '../engine/refusals.js';

type Didww = Pick<Dependencies['didww'], 'getOutboundTrunk' | 'getInboundTrunk'>;
type Vapi = Pick<VapiClient, 'getCredential' | 'getTool'>;
type Lists = Pick<Facts, 'outboundTrunks' | 'inboundTrunks' | 'credentials' | 'phoneNumbers' | 'tools'>;

/**
 * The lists, with the trunks, credentials and tools of the connection as they are by their ids, without what
 * is gone and without trunks that have lost the reference. An import on a credential that is gone is gone,
 * too: Vapi deletes none in use. One round.
 */
export async function currentOf(
  { didww, vapi }: { readonly didww: Didww; readonly vapi: Vapi },
  { connection, reference }: { readonly connection: string; readonly reference: string },
  { outboundTrunks, inboundTrunks, credentials, phoneNumbers, tools }: Lists,
  options: CallOptions,
): Promise<Lists> {
  const names: readonly unknown[] = CREDENTIAL_ROLES.map((role) => credentialName(connection, role));
  const marked = new Set(markedTools(connection, tools ?? []).map(({ id }) => id));
  const [outbound, inbound, ofVapi, current] = await allAtRest([
    reread(
      outboundTrunks,
      () => true,
      (id) => didww.getOutboundTrunk(id, options),
    ),
    reread(
      inboundTrunks,
      () => true,
      (id) => didww.getInboundTrunk(id, options),
    ),
    reread(
      credentials,
      ({ name }) => names.includes(name),
      (id) => vapi.getCredential(id, options),
    ),
    reread(
      tools,
      ({ id }) => marked.has(id),
      (id) => vapi.getTool(id, options),
    ),
  ]);
  const gone = new Set(credentials?.filter(({ id }) => !ofVapi?.some((one) => one.id === id)).map(({ id }) => id));
  return {
    outboundTrunks: outbound?.filter((trunk) => trunk.reference === reference),
    inboundTrunks: inbound?.filter((trunk) => trunk.reference === reference),
    credentials: ofVapi,
    phoneNumbers: phoneNumbers?.filter(({ credentialId }) => credentialId === undefined || !gone.has(credentialId)),
    tools: current,
  };
}

/**
 * The DIDs, with those read by id that a list shows as routed elsewhere although their number is imported
 * on a credential: where our trunk exists, such a row may be older than the cut-over of a live number, whose
 * undo would route it away.
 */
export async function currentDids(
  didww: Pick<Dependencies['didww'], 'getDid'>,
  dids: readonly Did[] | undefined,
  { inboundTrunks = [], phoneNumbers = [] }: Pick<Facts, 'inboundTrunks' | 'phoneNumbers'>,
  options: CallOptions,
): Promise<readonly Did[] | undefined> {
  if (inboundTrunks.length === 0) return dids;
  const imported = new Set(
    phoneNumbers.flatMap(({ credentialId, number }) => (credentialId === undefined ? [] : [digits(number ?? '')])),
  );
  return reread(
    dids,
    ({ number, routing }) => imported.has(digits(number)) && reachedTrunk(routing, inboundTrunks) === undefined,
    (id) => didww.getDid(id, options),
  );
}

/** A list, with those of its rows that matter read by id. */
async function reread<T extends { readonly id: string }>(
  listed: readonly T[] | undefined,
  matters: (row: T) => boolean,
  read: (id: string) => Promise<T>,
): Promise<readonly T[] | undefined> {
  if (listed === undefined) return undefined;
  const current = await allAtRest(
    listed.map((row) => (matters(row) ? unlessGone(read(row.id)) : Promise.resolve(row))),
  );
  return current.filter((row) => row !== undefined);
}
