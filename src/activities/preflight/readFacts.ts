/**
 * What a preflight reads of both accounts, all of which comes to rest: lists, then by id what these show of
 * the connection, then what hangs on it. Of a new connection the lists are all. Belongs here: which reads
 * are made. Does not: what they mean (`judgement.ts`).
 */
import type { Did, InboundTrunk, OutboundTrunk } from '../../didww/index.js';
import type { Accounts } from '../../contract/accounts.js';
import { trunkReference, trunkName } from '../../contract/marks.js';
import { MOST_PREVIOUS_ROUTINGS } from '../../domain/objects/previousRoutings.js';
import type { Request } from '../../contract/request.js';
import { type CallOptions, ProviderError } from '../../http/index.js';
import type { EarlierRuns } from '../../runHistory/recalled.js';
import type { Assistant, VapiClient } from '../../vapi/index.js';
import type { Dependencies } from '../engine/dependencies.js';
import { confirmAccounts } from '../engine/accounts.js';
import { NOTHING_KNOWN } from '../discovery/readConnection.js';
import { StepError } from '../engine/failures.js';
import { currentDids, currentOf } from './current.js';
import { mattersWhoListsTools } from './existingConnection.js';
import { unlistedOf } from './unlisted.js';
import type { Facts, ReadFailure } from './facts.js';
import { listReaching, reachedTrunk } from '../discovery/reach.js';
import { allAtRest } from '../engine/allAtRest.js';
import { isClass, unlessGone } from '../engine/refusals.js';
import { readAssistants } from '../discovery/readAssistants.js';
import { earlierRuns } from '../runs/otherRuns.js';
import { askedAgain } from '../discovery/uses.js';

/** Reads both accounts. Throws only what is no `ProviderError`, once every read has come to rest. */
export async function readFacts(
  { didww, vapi, temporal }: Pick<Dependencies, 'didww' | 'vapi' | 'temporal'>,
  request: Request,
  options: CallOptions,
): Promise<Facts> {
  const { connection, region, numbers } = request;
  const organisation = listingOnce(vapi(region), options);
  const reads = new Reads();
  const reference = trunkReference(connection);
  const byName = (direction: 'out' | 'in') => ({ name: trunkName(connection, direction) });
  const assistantIds = [...new Set(numbers.map(({ assistantId }) => assistantId))];
  const outbound = { of: 'outbound-trunks' } as const;

  const [earlier, balance, listedDids, outboundTrunks, outboundNamesakes, inboundTrunks, inboundNamesakes, ...ofVapi] =
    await Promise.all([
      reads.read(orStepError(earlierRuns(temporal, connection))),
      reads.read(didww.getBalance(options)),
      reads.read(
        didww.findDids(
          numbers.map(({ number }) => number),
          options,
        ),
      ),
      reads.read(didww.findOutboundTrunks({ reference }, options), outbound),
      reads.read(didww.findOutboundTrunks(byName('out'), options), outbound),
      reads.read(didww.findInboundTrunks({ reference }, options)),
      reads.read(didww.findInboundTrunks(byName('in'), options)),
      reads.read(organisation.listCredentials(options)),
      reads.read(organisation.listPhoneNumbers(options)),
      reads.read(organisation.listTools(options)),
      readAssistants(
        organisation,
        assistantIds,
        (assistantId, answer) => reads.read(answer, { of: 'assistant', assistantId }),
        options,
      ),
    ]);
  const [credentials, phoneNumbers, tools, assistants] = ofVapi;
  const earlierUnread = earlier instanceof StepError ? earlier : undefined;
  const told = earlier === undefined || earlier instanceof StepError ? NOTHING_RECALLED : earlier;
  const shown = {
    outboundTrunks: withReference(reference, outboundTrunks, outboundNamesakes),
    inboundTrunks: withReference(reference, inboundTrunks, inboundNamesakes),
    credentials,
    phoneNumbers,
    tools,
  };
  const accounts = { didww, vapi: vapi(region) };
  const [current, dids, destinations = []] = await Promise.all([
    reads.read(currentOf(accounts, { connection, reference }, shown, options)),
    reads.read(currentDids(didww, listedDids, shown, options)),
    reads.read(trunksOfDids(didww, request, { dids: listedDids, listed: shown.inboundTrunks }, options)),
  ]);
  const there = current ?? shown;
  const listed = there.inboundTrunks;
  const ours = listed && [...listed, ...destinations.filter((trunk) => trunk.reference === reference)];
  const routedByList = await reads.read(listReaching(didww, ours ?? [], options));
  const facts: Facts = {
    balance,
    dids,
    ...there,
    inboundTrunks: ours,
    routed: routedByList && withDids(routedByList, dids, ours),
    takenFrom: destinations.filter((trunk) => trunk.reference !== reference),
    namesakes: { outbound: outboundNamesakes ?? [], inbound: inboundNamesakes ?? [] },
    assistants: new Map(
      assistants.flatMap((assistant) => (assistant === undefined ? [] : [[assistant.id, assistant]])),
    ),
    everyAssistant: undefined,
    earlier: told,
    earlierUnread,
    unlisted: [],
    otherAccounts: undefined,
    failures: [],
  };
  const [everyAssistant, unlisted = [], otherAccounts] = await Promise.all([
    mattersWhoListsTools(request, facts) ? reads.read(understood(askedAgain(organisation.listAssistants))) : undefined,
    reads.read(unlistedOf(accounts, reference, told.known, facts, options)),
    reads.read(orStepError(confirmedAs(told.accounts, { didww, vapi }, options))),
  ]);
  reads.rethrowFaults();
  return { ...facts, everyAssistant, unlisted, otherAccounts, failures: reads.failures };
}

const NOTHING_RECALLED: EarlierRuns = { known: NOTHING_KNOWN, copies: [], hasAssigned: () => false };

type Organisation = Pick<VapiClient, 'getAssistant' | 'listCredentials' | 'listPhoneNumbers' | 'listTools'> & {
  readonly listAssistants: () => Promise<readonly Assistant[]>;
};

/** Its assistants are listed once, however many look at them; a list that showed none, or failed, again. */
function listingOnce(vapi: VapiClient, options: CallOptions): Organisation {
  let shown: readonly Assistant[] = [];
  return {
    getAssistant: (id, own) => vapi.getAssistant(id, own),
    listCredentials: (own) => vapi.listCredentials(own),
    listPhoneNumbers: (own) => vapi.listPhoneNumbers(own),
    listTools: (own) => vapi.listTools(own),
    listAssistants: async () => (shown = shown.length > 0 ? shown : await vapi.listAssistants(options)),
  };
}

async function confirmedAs(
  told: Accounts | undefined,
  accounts: Pick<Dependencies, 'didww' | 'vapi'>,
  options: CallOptions,
): Promise<undefined> {
  if (told !== undefined) await confirmAccounts(accounts, told, options);
}

/** An answer, or the failure with which it told what to do. */
async function orStepError<T>(answer: Promise<T>): Promise<T | StepError> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof StepError) return error;
    throw error;
  }
}

/** A list of what anybody may have written: undefined where it cannot be understood. */
async function understood<T>(list: Promise<T>): Promise<T | undefined> {
  try {
    return await list;
  } catch (error) {
    if (isClass(error, 'unexpected-answer')) return undefined;
    throw error;
  }
}

/**
 * Trunks with our reference, by whichever of two lists they were seen in: one list that shows nothing
 * proves nothing.
 */
function withReference<T extends OutboundTrunk | InboundTrunk>(
  reference: string,
  found: readonly T[] | undefined,
  namesakes: readonly T[] | undefined,
): readonly T[] | undefined {
  if (found === undefined) return undefined;
  const unseen = (namesakes ?? []).filter((trunk) => trunk.reference === reference && !isAmong(found, trunk));
  return [...found, ...unseen];
}

const isAmong = (found: readonly { readonly id: string }[], { id }: { readonly id: string }): boolean =>
  found.some((one) => one.id === id);

/**
 * Trunks that numbers of the request are routed to and that no list showed as ours, where the request would
 * take these numbers over. Read by id: of a live connection no list may show anything for a moment, and its
 * trunk may have any name.
 */
async function trunksOfDids(
  didww: Dependencies['didww'],
  { routing }: Request,
  { dids = [], listed = [] }: Pick<Partial<Facts>, 'dids'> & { readonly listed: readonly InboundTrunk[] | undefined },
  options: CallOptions,
): Promise<readonly InboundTrunk[]> {
  if (!routing.replaceExisting) return [];
  const ids = dids.flatMap((did) => (did.routing?.kind === 'trunk' ? [did.routing.id] : []));
  const unlisted = [...new Set(ids)].filter((id) => !listed.some((trunk) => trunk.id === id));
  const found = await allAtRest(
    unlisted.slice(0, MOST_PREVIOUS_ROUTINGS).map((id) => unlessGone(didww.getInboundTrunk(id, options))),
  );
  return found.filter((trunk) => trunk !== undefined);
}

/** DIDs that lists show as reaching our trunks, and those of the request that say so themselves. */
function withDids(
  listed: readonly Did[],
  dids: readonly Did[] = [],
  ours: readonly InboundTrunk[] = [],
): readonly Did[] {
  const others = dids.filter(({ routing }) => reachedTrunk(routing, ours) !== undefined);
  return [...listed, ...others.filter((did) => !isAmong(listed, did))];
}

/** Lets every read come to rest: one that fails must not leave the others running into the next attempt. */
class Reads {
  /** By the order in which the reads began, whichever ended first. */
  private readonly failed: (ReadFailure | undefined)[] = [];
  private readonly faults: unknown[] = [];

  get failures(): readonly ReadFailure[] {
    return this.failed.filter((failure) => failure !== undefined);
  }

  async read<T>(answer: Promise<T>, what: Omit<ReadFailure, 'error'> = { of: 'other' }): Promise<T | undefined> {
    const at = this.failed.push(undefined) - 1;
    try {
      return await answer;
    } catch (error) {
      if (error instanceof ProviderError) this.failed[at] = { ...what, error };
      else this.faults.push(error);
      return undefined;
    }
  }

  rethrowFaults(): void {
    if (this.faults.length > 0) throw this.faults[0];
  }
}
