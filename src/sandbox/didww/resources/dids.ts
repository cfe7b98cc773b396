import { type Body, allowOnly, readAttributes, readBody, toOne, wireNames } from '../jsonapi/body.js';
import { type Problem, attributeProblem, invalid, notFound, relationshipProblem } from '../jsonapi/errors.js';
import { snakeKeys } from '../jsonapi/names.js';
import {
  type Context,
  type Filter,
  type ResourceType,
  type View,
  anyOf,
  contains,
  exact,
  idFilter,
  pointsTo,
} from '../jsonapi/resource.js';
import * as rule from '../jsonapi/rules.js';
import type { Did } from '../state.js';
import type { WireForm } from '../wire/index.js';

const TYPE = 'dids';

/** docs/providers/didww.md, DIDs and routing. */
const shape = {
  description: rule.freeText(255).nullable(),
  capacityLimit: rule.capacityLimit(),
  terminated: rule.flag(),
  billingCyclesCount: rule.integer(0, 999).nullable(),
  dedicatedChannelsCount: rule.integer(0, 32_767),
};

/** Relationships that the sandbox's numbers never have, and that can be detached all the same. */
const detachable = ({ didMessageRouting }: WireForm): Readonly<Record<string, string>> => ({
  address_verification: 'address_verifications',
  emergency_calling_service: 'emergency_calling_services',
  ...didMessageRouting,
});

/** All that they never have. */
const neverLinked = (form: WireForm): Readonly<Record<string, string>> => ({
  ...detachable(form),
  order: 'orders',
  emergency_verification: 'emergency_verifications',
  identity: 'identities',
});

const linkable = ['voice_in_trunk', 'voice_in_trunk_group', 'capacity_pool', 'shared_capacity_group', 'did_group'];

/** All of these, not any of them. */
const hasAllFeatures: Filter = (view, value, { account }) => {
  const did = account.dids.get(view.id);
  const features: readonly string[] = did === undefined ? [] : account.didGroupOf(did).features;
  return value.split(',').every((feature) => features.includes(feature));
};

const inCountry: Filter = (view, value, { account }) => {
  const did = account.dids.get(view.id);
  return did !== undefined && value.split(',').includes(account.didGroupOf(did).countryId);
};

const never: Filter = () => false;

const order: Readonly<Record<WireForm['didOrder'], (one: Did, other: Did) => number>> = {
  'newest-first': (one, other) => other.createdAt.localeCompare(one.createdAt),
  'by-number': (one, other) => one.number.localeCompare(other.number),
};

export const dids: ResourceType = {
  type: TYPE,
  all: ({ account, form }) =>
    account.dids
      .listed()
      .toSorted(order[form.didOrder])
      .map((did) => view(form, did)),
  find: ({ account, form }, id) => {
    const did = account.dids.get(id);
    return did && view(form, did);
  },
  filters: ({ form }) => ({
    id: idFilter,
    number: anyOf('number'),
    description: contains('description'),
    'voice_in_trunk.id': pointsTo('voice_in_trunk'),
    'voice_in_trunk_group.id': pointsTo('voice_in_trunk_group'),
    'trunk.id': pointsTo('voice_in_trunk'),
    'trunk_group.id': pointsTo('voice_in_trunk_group'),
    blocked: exact('blocked'),
    awaiting_registration: exact('awaiting_registration'),
    terminated: exact('terminated'),
    emergency_enabled: exact('emergency_enabled'),
    billing_cycles_count: anyOf('billing_cycles_count'),
    'did_group.features': hasAllFeatures,
    'did_group.id': pointsTo('did_group'),
    'country.id': inCountry,
    'region.id': never,
    'city.id': never,
    'order.id': never,
    'order.reference': never,
    'capacity_pool.id': pointsTo('capacity_pool'),
    'shared_capacity_group.id': pointsTo('shared_capacity_group'),
    'address_verification.id': never,
    'emergency_calling_service.id': never,
    ...Object.fromEntries(Object.keys(form.didMessageRouting).map((name) => [`${name}.id`, never])),
  }),
  sortKeys: [
    'awaiting_registration',
    'billing_cycles_count',
    'blocked',
    'capacity_limit',
    'channels_included_count',
    'created_at',
    'dedicated_channels_count',
    'description',
    'expires_at',
    'number',
    'terminated',
  ],
  includes: ({ form }) => [...linkable, ...Object.keys(neverLinked(form))],
  includesOnUpdate: ({ account, form }) => form.didPatchTakesInclude(account.switches),
  maxPageSize: 100,
};

/**
 * PATCH /dids/:id: routing, capacity, description, renewal. Last write wins: there is no version to check.
 */
export function updateDid(context: Context, id: string, raw: unknown): void {
  const { account, form } = context;
  const did = account.dids.get(id);
  if (did === undefined) throw notFound(id);
  const body = readBody(raw, TYPE, id);
  allowOnly(body.attributes, wireNames(shape));
  const writable = ['voice_in_trunk', 'voice_in_trunk_group', 'capacity_pool', 'shared_capacity_group'];
  allowOnly(body.relationships, [...writable, ...Object.keys(detachable(form))]);
  const { values, problems: shapeProblems } = readAttributes(body.attributes, shape);
  const problems = [...shapeProblems];
  const links = readLinks(context, body, problems);
  if ((values.dedicatedChannelsCount ?? 0) > 0 && (links.capacityPoolId ?? did.capacityPoolId) === null) {
    // Assumed: the sources only say that the channels come from a pool.
    problems.push(attributeProblem('dedicated_channels_count', 'is invalid'));
  }
  if (problems.length > 0) throw invalid(...problems);
  account.dids.change(did, { ...values, ...links, ...termination(values.terminated) });
}

type Links = Partial<Pick<Did, 'voiceInTrunkId' | 'voiceInTrunkGroupId' | 'capacityPoolId' | 'sharedCapacityGroupId'>>;

function readLinks({ account, form }: Context, body: Body, problems: Problem[]): Links {
  const link = (name: string, type: string, known: ReadonlyMap<string, unknown>): string | null | undefined => {
    const id = toOne(body, name, type);
    if (typeof id === 'string' && !known.has(id)) {
      // Title and detail of an older version's fixture; the pointer is assumed.
      const field = name === 'voice_in_trunk' ? 'trunk_id' : `${name}_id`;
      problems.push({ field, message: 'is invalid', title: 'should exist', pointer: `/relationships/${name}` });
    }
    return id;
  };
  const trunk = link('voice_in_trunk', 'voice_in_trunks', account.inboundTrunks);
  const group = link('voice_in_trunk_group', 'voice_in_trunk_groups', account.groups);
  const pool = link('capacity_pool', 'capacity_pools', account.capacityPools);
  const shared = link('shared_capacity_group', 'shared_capacity_groups', account.sharedCapacityGroups);
  for (const [name, type] of Object.entries(detachable(form))) link(name, type, new Map());
  if (trunk && group) problems.push(relationshipProblem('voice_in_trunk_group', 'must be blank'));
  return {
    ...routing(trunk, group),
    ...(pool === undefined ? {} : { capacityPoolId: pool }),
    ...(shared === undefined ? {} : { sharedCapacityGroupId: shared }),
  };
}

/**
 * Never both. A new trunk takes the place of a group that was not cleared, and the other way round:
 * assumed.
 */
function routing(trunk: string | null | undefined, group: string | null | undefined): Links {
  if (trunk) return { voiceInTrunkId: trunk, voiceInTrunkGroupId: null };
  if (group) return { voiceInTrunkId: null, voiceInTrunkGroupId: group };
  return {
    ...(trunk === undefined ? {} : { voiceInTrunkId: null }),
    ...(group === undefined ? {} : { voiceInTrunkGroupId: null }),
  };
}

/**
 * `terminated` cancels the number, or takes the cancellation back; that the latter unblocks it is assumed.
 */
function termination(terminated: boolean | undefined): Partial<Did> {
  if (terminated === undefined) return {};
  return terminated ? { blocked: true, billingCyclesCount: 0 } : { blocked: false, billingCyclesCount: null };
}

function view(form: WireForm, did: Did): View {
  const { id, didGroupId, voiceInTrunkId, voiceInTrunkGroupId, capacityPoolId, sharedCapacityGroupId, ...attributes } =
    did;
  const unlinked = Object.entries(neverLinked(form)).map(([name, type]) => [name, { type, id: null }] as const);
  return {
    id,
    type: TYPE,
    attributes: snakeKeys(attributes),
    relationships: {
      did_group: { type: 'did_groups', id: didGroupId },
      voice_in_trunk: { type: 'voice_in_trunks', id: voiceInTrunkId },
      voice_in_trunk_group: { type: 'voice_in_trunk_groups', id: voiceInTrunkGroupId },
      capacity_pool: { type: 'capacity_pools', id: capacityPoolId },
      shared_capacity_group: { type: 'shared_capacity_groups', id: sharedCapacityGroupId },
      ...Object.fromEntries(unlinked),
    },
  };
}
