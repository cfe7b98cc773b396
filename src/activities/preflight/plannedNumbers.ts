/** What a plan would do to the numbers of a connection. Part of `plannedChanges.ts`. Pure. */
import { trunkName } from '../../contract/marks.js';
import type { Routing } from '../../contract/objects.js';
import type { AttributeChange, PlannedChange } from '../../contract/plan.js';
import type { Request, RequestedNumber } from '../../contract/request.js';
import type { Did, OutboundTrunk } from '../../didww/index.js';
import { compareValue } from '../../domain/objects/difference.js';
import { readPreviousRoutings } from '../../domain/objects/previousRoutings.js';
import { digits } from '../../domain/sip/e164.js';
import type { PhoneNumber } from '../../vapi/index.js';
import { importDifferences } from '../objects/phoneNumber.js';
import { boundTo, byDigits, didOf } from './numbers.js';
import { asChange, changed, created, given, type Kind, type Planned, removed } from './plannedObject.js';
import type { SharedObjects } from './sharedDifferences.js';

/** A number of the connection that is to leave it. */
export interface DetachedNumber {
  readonly number: string;
  /** Bound to the inbound credential. */
  readonly imports: readonly PhoneNumber[];
  readonly did?: Did;
}

/** Numbers that the connection carries and the request does not list, where these are to go. */
export function detachedNumbers({ request, facts, existing, prune }: Planned): readonly DetachedNumber[] {
  if (!prune || existing === undefined) return [];
  const listed = new Set(request.numbers.map(({ number }) => digits(number)));
  const { dids = [], routed = [] } = facts;
  const owned = new Map([...routed, ...dids].map((did) => [digits(did.number), did]));
  const imports = byDigits(existing.bound);
  const carried = [...imports.keys(), ...routed.filter(isOn(existing)).map(({ number }) => digits(number))];
  return [...new Set(carried)]
    .filter((key) => !listed.has(key))
    .map((key) => {
      const did = owned.get(key);
      return { number: `+${key}`, imports: imports.get(key) ?? [], ...(did === undefined ? {} : { did }) };
    });
}

/** Whether a DID is routed to the connection's trunk itself. */
const isOn =
  ({ inboundTrunk }: Pick<SharedObjects, 'inboundTrunk'>) =>
  ({ routing }: Did): boolean =>
    routing?.kind === 'trunk' && routing.id === inboundTrunk?.id;

/** Imports of the request's numbers that would be made or changed. */
export function importChanges({ request, facts, existing }: Planned): readonly PlannedChange[] {
  const imports = byDigits(facts.phoneNumbers ?? []);
  return request.numbers.flatMap((entry) =>
    importChange(request, entry, boundTo(existing, imports.get(digits(entry.number)) ?? [])),
  );
}

function importChange(
  request: Request,
  entry: RequestedNumber,
  bound: PhoneNumber | undefined,
): readonly PlannedChange[] {
  const { number, label, assistantId } = entry;
  const kind: Kind = { provider: 'vapi', kind: 'phone-number', name: number };
  if (bound === undefined) return [created(kind, given({ label, assistantId }))];
  const desired = { ...entry, region: request.region, credentialId: bound.credentialId ?? '' };
  const attributes = [
    ...compareValue('label', label, bound.name),
    ...importDifferences(desired, bound).filter(({ attribute }) => attribute !== 'label'),
  ].map(asChange);
  return attributes.length === 0 ? [] : [changed(kind, bound.id, attributes)];
}

/** Numbers of the request whose calls would come to the connection. */
export function routingChanges({ request, facts }: Planned, objects: SharedObjects): readonly PlannedChange[] {
  const { inboundTrunk } = objects;
  const to =
    inboundTrunk === undefined
      ? `trunk ${trunkName(request.connection, 'in')}`
      : routeText({ kind: 'trunk', id: inboundTrunk.id });
  return request.numbers.flatMap(({ number }) => {
    const did = didOf(facts, number);
    if (did === undefined || (inboundTrunk !== undefined && isOn(objects)(did))) return [];
    return [rerouted(number, did, to)];
  });
}

/** What takes these numbers away: each one's calls go back first. */
export function detachments(objects: SharedObjects, detached: readonly DetachedNumber[]): readonly PlannedChange[] {
  const remembered = readPreviousRoutings(objects.inboundTrunk?.description ?? null);
  const previous = new Map(remembered.map(({ number, routing }) => [digits(number), routing]));
  return detached.flatMap(({ number, imports, did }) => [
    ...(did !== undefined && isOn(objects)(did)
      ? [rerouted(number, did, routeText(previous.get(digits(number)) ?? null))]
      : []),
    ...imports.map(({ id }) => removed({ provider: 'vapi', kind: 'phone-number', name: number }, id)),
  ]);
}

const rerouted = (number: string, { id, routing }: Did, to: string | null): PlannedChange =>
  changed({ provider: 'didww', kind: 'did', name: number }, id, [
    { attribute: 'routing', from: routeText(routing), to },
  ]);

const routeText = (routing: Routing): string | null => (routing === null ? null : `${routing.kind} ${routing.id}`);

/**
 * DIDs that the trunk does not let pass as caller ids, and those that go with a number that is detached. A
 * trunk that lets any DID pass has no list: of one that is to have one again, every number is to be in it.
 */
export function callerIdChanges(
  { request, facts }: Planned,
  { didIds, allowAnyDidAsCli }: OutboundTrunk,
  detached: readonly DetachedNumber[],
): readonly AttributeChange[] {
  if (didIds === undefined && !allowAnyDidAsCli) return [];
  const allowed = new Set(didIds);
  const leaving = new Set(detached.flatMap(({ did }) => did?.id ?? []));
  const asked = request.numbers.flatMap(({ number }) => didOf(facts, number) ?? []);
  const kept = allowAnyDidAsCli ? (facts.routed ?? []).filter(({ id }) => !leaving.has(id)) : [];
  const wanted = new Map([...asked, ...kept].map((did) => [did.id, did]));
  return [
    ...[...wanted.values()]
      .filter(({ id }) => !allowed.has(id))
      .map(({ number }) => ({ attribute: `caller id ${number}`, from: null, to: 'allowed' })),
    ...detached
      .filter(({ did }) => did !== undefined && allowed.has(did.id))
      .map(({ number }) => ({ attribute: `caller id ${number}`, from: 'allowed', to: null })),
  ];
}
