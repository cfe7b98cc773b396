/**
 * Everything of a connection that can be found without its request: for `offboardConnection` and the last
 * look of a rollback. Belongs here: finding. Does not: which object is ours (`ownership.ts`), removing what
 * is found (one file a kind of object).
 */
import type { Did, InboundTrunk } from '../../didww/index.js';
import type { VapiOrganisationMark } from '../../contract/accounts.js';
import type {
  Copy,
  Evidence,
  ListedObjects,
  RoutedNumber,
  RoutedTarget,
  DiscoveredObjects,
  DiscoveryTarget,
} from '../../contract/discovery.js';
import { trunkName } from '../../contract/marks.js';
import { copyLeft, credentialTitle, identified, toolTitle } from '../../domain/objects/originals.js';
import { readPreviousRoutings } from '../../domain/objects/previousRoutings.js';
import { type CallOptions, present, ProviderError } from '../../http/index.js';
import type { Assistant, Tool, VapiClient } from '../../vapi/index.js';
import { confirmAccounts } from '../engine/accounts.js';
import { longActivity } from '../engine/activity.js';
import { holdsTool } from '../../vapi/assistantModel.js';
import { didsReaching, inboundTrunksOf, NOTHING_KNOWN, readConnection, withKnown } from './readConnection.js';
import type { Dependencies } from '../engine/dependencies.js';
import { type Own, ownObjects } from './ownership.js';
import { copyKept, trunksOf } from './ownTrunks.js';
import type { History } from './accountsSnapshot.js';
import { ownAccounts } from './ownAccounts.js';
import { digits } from '../../domain/sip/e164.js';
import { reachedTrunk } from './reach.js';

export const discoveryActivities = ({ didww, vapi }: Pick<Dependencies, 'didww' | 'vapi'>) => ({
  /**
   * Two rounds of parallel reads: what is marked or known, then what hangs on it. Throws `ProviderError`.
   */
  discoverObjects: longActivity(async (wanted: DiscoveryTarget, options): Promise<DiscoveredObjects> => {
    const { connection, region, known = NOTHING_KNOWN } = wanted;
    const organisation = vapi(region);
    const [seen, listed] = await Promise.all([
      readConnection({ didww, vapi: organisation }, connection, options, { known }),
      wanted.withoutAssistantList === true ? undefined : organisation.listAssistants(options),
    ]);
    const history = historyOf(wanted);
    const answering = ownObjects(connection, seen, history).imports.flatMap(({ assistantId }) => assistantId ?? []);
    const ids = [...new Set([...answering, ...(known.assistants ?? [])])];
    const { assistants, unread } = await withAssistants(organisation, listed, ids, options);
    const own = ownObjects(connection, { ...seen, assistants }, history);
    const groupWithoutNumbers = (group: InboundTrunk['group']): string | undefined =>
      seen.routed.some(({ routing }) => routing?.kind === 'group' && routing.id === group?.id) ? undefined : group?.id;
    const routed = seen.routed.filter(({ routing }) => reachedTrunk(routing, own.inboundTrunks) !== undefined);
    return {
      evidence: evidenceOf(own, routed),
      accounts: ownAccounts(region, own, routed),
      unread,
      copies: copiesOf(connection, own, seen.routed),
      ...youngest([...own.credentials, ...own.tools]),
      outboundTrunks: own.outboundTrunks.map(({ id, name }) => ({ id, name })),
      inboundTrunks: own.inboundTrunks.map(({ id, name, group }) =>
        present({ id, name, groupId: groupWithoutNumbers(group) }),
      ),
      credentials: own.credentials.map((one) => ({ ...identified(one), name: one.name ?? '', role: one.role })),
      tools: own.tools.map((one) => ({ ...identified(one), name: one.functionName ?? '' })),
      assistants: assistantsWith(assistants, own.tools),
      numbers: numbersOf(own, routed),
    };
  }),

  /**
   * The numbers that DIDWW sends to the connection, of which the DIDWW account was confirmed. Live calls
   * are given back whatever Vapi is about: it is asked for 5 s at most whether its key is of the
   * connection's organisation, and what it refuses or does not answer is let pass. Throws `ProviderError`,
   * and `StepError` of class `authentication` where the key is of another organisation.
   */
  findRouted: longActivity(
    async (
      { connection, known = NOTHING_KNOWN, organisation }: RoutedTarget,
      options,
    ): Promise<readonly RoutedNumber[]> => {
      if (organisation !== undefined) await refuseOtherOrganisation({ didww, vapi }, organisation, options);
      const inboundTrunks = await inboundTrunksOf(didww, connection, known, options);
      const routed = await didsReaching(didww, inboundTrunks, options, known.dids);
      const { ours } = trunksOf(inboundTrunks, trunkName(connection, 'in'), {
        isKnown: ({ id }) => known.inboundTrunks.includes(id),
        isInUse: () => false, // that a number is routed to it proves nothing without Vapi
      });
      return routedNumbers(ours, routed);
    },
  ),
});

/** Longer than a sound Vapi takes, and short for whoever waits for calls. */
const VAPI_WITHIN_MS = 5_000;

async function refuseOtherOrganisation(
  providers: Pick<Dependencies, 'didww' | 'vapi'>,
  vapi: VapiOrganisationMark,
  { signal, ...options }: CallOptions,
): Promise<void> {
  const inTime = AbortSignal.any([...(signal === undefined ? [] : [signal]), AbortSignal.timeout(VAPI_WITHIN_MS)]);
  try {
    await confirmAccounts(providers, { vapi }, { ...options, signal: inTime });
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
  }
}

/**
 * That each side shows something proves little: two organisations may share a DIDWW account. What both show
 * must fit together.
 */
function evidenceOf(own: Own, routed: readonly Did[]): Evidence {
  const atDidww = own.outboundTrunks.length + own.inboundTrunks.length > 0;
  const atVapi = own.credentials.length + own.tools.length > 0;
  if (!atDidww) return atVapi ? 'vapi' : 'neither';
  if (!atVapi) return 'didww';
  const imported = new Set(own.imports.map(({ number }) => digits(number ?? '')));
  const usernames = new Set(own.outboundTrunks.flatMap(({ username }) => username ?? []));
  const hasPair = own.credentials.some(({ authUsername }) => authUsername !== undefined && usernames.has(authUsername));
  return hasPair || routed.some(({ number }) => imported.has(digits(number))) ? 'both' : 'disagree';
}

/** Assistants and DIDs are never ours. */
const idsOf = ({ assistants: _theirs, dids: _numbers, ...objects }: ListedObjects): readonly string[] =>
  Object.values(objects).flat();

const historyOf = ({ known = NOTHING_KNOWN, copies = [], copiesSince }: DiscoveryTarget): History => ({
  known: new Set(idsOf(known)),
  isCopy: ({ id, createdAt = '' }) => copies.includes(id) || (copiesSince !== undefined && createdAt > copiesSince),
});

/** What is somebody's copy, as people are told of it. */
const copiesOf = (connection: string, { copies, duplicates }: Own, routed: readonly Did[]): readonly Copy[] => [
  ...copies.map((copy) => ({ id: copy.id, told: copyKept(copy, routed) })),
  ...duplicates.tools.map(({ id }) => ({ id, told: copyLeft(toolTitle(connection), id) })),
  ...duplicates.credentials.map(({ id, name = '' }) => ({ id, told: copyLeft(credentialTitle(name), id) })),
];

function youngest(objects: readonly { readonly createdAt?: string }[]): Pick<DiscoveredObjects, 'youngestAt'> {
  const dates = objects.flatMap(({ createdAt }) => createdAt ?? []).toSorted();
  return present({ youngestAt: dates.at(-1) });
}

/**
 * A list, and those of these assistants whom it does not show. Where there is no list, one that cannot be
 * read either is told instead.
 */
async function withAssistants(
  vapi: VapiClient,
  listed: readonly Assistant[] | undefined,
  ids: readonly string[],
  options: CallOptions,
): Promise<{ readonly assistants: readonly Assistant[]; readonly unread: readonly string[] }> {
  const unread: string[] = [];
  const assistants = await withKnown(Promise.resolve(listed ?? []), ids, async (id) => {
    try {
      return await vapi.getAssistant(id, options);
    } catch (error) {
      if (listed !== undefined || !(error instanceof ProviderError) || error.errorClass === 'not-found') throw error;
      unread.push(`Whether assistant ${id} lists the transfer tool could not be read: ${error.message}`);
      return undefined;
    }
  });
  return { assistants, unread };
}

/**
 * Assistants that list one of the tools, whatever number they answer: with the tool gone, their calls would
 * fail.
 */
const assistantsWith = (assistants: readonly Assistant[], tools: readonly Tool[]): DiscoveredObjects['assistants'] =>
  assistants.flatMap(({ id, model }) =>
    tools.filter((tool) => holdsTool(model, tool.id)).map((tool) => ({ id, toolId: tool.id })),
  );

type DiscoveredNumber = DiscoveredObjects['numbers'][number];

/** Each number once: imported, routed to us, or both. */
function numbersOf({ imports, inboundTrunks }: Own, routed: readonly Did[]): readonly DiscoveredNumber[] {
  const previous = previousOf(inboundTrunks);
  const numbers = new Map<string, DiscoveredNumber>();
  const add = (number: string, part: Partial<DiscoveredNumber>): void => {
    const known = numbers.get(number) ?? { number, previous: previous(number) };
    numbers.set(number, { ...known, ...part });
  };
  for (const { id, number, credentialId, assistantId } of imports) {
    if (number === undefined || credentialId === undefined) continue;
    add(`+${digits(number)}`, present({ phoneNumberId: id, credentialId, assistantId }));
  }
  for (const one of routedNumbers(inboundTrunks, routed)) add(one.number, one);
  return [...numbers.values()];
}

/**
 * Numbers whose calls reach one of these trunks. Those that come through a group are among them: their
 * routing is not ours to give back, which the step finds out, and what their calls need is in use.
 */
function routedNumbers(trunks: readonly InboundTrunk[], routed: readonly Did[]): readonly RoutedNumber[] {
  const previous = previousOf(trunks);
  return routed.flatMap(({ id, number, routing }) => {
    const trunk = reachedTrunk(routing, trunks);
    if (trunk === undefined) return [];
    const groupId = routing?.kind === 'group' ? routing.id : undefined;
    return [present({ number, didId: id, inboundTrunkId: trunk.id, groupId, previous: previous(number) })];
  });
}

/** Where a number was routed before, as the descriptions of these trunks remember it. */
function previousOf(trunks: readonly InboundTrunk[]): (number: string) => DiscoveredNumber['previous'] {
  const remembered = new Map(
    trunks
      .flatMap(({ description }) => readPreviousRoutings(description))
      .map(({ number, routing }) => [number, routing]),
  );
  return (number) => remembered.get(number) ?? null;
}
