/**
 * Who uses an object at this moment. Lists lag and may be empty for once, so what a list shows is read by
 * id before it counts, and an empty list is asked for again. Belongs here: reading uses. Does not: what
 * follows from them (`removeOwn.ts`, `ensureMarked.ts`).
 */
import { trunkReference } from '../../contract/marks.js';
import type { CallOptions } from '../../http/index.js';
import type { PhoneNumber, VapiClient } from '../../vapi/index.js';
import { holdsTool } from '../../vapi/assistantModel.js';
import type { Dependencies } from '../engine/dependencies.js';
import { groupText, listReaching, type Reachable, reaches } from './reach.js';
import { unlessGone } from '../engine/refusals.js';

type Didww = Dependencies['didww'];

/** What the uses of an outbound trunk are found by. */
export interface CredentialHolder {
  readonly connection: string;
  /** The user name of its SIP credentials. */
  readonly username: string | undefined;
}

/** Numbers that are imported at Vapi on one of these credentials. */
export async function importsOn(
  vapi: VapiClient,
  credentialIds: readonly string[],
  options: CallOptions,
): Promise<readonly string[]> {
  if (credentialIds.length === 0) return [];
  const isBound = ({ credentialId }: PhoneNumber): boolean =>
    credentialId !== undefined && credentialIds.includes(credentialId);
  const listed = (await askedAgain(() => vapi.listPhoneNumbers(options))).filter(isBound);
  return usesOf(listed, async ({ id }) => {
    const found = await unlessGone(vapi.getPhoneNumber(id, options));
    return found !== undefined && isBound(found) ? (found.number ?? found.id) : undefined;
  });
}

/** A number whose calls come in over a trunk. */
interface Reaching {
  readonly number: string;
  /** The number as people are told of it: with the trunk group that its calls come through, if any. */
  readonly told: string;
}

/** Numbers whose calls DIDWW sends to this trunk. */
async function numbersReaching(didww: Didww, trunk: Reachable, options: CallOptions): Promise<readonly Reaching[]> {
  return usesOf(await askedAgain(() => listReaching(didww, [trunk], options)), async ({ id }) => {
    const did = await unlessGone(didww.getDid(id, options));
    if (did === undefined || !reaches(did.routing, trunk)) return undefined;
    const { number, routing } = did;
    return { number, told: routing?.kind === 'group' ? `${number} through ${groupText(trunk)}` : number };
  });
}

/**
 * Who needs this trunk: the numbers whose calls reach it. Where there are none, the group that it is in,
 * which keeps DIDWW from deleting it (docs/providers/didww.md, Inbound trunks).
 */
export async function usesOfInboundTrunk(
  didww: Didww,
  trunk: Reachable,
  options: CallOptions,
): Promise<readonly string[]> {
  const numbers = await numbersReaching(didww, trunk, options);
  if (numbers.length > 0) return numbers.map(({ told }) => told);
  return trunk.group == null ? [] : [groupText(trunk)];
}

/**
 * Numbers that need an outbound trunk's SIP credentials: those whose calls reach an inbound trunk of the
 * connection that authenticates with it, whose transfers would fail, and those imported at Vapi on a
 * credential that holds it.
 */
export async function numbersWithSipCredentials(
  { didww, vapi }: { readonly didww: Didww; readonly vapi: VapiClient },
  { connection, username }: CredentialHolder,
  options: CallOptions,
): Promise<readonly string[]> {
  const [inboundTrunks, credentials] = await Promise.all([
    askedAgain(() => didww.findInboundTrunks({ reference: trunkReference(connection) }, options)),
    askedAgain(() => vapi.listCredentials(options)),
  ]);
  const partners = inboundTrunks.filter(
    ({ configuration }) => username === undefined || configuration.authUser === username,
  );
  const holders = credentials.filter(({ authUsername }) => username !== undefined && authUsername === username);
  const [imported, ...reaching] = await Promise.all([
    importsOn(
      vapi,
      holders.map(({ id }) => id),
      options,
    ),
    ...partners.map((trunk) => numbersReaching(didww, trunk, options)),
  ]);
  const reached = new Map(reaching.flat().map(({ number, told }) => [number, told]));
  return [...reached.values(), ...imported.filter((number) => !reached.has(number))];
}

/**
 * Assistants other than these that list this tool: without it, they would fail their calls
 * (docs/providers/vapi.md, Tools).
 */
export async function assistantsWith(
  vapi: VapiClient,
  toolId: string,
  options: CallOptions,
  except: readonly string[] = [],
): Promise<readonly string[]> {
  const listed = (await askedAgain(() => vapi.listAssistants(options))).filter(
    ({ id, model }) => holdsTool(model, toolId) && !except.includes(id),
  );
  return usesOf(listed, async ({ id }) => {
    const found = await unlessGone(vapi.getAssistant(id, options));
    return found !== undefined && holdsTool(found.model, toolId) ? `assistant ${id}` : undefined;
  });
}

/** An empty list proves nothing on its own: it is asked for once more. */
export async function askedAgain<T>(list: () => Promise<readonly T[]>): Promise<readonly T[]> {
  const shown = await list();
  return shown.length > 0 ? shown : list();
}

/** Named to a person; one is enough to keep an object. */
const MOST_NAMED = 5;

/** What of a list still exists, read one by one until enough is known. */
async function usesOf<T, Use>(
  listed: readonly T[],
  read: (one: T) => Promise<Use | undefined>,
): Promise<readonly Use[]> {
  const found: Use[] = [];
  for (const one of listed) {
    if (found.length === MOST_NAMED) break;
    const use = await read(one);
    if (use !== undefined) found.push(use);
  }
  return found;
}
