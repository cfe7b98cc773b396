/**
 * What the facts of both accounts mean for a request: every problem at once, or the inventory that the run
 * builds on. Pure.
 */
import { type Accounts, MOST_IDS } from '../../contract/accounts.js';
import { readPreviousRoutings } from '../../domain/objects/previousRoutings.js';
import type { Request } from '../../contract/request.js';
import type { Inventory, NumberStatus } from '../../contract/inventory.js';
import type { ObservedAt } from '../../contract/attempts.js';
import type { ApiUrls } from '../engine/dependencies.js';
import { accountFindings, unreadFindings } from './accounts.js';
import { callControlFindings, modelFindings, toolNameFindings } from './assistants.js';
import { capacityFindings } from './capacity.js';
import { disagreementFindings } from './disagreement.js';
import type { Facts } from './facts.js';
import type { Finding } from './finding.js';
import { groupFindings } from './trunkGroups.js';
import { type Leftovers, leftoversOf, NO_LEFTOVERS } from './leftovers.js';
import { numberFindings, numberStatuses } from './numbers.js';
import {
  foreignTrunkFindings,
  hasMarkedObjects,
  type ExistingConnection,
  existingConnectionOf,
} from './existingConnection.js';
import { ingressFindings, layoutFindings, sharedFindings } from './sharedFindings.js';
import { hasTool, warningsOf } from './warnings.js';

/** What was read, and what it is judged by. `now` in milliseconds since the epoch. */
export interface Judged {
  readonly request: Request;
  readonly facts: Facts;
  readonly urls: ApiUrls;
  readonly now: number;
}

/**
 * Every problem that an onboarding of the request has, accounts first, then in the request's order. Where
 * something definite is wrong, also what could not be read.
 */
export function findProblems(judged: Judged): readonly Finding[] {
  const { request, facts } = judged;
  const existing = existingConnectionOf(request, facts);
  const changes = existing === undefined ? [] : sharedFindings(request, facts, existing);
  return withUnread(facts, problemsOf(judged, existing, changes, false));
}

/**
 * What is in the way of bringing the connection to what the request asks, whatever of it stands: what is not
 * as asked is no problem, but what cannot be changed in place.
 */
export function planProblems(judged: Judged, existing: ExistingConnection | undefined): readonly Finding[] {
  const { request, facts } = judged;
  const fixed =
    existing === undefined ? [] : [...layoutFindings(request, existing), ...ingressFindings(request, existing)];
  return withUnread(facts, problemsOf(judged, existing, fixed, true));
}

function problemsOf(
  { request, facts, urls, now }: Judged,
  existing: ExistingConnection | undefined,
  ofShared: readonly Finding[],
  mayChange: boolean,
): readonly Finding[] {
  return [
    ...accountFindings(request, facts, urls),
    ...foreignTrunkFindings(request, facts),
    ...(existing === undefined
      ? disagreementFindings(request, facts)
      : [...ofShared, ...groupFindings(request, facts, existing)]),
    ...toolNameFindings(request, facts, ownTools(leftoversIn(request, facts, existing), existing)),
    ...callControlFindings(request, facts),
    ...modelFindings(request, facts),
    ...numberFindings(request, facts, existing, now, mayChange),
    ...capacityFindings(request, facts, existing),
  ];
}

const withUnread = (facts: Facts, definite: readonly Finding[]): readonly Finding[] =>
  definite.length === 0 ? [] : [...definite, ...unreadFindings(facts)];

/** The inventory of facts that are complete and without a problem. */
export function inventoryOf(request: Request, facts: Facts, seen: ObservedAt): Inventory {
  const existing = existingConnectionOf(request, facts);
  const numbers = numberStatuses(request, facts, existing);
  const { unused, spared } = leftoversIn(request, facts, existing);
  return {
    accounts: accountsOf(request, facts),
    seen: existing === undefined && hasMarkedObjects(request, facts) ? NEVER_TRUSTED(seen) : seen,
    standing: existing !== undefined,
    ...(existing === undefined ? {} : sharedObjects(request, existing)),
    unused,
    copies: spared.map(({ id }) => id),
    inUse: spared.filter(({ isInUse }) => isInUse).map(({ id }) => id),
    assistants: assistantsOf(facts, existing, numbers),
    numbers,
    warnings: [...warningsOf(request, facts, existing, numbers), ...spared.map(({ told }) => told)],
  };
}

const leftoversIn = (request: Request, facts: Facts, existing: ExistingConnection | undefined): Leftovers =>
  existing === undefined ? leftoversOf(request, facts) : NO_LEFTOVERS;

/** The tools that this run may give to assistants, apart from one of its own making. */
const ownTools = ({ unused }: Leftovers, existing: ExistingConnection | undefined): readonly string[] => [
  ...unused.tools.map(({ id }) => id),
  ...(existing?.tool === undefined ? [] : [existing.tool.id]),
];

type SharedObjects = Pick<
  Inventory,
  'outboundTrunk' | 'inboundTrunk' | 'outboundCredential' | 'inboundCredential' | 'tool'
>;

/**
 * Leftovers are not in the inventory, and a first attempt that spared its look would make a second object
 * beside them.
 */
const NEVER_TRUSTED = (seen: ObservedAt): ObservedAt => ({ ...seen, at: { didww: 0, vapi: 0 } });

function sharedObjects({ transfer }: Request, existing: ExistingConnection): SharedObjects {
  const { outboundTrunk, inboundTrunk, outboundCredential, inboundCredential, tool } = existing;
  const marked = ({ id, name }: { readonly id: string; readonly name?: string }) => ({ id, name: name ?? '' });
  return {
    ...(outboundTrunk && { outboundTrunk: { ...marked(outboundTrunk), callerDidIds: outboundTrunk.didIds ?? [] } }),
    ...(inboundTrunk && {
      inboundTrunk: { ...marked(inboundTrunk), previousRoutings: readPreviousRoutings(inboundTrunk.description) },
    }),
    ...(outboundCredential && { outboundCredential: marked(outboundCredential) }),
    inboundCredential: marked(inboundCredential),
    ...(tool && { tool: { id: tool.id, name: tool.functionName ?? transfer?.toolName ?? '' } }),
  };
}

function accountsOf({ region, numbers }: Request, { dids = [], assistants }: Facts): Accounts {
  const requested = new Set(numbers.map(({ number }) => number));
  const didIds = dids.filter(({ number }) => requested.has(number)).map(({ id }) => id);
  const told = [...assistants.values()].find(({ orgId }) => orgId !== undefined);
  return {
    didww: { didIds: didIds.slice(0, MOST_IDS) },
    ...(told?.orgId === undefined ? {} : { vapi: { region, organisationId: told.orgId, assistantId: told.id } }),
  };
}

function assistantsOf(
  { assistants }: Facts,
  existing: ExistingConnection | undefined,
  numbers: readonly NumberStatus[],
): Inventory['assistants'] {
  const answering = new Set(numbers.filter(({ kept }) => !kept).map(({ assistantId }) => assistantId));
  return [...answering].map((id) => ({ id, hasTool: hasTool(assistants, existing, id) }));
}
