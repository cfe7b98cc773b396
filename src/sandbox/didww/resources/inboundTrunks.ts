import type { z } from 'zod';

import { type Body, allowOnly, readAttributes, readBody, toOne, wireNames } from '../jsonapi/body.js';
import { type Problem, attributeProblem, invalid, notFound, relationshipProblem } from '../jsonapi/errors.js';
import { snakeKeys } from '../jsonapi/names.js';
import { type Context, type ResourceType, type View, anyOf, exact, idFilter } from '../jsonapi/resource.js';
import * as rule from '../jsonapi/rules.js';
import type { InboundTrunk } from '../state.js';
import { readConfiguration, showConfiguration } from './inboundConfiguration.js';
import { inboundNameTaken } from './inboundNames.js';
import { readPop, showPop } from './pop.js';

const TYPE = 'voice_in_trunks';

/** Ranges and lengths: docs/providers/didww.md, Inbound trunks. */
const shape = {
  name: rule.text(),
  description: rule.freeText(1000).nullable(),
  externalReferenceId: rule.externalReference(),
  priority: rule.integer(0, 65_535),
  weight: rule.integer(0, 65_535),
  capacityLimit: rule.capacityLimit(),
  ringingTimeout: rule.integer(1, 32).nullable(),
  cliFormat: rule.cliFormat(),
  cliPrefix: rule.pattern(/^[A-Za-z0-9+#]{0,7}$/).nullable(),
};

type Writable = { -readonly [Name in keyof typeof shape]: z.output<(typeof shape)[Name]> };

const defaults: Omit<Writable, 'name'> = {
  description: null,
  externalReferenceId: null,
  priority: 1,
  weight: 65_535,
  capacityLimit: null,
  ringingTimeout: null,
  cliFormat: 'e164',
  cliPrefix: null,
};

export const inboundTrunks: ResourceType = {
  type: TYPE,
  all: (context) => context.account.inboundTrunks.listed().map((trunk) => view(context, trunk)),
  find: (context, id) => {
    const trunk = context.account.inboundTrunks.get(id);
    return trunk && view(context, trunk);
  },
  filters: () => ({
    id: idFilter,
    name: anyOf('name'),
    external_reference_id: exact('external_reference_id'),
    'configuration.type': ({ attributes }, value) => {
      const configuration = attributes['configuration'] as { readonly type: string };
      return value.split(',').includes(configuration.type);
    },
  }),
  sortKeys: [
    'capacity_limit',
    'cli_format',
    'cli_prefix',
    'created_at',
    'description',
    'external_reference_id',
    'name',
    'priority',
    'ringing_timeout',
    'weight',
  ],
  includes: ({ form }) => ['voice_in_trunk_group', ...(form.pop === 'relationship' ? ['pop'] : [])],
  maxPageSize: 100,
};

/** POST /voice_in_trunks. The name is unique among inbound trunks and groups together. */
export function createInboundTrunk(context: Context, raw: unknown): string {
  const { account } = context;
  const { configuration, name, ...wanted } = readTrunk(context, readBody(raw, TYPE), undefined);
  if (name === undefined) throw invalid(attributeProblem('name', "can't be blank"));
  if (configuration === undefined) throw new Error('Sandbox: a create is read with its configuration.');
  const trunk: InboundTrunk = {
    ...defaults,
    popId: null,
    groupId: null,
    ...wanted,
    name,
    configuration,
    id: account.newId(),
    createdAt: account.timestamp(),
  };
  account.inboundTrunks.set(trunk.id, trunk);
  return trunk.id;
}

/** PATCH /voice_in_trunks/:id. What is not sent stays, in the configuration too. */
export function updateInboundTrunk(context: Context, id: string, raw: unknown): void {
  const trunk = context.account.inboundTrunks.get(id);
  if (trunk === undefined) throw notFound(id);
  Object.assign(trunk, readTrunk(context, readBody(raw, TYPE, id), trunk));
}

/**
 * DELETE /voice_in_trunks/:id: refused while numbers are routed to it or it belongs to a group. The body is
 * assumed.
 */
export function deleteInboundTrunk({ account }: Context, id: string): void {
  const trunk = account.inboundTrunks.get(id);
  if (trunk === undefined) throw notFound(id);
  const inUse =
    trunk.groupId !== null || [...account.dids.values()].some(({ voiceInTrunkId }) => voiceInTrunkId === id);
  if (inUse) throw invalid({ field: 'base', message: 'the trunk is still in use', pointer: '' });
  account.inboundTrunks.delete(id);
}

type Wanted = Partial<Omit<InboundTrunk, 'id' | 'createdAt'>>;

function readTrunk(context: Context, body: Body, trunk: InboundTrunk | undefined): Wanted {
  const { account, form } = context;
  const [popAttribute, popRelationship] = form.pop === 'attribute' ? [['pop'], []] : [[], ['pop']];
  allowOnly(body.attributes, [...wireNames(shape), 'configuration', ...popAttribute]);
  allowOnly(body.relationships, ['voice_in_trunk_group', ...popRelationship]);
  const { values, problems: shapeProblems } = readAttributes(body.attributes, shape);
  const problems = [...shapeProblems];
  const configuration = readConfiguration(context, body.attributes['configuration'], trunk?.configuration, problems);
  if (values.name !== undefined && inboundNameTaken(account, values.name, trunk?.id)) {
    problems.push(attributeProblem('name', 'has already been taken'));
  }
  const wanted: Wanted = {
    ...values,
    ...links(context, body, problems),
    ...(configuration === undefined ? {} : { configuration }),
  };
  if (problems.length > 0) throw invalid(...problems);
  return wanted;
}

function links(context: Context, body: Body, problems: Problem[]): Wanted {
  const popId = readPop(context, body, problems);
  const groupId = toOne(body, 'voice_in_trunk_group', 'voice_in_trunk_groups');
  if (typeof groupId === 'string' && !context.account.groups.has(groupId)) {
    problems.push(relationshipProblem('voice_in_trunk_group', 'is invalid'));
  }
  return { ...(popId === undefined ? {} : { popId }), ...(groupId === undefined ? {} : { groupId }) };
}

function view(context: Context, trunk: InboundTrunk): View {
  const { id, configuration, popId, groupId, ...attributes } = trunk;
  const pop = showPop(context, popId);
  return {
    id,
    type: TYPE,
    attributes: {
      ...snakeKeys(attributes),
      ...pop.attributes,
      configuration: showConfiguration(context, configuration),
    },
    relationships: { voice_in_trunk_group: { type: 'voice_in_trunk_groups', id: groupId }, ...pop.relationships },
  };
}
