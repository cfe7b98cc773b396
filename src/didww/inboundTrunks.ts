import { z } from 'zod';
import { type CallOptions, loose, present, type Redactor } from '../http/index.js';
import { type DidwwApi, type Document, type DocumentOf, optionalNumber } from './api.js';
import {
  hasNext,
  type Included,
  included,
  linkedId,
  oneOf,
  type Page,
  type Relationships,
  relationships,
} from './jsonApi.js';
import type {
  InboundTrunk,
  InboundTrunkInput,
  InboundTrunkPatch,
  SipConfiguration,
  SipConfigurationInput,
  TrunkFilter,
  TrunkGroup,
} from './resources.js';
import { filterQuery } from './trunkFilter.js';
import { decodeSipMembers, type EncodeSipMembers, sipMemberShape } from './versions/index.js';

const PATH = '/voice_in_trunks';

/**
 * Without it an answer does not tell which group a trunk belongs to; both API versions take it on reads
 * (docs/providers/didww.md, Inbound trunks; Queries and includes).
 */
const WITH_GROUP = { include: 'voice_in_trunk_group' };

/** Trunks that calls leave DIDWW through: /voice_in_trunks (docs/providers/didww.md, Inbound trunks). */
export const inboundTrunkCalls = (api: DidwwApi) => {
  const trunkOf = trunkReader(api.redactor);
  const written = oneOf(rawTrunk.transform(trunkOf));
  const one = documentOf(trunkOf);
  const page = pageWith(trunkOf);
  const write = (input: InboundTrunkPatch, id?: string): DocumentOf => {
    api.redactor.add(input.configuration?.authUser);
    api.redactor.add(input.configuration?.authPassword);
    return (encode) => trunkBody(input, encode, id);
  };
  return {
    findInboundTrunks: (filter: TrunkFilter, options?: CallOptions): Promise<readonly InboundTrunk[]> =>
      api.getAll(PATH, { ...filterQuery(filter), ...WITH_GROUP }, page, options),

    getInboundTrunk: (id: string, options?: CallOptions): Promise<InboundTrunk> =>
      api.get(trunkPath(id), WITH_GROUP, one, options),

    createInboundTrunk: (input: InboundTrunkInput, options?: CallOptions): Promise<InboundTrunk> =>
      api.post(PATH, write(input), written, options),

    updateInboundTrunk: (id: string, patch: InboundTrunkPatch, options?: CallOptions): Promise<InboundTrunk> =>
      api.patch(trunkPath(id), write(patch, id), written, options),

    deleteInboundTrunk: (id: string, options?: CallOptions): Promise<void> => api.delete(trunkPath(id), options),
  };
};

const trunkPath = (id: string): string => `${PATH}/${encodeURIComponent(id)}`;

/**
 * Written member by member: what DIDWW returns holds read-only members that a write is refused for
 * (docs/providers/didww.md, Errors).
 */
function trunkBody(input: InboundTrunkPatch, encode: EncodeSipMembers, id?: string): Document {
  const attributes = present({
    name: input.name,
    external_reference_id: input.reference,
    description: input.description,
    capacity_limit: input.capacityLimit,
    ringing_timeout: input.ringingTimeout,
    cli_format: input.cliFormat,
    cli_prefix: input.cliPrefix,
    configuration: input.configuration === undefined ? undefined : configurationBody(input.configuration, encode),
  });
  return { data: { type: 'voice_in_trunks', ...present({ id }), attributes } };
}

function configurationBody(input: Partial<SipConfigurationInput>, encode: EncodeSipMembers): unknown {
  const attributes = present({
    ...encode(input),
    host: input.host,
    port: input.port,
    username: input.username,
    network_protocol_priority: input.networkProtocolPriority,
    resolve_ruri: input.resolveRuri,
    auth_enabled: input.authEnabled,
    auth_user: input.authUser,
    auth_password: input.authPassword,
    max_transfers: input.maxTransfers,
    max_30x_redirects: input.max30xRedirects,
    media_encryption_mode: input.mediaEncryptionMode,
  });
  return { type: 'sip_configurations', attributes };
}

/**
 * All optional: DIDWW returns every member, but a trunk to a phone (`pstn_configurations`) has none of
 * them.
 */
const sipAttributes = z.object({
  ...sipMemberShape,
  host: loose(z.string()),
  port: optionalNumber,
  username: loose(z.string()),
  network_protocol_priority: loose(z.string()),
  resolve_ruri: loose(z.boolean()),
  auth_enabled: loose(z.boolean()),
  auth_user: loose(z.string()),
  auth_password: loose(z.string()),
  max_transfers: optionalNumber,
  max_30x_redirects: optionalNumber,
  media_encryption_mode: loose(z.string()),
  enabled_sip_registration: loose(z.boolean()),
  incoming_auth_password: loose(z.string()),
});

const rawTrunk = z.object({
  id: z.string(),
  attributes: z.object({
    name: z.string(),
    external_reference_id: z.string().nullish(),
    description: z.string().nullish(),
    capacity_limit: optionalNumber,
    ringing_timeout: optionalNumber,
    cli_format: loose(z.string()),
    cli_prefix: loose(z.string()),
    configuration: z.object({ type: z.string(), attributes: sipAttributes }),
    created_at: loose(z.string()),
  }),
});

type TrunkReader = (raw: z.output<typeof rawTrunk>) => InboundTrunk;

/** Passwords stand in every answer, in plain text: they are made known to the redactor as they are read. */
const trunkReader =
  (redactor: Redactor): TrunkReader =>
  ({ id, attributes }) => {
    const { type, attributes: sip } = attributes.configuration;
    redactor.add(sip.auth_password);
    redactor.add(sip.incoming_auth_password);
    return present({
      id,
      name: attributes.name,
      reference: attributes.external_reference_id ?? null,
      description: attributes.description ?? null,
      capacityLimit: attributes.capacity_limit ?? null,
      ringingTimeout: attributes.ringing_timeout ?? null,
      cliFormat: attributes.cli_format ?? null,
      cliPrefix: attributes.cli_prefix ?? null,
      configuration: sipConfiguration(type, sip),
      createdAt: attributes.created_at,
    });
  };

const linkedTrunk = rawTrunk.extend({ relationships });

const documentOf = (trunkOf: TrunkReader): z.ZodType<InboundTrunk> =>
  z.object({ data: linkedTrunk, included }).transform(({ data, included: others }, context): InboundTrunk => {
    const group = groupOf(data.relationships, others);
    if (group !== undefined) return { ...trunkOf(data), group };
    context.addIssue({ code: 'custom', path: ['data', 'relationships'] });
    return z.NEVER;
  });

const pageWith = (trunkOf: TrunkReader): z.ZodType<Page<InboundTrunk>> =>
  z
    .object({ data: z.array(linkedTrunk), included, links: hasNext })
    .transform(({ data, included: others, links }, context): Page<InboundTrunk> => {
      const items = data.map((raw, index): InboundTrunk => {
        const group = groupOf(raw.relationships, others);
        if (group === undefined) context.addIssue({ code: 'custom', path: ['data', index, 'relationships'] });
        return present({ ...trunkOf(raw), group });
      });
      return { items, hasNext: links };
    });

const groupAttributes = z.object({ name: z.string() });

/** The trunk's group, or undefined where the answer lacks the link that was asked for. */
function groupOf(related: Relationships, others: Included): TrunkGroup | null | undefined {
  const id = linkedId(related, 'voice_in_trunk_group');
  if (id == null) return id;
  const found = others.find((other) => other.type === 'voice_in_trunk_groups' && other.id === id);
  return { id, name: groupAttributes.safeParse(found?.attributes).data?.name ?? '' };
}

const sipConfiguration = (type: string, sip: z.output<typeof sipAttributes>): SipConfiguration => ({
  type,
  ...decodeSipMembers(sip),
  host: sip.host ?? null,
  port: sip.port ?? null,
  username: sip.username ?? null,
  networkProtocolPriority: sip.network_protocol_priority ?? null,
  resolveRuri: sip.resolve_ruri ?? false,
  authEnabled: sip.auth_enabled ?? false,
  authUser: sip.auth_user ?? null,
  authPassword: sip.auth_password ?? null,
  maxTransfers: sip.max_transfers ?? 0,
  max30xRedirects: sip.max_30x_redirects ?? 0,
  mediaEncryptionMode: sip.media_encryption_mode ?? null,
  enabledSipRegistration: sip.enabled_sip_registration ?? false,
});
