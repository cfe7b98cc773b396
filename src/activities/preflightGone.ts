/**
 * What lists show of a connection although it is gone: a list may be late with a removal, and who takes the
 * connection for standing would build on what is no more. Read by id; nothing is asked where no list shows
 * anything of the connection.
 */
import { CREDENTIAL_ROLES, credentialName } from '../domain/marks.js';
import type { CallOptions } from '../http/index.js';
import type { VapiClient } from '../vapi/index.js';
import type { Dependencies } from './dependencies.js';
import { markedTools } from './ownership.js';
import type { Facts } from './preflightFacts.js';
import { unlessGone } from './refusals.js';

type Didww = Pick<Dependencies['didww'], 'getOutboundTrunk' | 'getInboundTrunk'>;
type Vapi = Pick<VapiClient, 'getCredential' | 'getTool'>;
type Lists = Pick<Facts, 'outboundTrunks' | 'inboundTrunks' | 'credentials' | 'phoneNumbers' | 'tools'>;

/** Ids of trunks, credentials and tools of the connection that lists show and that are gone. One round. */
export async function goneOf(
  { didww, vapi }: { readonly didww: Didww; readonly vapi: Vapi },
  connection: string,
  { outboundTrunks = [], inboundTrunks = [], credentials = [], tools = [] }: Lists,
  options: CallOptions,
): Promise<ReadonlySet<string>> {
  const names: readonly unknown[] = CREDENTIAL_ROLES.map((role) => credentialName(connection, role));
  const gone = await Promise.all([
    ...outboundTrunks.map(({ id }) => goneId(id, didww.getOutboundTrunk(id, options))),
    ...inboundTrunks.map(({ id }) => goneId(id, didww.getInboundTrunk(id, options))),
    ...credentials
      .filter(({ name }) => names.includes(name))
      .map(({ id }) => goneId(id, vapi.getCredential(id, options))),
    ...markedTools(connection, tools).map(({ id }) => goneId(id, vapi.getTool(id, options))),
  ]);
  return new Set(gone.flat());
}

const goneId = async (id: string, read: Promise<unknown>): Promise<readonly string[]> =>
  (await unlessGone(read)) === undefined ? [id] : [];

/** The lists without these. An import on a credential that is gone is gone, too: Vapi deletes none in use. */
export function without(
  gone: ReadonlySet<string>,
  { outboundTrunks, inboundTrunks, credentials, phoneNumbers, tools }: Lists,
): Lists {
  const isThere = ({ id }: { readonly id: string }): boolean => !gone.has(id);
  return {
    outboundTrunks: outboundTrunks?.filter(isThere),
    inboundTrunks: inboundTrunks?.filter(isThere),
    credentials: credentials?.filter(isThere),
    phoneNumbers: phoneNumbers?.filter(({ credentialId }) => credentialId === undefined || !gone.has(credentialId)),
    tools: tools?.filter(isThere),
  };
}
