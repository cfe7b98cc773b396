import type { z } from 'zod';

import { type Body, allowOnly, readAttributes, readBody, toMany, toOne, wireNames } from '../jsonapi/body.js';
import { type Problem, attributeProblem, invalid, notFound, relationshipProblem } from '../jsonapi/errors.js';
import { snakeKeys } from '../jsonapi/names.js';
import {
  type Context,
  type ResourceType,
  type View,
  contains,
  exact,
  idFilter,
  pointsTo,
} from '../jsonapi/resource.js';
import * as rule from '../jsonapi/rules.js';
import type { DidwwAccount, OutboundTrunk } from '../state.js';
import { decimal, money } from './money.js';
import { readAuthenticationMethod, showAuthenticationMethod } from './outboundAuthentication.js';

const TYPE = 'voice_out_trunks';

/** Ranges and lengths: docs/providers/didww.md, Outbound trunks. */
const shape = {
  name: rule.text(),
  externalReferenceId: rule.externalReference(),
  status: rule.oneOf(['active', 'blocked']),
  onCliMismatchAction: rule.oneOf(['reject_call', 'send_original_cli', 'replace_cli', 'randomize_cli']),
  capacityLimit: rule.capacityLimit(),
  thresholdAmount: money(0, 100_000),
  allowAnyDidAsCli: rule.flag(),
  defaultDstAction: rule.oneOf(['allow_all', 'reject_all']),
  dstPrefixes: rule.prefixes(),
  mediaEncryptionMode: rule.mediaEncryptionMode(),
  allowedRtpIps: rule.addresses(60).nullable(),
  forceSymmetricRtp: rule.flag(),
  rtpPing: rule.flag(),
  rtpTimeout: rule.integer(30, 600),
  callbackUrl: rule.callbackUrl(),
  emergencyEnableAll: rule.flag(),
};

type Writable = { -readonly [Name in keyof typeof shape]: z.output<(typeof shape)[Name]> };

const defaults: Omit<Writable, 'name' | 'onCliMismatchAction'> = {
  externalReferenceId: null,
  status: 'active',
  capacityLimit: null,
  thresholdAmount: '3000.0',
  allowAnyDidAsCli: false,
  defaultDstAction: 'allow_all',
  dstPrefixes: [],
  mediaEncryptionMode: 'disabled',
  allowedRtpIps: null,
  forceSymmetricRtp: false,
  rtpPing: false,
  rtpTimeout: 30,
  callbackUrl: null,
  emergencyEnableAll: false,
};

export const outboundTrunks: ResourceType = {
  type: TYPE,
  all: ({ account }) => account.outboundTrunks.listed().map(view),
  find: ({ account }, id) => {
    const trunk = account.outboundTrunks.get(id);
    return trunk && view(trunk);
  },
  filters: () => ({
    id: idFilter,
    name: exact('name'),
    name_contains: contains('name'),
    external_reference_id: exact('external_reference_id'),
    status: exact('status'),
    threshold_reached: exact('threshold_reached'),
    on_cli_mismatch_action: exact('on_cli_mismatch_action'),
    allow_any_did_as_cli: exact('allow_any_did_as_cli'),
    default_dst_action: exact('default_dst_action'),
    media_encryption_mode: exact('media_encryption_mode'),
    'authentication_method.type': ({ attributes }, value) => {
      const method = attributes['authentication_method'] as { readonly type: string };
      return value.split(',').includes(method.type);
    },
    'default_did.id': pointsTo('default_did'),
  }),
  takesFilter: (name, value, { account }) => {
    if (name === 'default_did.id') return account.dids.has(value);
    const gated = name === 'on_cli_mismatch_action' && ['replace_cli', 'randomize_cli'].includes(value);
    return !gated || account.switches.cliReplacementEnabled;
  },
  sortKeys: ['allow_any_did_as_cli', 'created_at', 'external_reference_id', 'name', 'threshold_reached'],
  includes: ({ account }) => [
    'dids',
    'emergency_dids',
    ...(account.switches.cliReplacementEnabled ? ['default_did'] : []),
  ],
  maxPageSize: 1000,
};

/**
 * POST /voice_out_trunks. Name, CLI rule and authentication are required; name is unique among outbound
 * trunks.
 */
export function createOutboundTrunk(context: Context, raw: unknown): string {
  const { account } = context;
  const wanted = readTrunk(context, readBody(raw, TYPE), undefined);
  const { name, onCliMismatchAction, authenticationMethod, ...rest } = wanted;
  if (name === undefined || onCliMismatchAction === undefined || authenticationMethod === undefined) {
    const missing = { name, on_cli_mismatch_action: onCliMismatchAction, authentication_method: authenticationMethod };
    const names = Object.entries(missing).flatMap(([field, value]) => (value === undefined ? [field] : []));
    throw invalid(...names.map((field) => attributeProblem(field, "can't be blank")));
  }
  const trunk: OutboundTrunk = {
    ...defaults,
    thresholdReached: false,
    didIds: [],
    emergencyDidIds: [],
    defaultDidId: null,
    ...rest,
    name,
    onCliMismatchAction,
    authenticationMethod,
    id: account.newId(),
    createdAt: account.timestamp(),
    spentUsd: 0,
  };
  account.outboundTrunks.set(trunk.id, trunk);
  return trunk.id;
}

/** PATCH /voice_out_trunks/:id. What is not sent stays; `authentication_method` is replaced whole. */
export function updateOutboundTrunk(context: Context, id: string, raw: unknown): void {
  const trunk = context.account.outboundTrunks.get(id);
  if (trunk === undefined) throw notFound(id);
  Object.assign(trunk, readTrunk(context, readBody(raw, TYPE, id), trunk));
}

/** DELETE /voice_out_trunks/:id has no precondition: its numbers are released, its calls end. */
export function deleteOutboundTrunk({ account }: Context, id: string): void {
  if (!account.outboundTrunks.delete(id)) throw notFound(id);
}

type Wanted = Partial<Omit<OutboundTrunk, 'id' | 'createdAt' | 'spentUsd' | 'thresholdReached'>>;

function readTrunk(context: Context, body: Body, trunk: OutboundTrunk | undefined): Wanted {
  const { account, form } = context;
  allowOnly(body.attributes, [...wireNames(shape), 'authentication_method']);
  allowOnly(body.relationships, ['dids', 'emergency_dids', 'default_did']);
  const { values, problems: shapeProblems } = readAttributes(body.attributes, shape);
  const problems = [...shapeProblems];
  if (form.openMediaAddresses === 'refused' && isOpen(values.allowedRtpIps)) {
    problems.push(attributeProblem('allowed_rtp_ips', 'is invalid'));
  }
  const wanted: Wanted = { ...values, ...links(context, body, problems) };
  if ('authentication_method' in body.attributes) {
    const method = readAuthenticationMethod(account, body.attributes['authentication_method'], trunk);
    if ('pointer' in method) problems.push(method);
    else wanted.authenticationMethod = method;
  }
  problems.push(...conflicts(account, { ...trunk, ...wanted }, wanted, trunk?.id));
  if (problems.length > 0) throw invalid(...problems);
  // Turning "any number" on drops the list; the same holds for emergency numbers.
  if (wanted.allowAnyDidAsCli === true) wanted.didIds = [];
  if (wanted.emergencyEnableAll === true) wanted.emergencyDidIds = [];
  return wanted;
}

/**
 * Whether a list of addresses restricts nothing; only null is meant to say that (docs/providers/didww.md,
 * Outbound trunks).
 */
function isOpen(cidrs: readonly string[] | null | undefined): boolean {
  return cidrs?.length === 0 || (cidrs ?? []).some((cidr) => cidr.endsWith('/0'));
}

/**
 * Allowed caller ids must be numbers of the account that can call out; the texts and the feature check are
 * assumed.
 */
function links({ account, form }: Context, body: Body, problems: Problem[]): Wanted {
  const didIds = toMany(body, 'dids', 'dids');
  const emergencyDidIds = toMany(body, 'emergency_dids', 'dids');
  const defaultDidId = toOne(body, 'default_did', 'dids');
  const usable = (id: string): boolean => {
    const did = account.dids.get(id);
    if (did === undefined || (did.awaitingRegistration && form.unregisteredCallerIds === 'refused')) return false;
    return account.didGroupOf(did).features.includes('voice_out');
  };
  if (didIds?.every(usable) === false) problems.push(relationshipProblem('dids', 'is invalid'));
  if (emergencyDidIds?.every((id) => account.dids.has(id)) === false) {
    problems.push(relationshipProblem('emergency_dids', 'is invalid'));
  }
  if (typeof defaultDidId === 'string' && !usable(defaultDidId)) {
    problems.push(relationshipProblem('default_did', 'is invalid'));
  }
  return {
    ...(didIds === undefined ? {} : { didIds: [...new Set(didIds)] }),
    ...(emergencyDidIds === undefined ? {} : { emergencyDidIds: [...new Set(emergencyDidIds)] }),
    ...(defaultDidId === undefined ? {} : { defaultDidId }),
  };
}

/**
 * Rules between members, on the trunk as it would be (docs/providers/didww.md, Outbound trunks; Caller id).
 */
function conflicts(account: DidwwAccount, next: Wanted, sent: Wanted, ownId: string | undefined): Problem[] {
  const problems: Problem[] = [];
  const taken = [...account.outboundTrunks.values()].some(({ id, name }) => id !== ownId && name === sent.name);
  if (taken) problems.push(attributeProblem('name', 'has already been taken'));
  const replaces = next.onCliMismatchAction === 'replace_cli';
  const gated = replaces || next.onCliMismatchAction === 'randomize_cli';
  if (sent.onCliMismatchAction !== undefined && gated && !account.switches.cliReplacementEnabled) {
    problems.push(attributeProblem('on_cli_mismatch_action', 'is invalid'));
  }
  if (replaces !== (typeof next.defaultDidId === 'string') && (sent.onCliMismatchAction ?? sent.defaultDidId)) {
    problems.push(relationshipProblem('default_did', replaces ? "can't be blank" : 'must be blank'));
  }
  if (next.allowAnyDidAsCli === true && (sent.didIds?.length ?? 0) > 0) {
    problems.push(relationshipProblem('dids', 'must be blank'));
  }
  if (next.emergencyEnableAll === true && (sent.emergencyDidIds?.length ?? 0) > 0) {
    problems.push(relationshipProblem('emergency_dids', 'must be blank'));
  }
  return problems;
}

function view(trunk: OutboundTrunk): View {
  const { id, authenticationMethod, didIds, emergencyDidIds, defaultDidId, spentUsd, ...attributes } = trunk;
  return {
    id,
    type: TYPE,
    attributes: {
      ...snakeKeys(attributes),
      authentication_method: showAuthenticationMethod(authenticationMethod),
    },
    relationships: {
      dids: { type: 'dids', ids: didIds },
      emergency_dids: { type: 'dids', ids: emergencyDidIds },
      ...(defaultDidId === null ? {} : { default_did: { type: 'dids', id: defaultDidId } }),
    },
    meta: { spent_amount: decimal(spentUsd) },
  };
}
