import { z } from 'zod';
import { type CallOptions, loose, numeric, present, textual } from '../http/index.js';
import { type DidwwApi, type Document, optionalNumber, PAGE_SIZE, type Query } from './api.js';
import {
  hasNext,
  type Included,
  included,
  linkedId,
  type Page,
  type Relationships,
  relationships,
  toOne,
} from './jsonApi.js';
import type { Did, Routing } from './resources.js';

/**
 * Without these an answer does not tell where a number is routed, nor what it can do
 * (docs/providers/didww.md, Queries and includes).
 */
const WITH_RELATED: Query = { include: 'voice_in_trunk,voice_in_trunk_group,did_group,shared_capacity_group' };

/** The numbers of the account: GET and PATCH /dids. */
export const didCalls = (api: DidwwApi) => ({
  async findDids(numbers: readonly string[], options?: CallOptions): Promise<readonly Did[]> {
    // DIDWW's filter wants digits: an unescaped `+` would be read as a space, an escaped one finds nothing.
    const digits = [...new Set(numbers.map((number) => number.replace(/^\+/, '')))];
    const chunks = Array.from({ length: Math.ceil(digits.length / PAGE_SIZE) }, (_, index) =>
      digits.slice(index * PAGE_SIZE, (index + 1) * PAGE_SIZE),
    );
    const found = await Promise.all(
      chunks.map((chunk) =>
        api.getAll('/dids', { 'filter[number]': chunk.join(','), ...WITH_RELATED }, didPage, options),
      ),
    );
    return found.flat();
  },

  getDid: (id: string, options?: CallOptions): Promise<Did> => readDid(api, id, options),

  findDidsRoutedTo: ({ kind, id }: Routing, options?: CallOptions): Promise<readonly Did[]> =>
    api.getAll('/dids', { [ROUTED_TO[kind]]: id, ...WITH_RELATED }, didPage, options),

  async routeDid(id: string, routing: Routing | null, options?: CallOptions): Promise<Did> {
    // Without `include`, which 2026-11-19 does not list for writes (docs/providers/didww.md, Queries and
    // includes).
    await api.patch(didPath(id), routingDocument(id, routing), z.unknown(), options);
    return readDid(api, id, options);
  },
});

/** docs/providers/didww.md, Queries and includes. */
const ROUTED_TO = {
  trunk: 'filter[voice_in_trunk.id]',
  group: 'filter[voice_in_trunk_group.id]',
} as const satisfies Record<Routing['kind'], string>;

const didPath = (id: string): string => `/dids/${encodeURIComponent(id)}`;

const readDid = (api: DidwwApi, id: string, options?: CallOptions): Promise<Did> =>
  api.get(didPath(id), WITH_RELATED, didDocument, options);

/**
 * Both sides are always written: trunk and group together are never allowed (docs/providers/didww.md, DIDs
 * and routing).
 */
function routingDocument(id: string, routing: Routing | null): Document {
  return {
    data: {
      type: 'dids',
      id,
      relationships: {
        voice_in_trunk: toOne('voice_in_trunks', routing?.kind === 'trunk' ? routing.id : null),
        voice_in_trunk_group: toOne('voice_in_trunk_groups', routing?.kind === 'group' ? routing.id : null),
      },
    },
  };
}

const didResource = z.object({
  id: z.string(),
  attributes: z.object({
    number: textual,
    description: loose(z.string()),
    blocked: z.boolean(),
    awaiting_registration: z.boolean(),
    terminated: z.boolean(),
    expires_at: loose(z.string()),
    billing_cycles_count: optionalNumber,
    capacity_limit: optionalNumber,
    channels_included_count: optionalNumber,
    dedicated_channels_count: optionalNumber,
  }),
  relationships,
});

const didAnswer = z.object({ data: didResource, included });

const didDocument = didAnswer.transform((answer, context): Did => {
  const did = readable(answer.data, answer.included);
  if (did !== undefined) return did;
  context.addIssue({ code: 'custom', path: ['data', 'relationships'] });
  return z.NEVER;
});

const didPage = z
  .object({ data: z.array(didResource), included, links: hasNext })
  .transform((answer, context): Page<Did> => {
    const items = answer.data.flatMap((resource, index) => {
      const did = readable(resource, answer.included);
      if (did === undefined) context.addIssue({ code: 'custom', path: ['data', index, 'relationships'] });
      return did ?? [];
    });
    return { items, hasNext: answer.links };
  });

/** The number, or undefined where the answer lacks the related objects that were asked for. */
function readable(resource: z.output<typeof didResource>, others: Included): Did | undefined {
  const { id, attributes, relationships: related } = resource;
  const routing = routingOf(related);
  const group = groupOf(related, others);
  if (routing === undefined || group === undefined) return undefined;
  return present({
    id,
    number: `+${attributes.number.replace(/^\+/, '')}`,
    description: attributes.description,
    blocked: attributes.blocked,
    awaitingRegistration: attributes.awaiting_registration,
    terminated: attributes.terminated,
    expiresAt: attributes.expires_at,
    billingCyclesLeft: attributes.billing_cycles_count,
    capacityLimit: attributes.capacity_limit,
    channelsIncluded: attributes.channels_included_count ?? 0,
    channelsDedicated: attributes.dedicated_channels_count ?? 0,
    sharedCapacity: sharedCapacityOf(related, others),
    features: group.features,
    isMetered: group.isMetered,
    routing,
  });
}

function routingOf(related: Relationships): Routing | null | undefined {
  const trunk = linkedId(related, 'voice_in_trunk');
  const group = linkedId(related, 'voice_in_trunk_group');
  if (trunk === undefined || group === undefined) return undefined;
  if (trunk !== null) return { kind: 'trunk', id: trunk };
  return group === null ? null : { kind: 'group', id: group };
}

const groupAttributes = z
  .object({ features: z.array(z.string()), is_metered: loose(z.boolean()) })
  .transform(({ features, is_metered: isMetered }) => ({ features, isMetered: isMetered ?? false }));

function groupOf(related: Relationships, others: Included): z.output<typeof groupAttributes> | undefined {
  const id = linkedId(related, 'did_group');
  if (id === null) return { features: [], isMetered: false };
  const group = others.find((other) => other.type === 'did_groups' && other.id === id);
  return groupAttributes.safeParse(group?.attributes).data;
}

const capacityAttributes = z.object({
  name: loose(z.string()),
  shared_channels_count: loose(numeric),
  metered_channels_count: loose(numeric),
});

function sharedCapacityOf(related: Relationships, others: Included): Did['sharedCapacity'] {
  const id = linkedId(related, 'shared_capacity_group');
  if (id == null) return undefined;
  const group = others.find((other) => other.type === 'shared_capacity_groups' && other.id === id);
  const attributes = capacityAttributes.safeParse(group?.attributes ?? {}).data;
  return present({
    id,
    name: attributes?.name,
    sharedChannels: attributes?.shared_channels_count,
    meteredChannels: attributes?.metered_channels_count,
  });
}
