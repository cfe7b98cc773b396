import { snakeKeys } from '../jsonapi/names.js';
import { type Context, type Linkage, type ResourceType, idFilter } from '../jsonapi/resource.js';
import type { DidwwAccount } from '../state.js';

interface Table {
  readonly type: string;
  readonly rows: (account: DidwwAccount) => ReadonlyMap<string, { readonly id: string }>;
  /** Members that are ids of others, by their inner names. */
  readonly links?: Readonly<Record<string, { readonly name: string; readonly type: string }>>;
  /** Relationships that the sandbox's objects have and that point nowhere. */
  readonly unlinked?: Readonly<Record<string, Linkage>>;
  readonly paginated: boolean;
}

/**
 * What the API only shows: docs/providers/didww.md, DIDs and routing; Inbound trunks; Capacity and balance.
 */
export const referenceResources: readonly ResourceType[] = [
  readOnly({ type: 'pops', rows: (account) => account.pops, paginated: false }),
  readOnly({ type: 'countries', rows: (account) => account.countries, paginated: false }),
  readOnly({
    type: 'did_groups',
    rows: (account) => account.didGroups,
    links: { countryId: { name: 'country', type: 'countries' } },
    unlinked: {
      city: { type: 'cities', id: null },
      region: { type: 'regions', id: null },
      stock_keeping_units: { type: 'stock_keeping_units', ids: [] },
      address_requirement: { type: 'address_requirements', id: null },
      did_group_type: { type: 'did_group_types', id: null },
    },
    paginated: true,
  }),
  readOnly({ type: 'capacity_pools', rows: (account) => account.capacityPools, paginated: true }),
  readOnly({
    type: 'shared_capacity_groups',
    rows: (account) => account.sharedCapacityGroups,
    links: { capacityPoolId: { name: 'capacity_pool', type: 'capacity_pools' } },
    paginated: true,
  }),
];

function readOnly({ type, rows, links = {}, unlinked = {}, paginated }: Table): ResourceType {
  const pointingNowhere = ({ form }: Context): Readonly<Record<string, Linkage>> => {
    const hidden = form.hiddenRelationships[type] ?? [];
    return Object.fromEntries(Object.entries(unlinked).filter(([name]) => !hidden.includes(name)));
  };
  const view = (context: Context, { id, ...members }: { readonly id: string }) => {
    const hidden = context.form.hiddenAttributes[type] ?? [];
    const attributes: Record<string, unknown> = {};
    const relationships: Record<string, Linkage> = {};
    for (const [name, value] of Object.entries<unknown>(members)) {
      const link = links[name];
      if (link === undefined && !hidden.includes(name)) attributes[name] = value;
      if (link !== undefined) relationships[link.name] = { type: link.type, id: String(value) };
    }
    return {
      id,
      type,
      attributes: snakeKeys(attributes),
      relationships: { ...relationships, ...pointingNowhere(context) },
    };
  };
  return {
    type,
    all: (context) => [...rows(context.account).values()].map((row) => view(context, row)),
    find: (context, id) => {
      const row = rows(context.account).get(id);
      return row && view(context, row);
    },
    filters: () => ({ id: idFilter }),
    sortKeys: [],
    includes: (context) => [...Object.values(links).map(({ name }) => name), ...Object.keys(pointingNowhere(context))],
    maxPageSize: paginated ? 100 : null,
  };
}

/** GET /balance: one resource, amounts as texts with two decimals. */
export function balanceDocument({ account, apiVersion }: Context): unknown {
  const { balance, credit } = account.balance;
  return {
    data: {
      id: BALANCE_ID,
      type: 'balances',
      attributes: {
        balance: balance.toFixed(2),
        credit: credit.toFixed(2),
        total_balance: (balance + credit).toFixed(2),
      },
    },
    meta: { api_version: apiVersion },
  };
}

const BALANCE_ID = '0e6ec4b0-6a63-4e0d-8a1c-2d1d3b7f9f11';
