import { z } from 'zod';
import { type CallOptions, loose, present, type Redactor, textual } from '../http/index.js';
import { type DidwwApi, type Document, optionalNumber, type Query } from './api.js';
import { linkedIds, oneOf, pageOf, relationships, toMany } from './jsonApi.js';
import type { OutboundTrunk, OutboundTrunkInput, OutboundTrunkPatch, TrunkFilter } from './resources.js';
import { filterQuery } from './trunkFilter.js';

const PATH = '/voice_out_trunks';
const WITH_DIDS: Query = { include: 'dids' };

/** Trunks that calls enter DIDWW through: /voice_out_trunks (docs/providers/didww.md, Outbound trunks). */
export const outboundTrunkCalls = (api: DidwwApi) => {
  const resource = trunkResource(api.redactor);
  const one = oneOf(resource);
  const page = pageOf(resource);
  return {
    findOutboundTrunks: (filter: TrunkFilter, options?: CallOptions): Promise<readonly OutboundTrunk[]> =>
      api.getAll(PATH, { ...filterQuery(filter), ...WITH_DIDS }, page, options),

    getOutboundTrunk: (id: string, options?: CallOptions): Promise<OutboundTrunk> =>
      api.get(trunkPath(id), WITH_DIDS, one, options),

    createOutboundTrunk: (input: OutboundTrunkInput, options?: CallOptions): Promise<OutboundTrunk> =>
      api.post(PATH, trunkDocument(input), one, options),

    updateOutboundTrunk: (id: string, patch: OutboundTrunkPatch, options?: CallOptions): Promise<OutboundTrunk> =>
      api.patch(trunkPath(id), trunkDocument(patch, id), one, options),

    deleteOutboundTrunk: (id: string, options?: CallOptions): Promise<void> => api.delete(trunkPath(id), options),
  };
};

const trunkPath = (id: string): string => `${PATH}/${encodeURIComponent(id)}`;

/**
 * Written member by member: what DIDWW returns holds read-only members that a write is refused for
 * (docs/providers/didww.md, Errors).
 */
function trunkDocument(input: OutboundTrunkPatch, id?: string): Document {
  const attributes = present({
    name: input.name,
    external_reference_id: input.reference,
    on_cli_mismatch_action: input.onCliMismatchAction,
    allow_any_did_as_cli: input.allowAnyDidAsCli,
    capacity_limit: input.capacityLimit,
    threshold_amount: input.thresholdAmount,
    status: input.status,
    default_dst_action: input.defaultDstAction,
    dst_prefixes: input.dstPrefixes,
    media_encryption_mode: input.mediaEncryptionMode,
    authentication_method: authenticationMethod(input),
  });
  const dids = input.didIds === undefined ? {} : { relationships: { dids: toMany('dids', input.didIds) } };
  return { data: { type: 'voice_out_trunks', ...present({ id }), attributes, ...dids } };
}

/** Replaced whole on every write. */
function authenticationMethod({ allowedSipIps, techPrefix }: OutboundTrunkPatch): unknown {
  if (allowedSipIps === undefined) return undefined;
  return {
    type: 'credentials_and_ip',
    attributes: { allowed_sip_ips: allowedSipIps, tech_prefix: techPrefix ?? null },
  };
}

const authenticationSchema = z.object({
  type: z.string(),
  attributes: z
    .object({
      allowed_sip_ips: loose(z.array(z.string())),
      tech_prefix: loose(z.string()),
      username: loose(z.string()),
      password: loose(z.string()),
    })
    .nullish(),
});

const rawTrunk = z.object({
  id: z.string(),
  attributes: z.object({
    name: z.string(),
    external_reference_id: z.string().nullish(),
    status: z.string(),
    capacity_limit: optionalNumber,
    threshold_amount: textual,
    threshold_reached: loose(z.boolean()),
    allow_any_did_as_cli: z.boolean(),
    on_cli_mismatch_action: z.string(),
    default_dst_action: loose(z.string()),
    dst_prefixes: loose(z.array(z.string())),
    media_encryption_mode: loose(z.string()),
    authentication_method: authenticationSchema,
    created_at: loose(z.string()),
  }),
  relationships,
  meta: loose(z.object({ spent_amount: loose(textual) })),
});

/** Every answer holds the SIP credentials in plain text: the redactor learns them as they are read. */
const trunkResource = (redactor: Redactor) =>
  rawTrunk.transform(({ id, attributes, relationships: related, meta }): OutboundTrunk => {
    const { type, attributes: authentication } = attributes.authentication_method;
    redactor.add(authentication?.username);
    redactor.add(authentication?.password);
    return present({
      id,
      name: attributes.name,
      reference: attributes.external_reference_id ?? null,
      status: attributes.status,
      capacityLimit: attributes.capacity_limit ?? null,
      thresholdAmount: attributes.threshold_amount,
      thresholdReached: attributes.threshold_reached ?? false,
      spentAmount: meta?.spent_amount,
      allowAnyDidAsCli: attributes.allow_any_did_as_cli,
      onCliMismatchAction: attributes.on_cli_mismatch_action,
      defaultDstAction: attributes.default_dst_action ?? 'allow_all',
      dstPrefixes: attributes.dst_prefixes ?? [],
      mediaEncryptionMode: attributes.media_encryption_mode ?? 'disabled',
      authenticationMethod: type,
      allowedSipIps: authentication?.allowed_sip_ips ?? [],
      techPrefix: authentication?.tech_prefix ?? null,
      username: authentication?.username,
      password: authentication?.password,
      didIds: linkedIds(related, 'dids'),
      createdAt: attributes.created_at,
    });
  });
