import { allowOnly, readAttributes, readBody, toMany, wireNames } from '../jsonapi/body.js';
import { attributeProblem, invalid, notFound } from '../jsonapi/errors.js';
import { snakeKeys } from '../jsonapi/names.js';
import { type Context, type ResourceType, type View, exact, idFilter } from '../jsonapi/resource.js';
import * as rule from '../jsonapi/rules.js';
import type { DidwwAccount, InboundGroup } from '../state.js';
import { inboundNameTaken } from './inboundNames.js';

const TYPE = 'voice_in_trunk_groups';
const MEMBERS_MAX = 10;

const shape = {
  name: rule.text(),
  externalReferenceId: rule.externalReference(),
  capacityLimit: rule.capacityLimit(),
};

export const inboundGroups: ResourceType = {
  type: TYPE,
  all: ({ account }) => account.groups.listed().map((group) => view(account, group)),
  find: ({ account }, id) => {
    const group = account.groups.get(id);
    return group && view(account, group);
  },
  filters: () => ({ id: idFilter, external_reference_id: exact('external_reference_id') }),
  sortKeys: ['capacity_limit', 'created_at', 'external_reference_id', 'name'],
  includes: () => ['voice_in_trunks'],
  maxPageSize: 100,
};

/** POST /voice_in_trunk_groups. Listing a trunk moves it in (docs/providers/didww.md, Inbound trunks). */
export function createInboundGroup({ account }: Context, raw: unknown): string {
  const { values, members } = readGroup(account, raw, undefined);
  if (values.name === undefined) throw invalid(attributeProblem('name', "can't be blank"));
  const group: InboundGroup = {
    externalReferenceId: null,
    capacityLimit: null,
    ...values,
    name: values.name,
    id: account.newId(),
    createdAt: account.timestamp(),
  };
  account.groups.set(group.id, group);
  if (members !== undefined) setMembers(account, group.id, members);
  return group.id;
}

/** PATCH /voice_in_trunk_groups/:id. A list of trunks replaces the whole set. */
export function updateInboundGroup({ account }: Context, id: string, raw: unknown): void {
  const group = account.groups.get(id);
  if (group === undefined) throw notFound(id);
  const { values, members } = readGroup(account, raw, id);
  Object.assign(group, values);
  if (members !== undefined) setMembers(account, id, members);
}

/**
 * DELETE /voice_in_trunk_groups/:id: refused while it or a member is routed; takes its member trunks with
 * it. The body is assumed.
 */
export function deleteInboundGroup({ account }: Context, id: string): void {
  if (!account.groups.has(id)) throw notFound(id);
  const members = memberIds(account, id);
  const routed = [...account.dids.values()].some(
    ({ voiceInTrunkId, voiceInTrunkGroupId }) =>
      voiceInTrunkGroupId === id || (voiceInTrunkId !== null && members.includes(voiceInTrunkId)),
  );
  if (routed) throw invalid({ field: 'base', message: 'the trunk group is still in use', pointer: '' });
  for (const member of members) account.inboundTrunks.delete(member);
  account.groups.delete(id);
}

function readGroup(account: DidwwAccount, raw: unknown, id: string | undefined) {
  const body = readBody(raw, TYPE, id);
  allowOnly(body.attributes, wireNames(shape));
  allowOnly(body.relationships, ['voice_in_trunks']);
  const { values, problems } = readAttributes(body.attributes, shape);
  const members = toMany(body, 'voice_in_trunks', 'voice_in_trunks');
  const found = [...problems];
  if (values.name !== undefined && inboundNameTaken(account, values.name, id)) {
    found.push(attributeProblem('name', 'has already been taken'));
  }
  const distinct = new Set(members).size === (members?.length ?? 0) && (members?.length ?? 0) <= MEMBERS_MAX;
  if (!distinct || members?.every((member) => account.inboundTrunks.has(member)) === false) {
    found.push(attributeProblem('trunk_ids', 'are invalid'));
  }
  if (found.length > 0) throw invalid(...found);
  return { values, members };
}

function setMembers(account: DidwwAccount, groupId: string, members: readonly string[]): void {
  for (const trunk of account.inboundTrunks.values()) {
    if (members.includes(trunk.id)) trunk.groupId = groupId;
    else if (trunk.groupId === groupId) trunk.groupId = null;
  }
}

function memberIds(account: DidwwAccount, groupId: string): readonly string[] {
  return [...account.inboundTrunks.values()].filter((trunk) => trunk.groupId === groupId).map(({ id }) => id);
}

function view(account: DidwwAccount, { id, ...attributes }: InboundGroup): View {
  const members = memberIds(account, id);
  return {
    id,
    type: TYPE,
    attributes: snakeKeys(attributes),
    relationships: { voice_in_trunks: { type: 'voice_in_trunks', ids: members } },
    meta: { trunks_count: members.length },
  };
}
