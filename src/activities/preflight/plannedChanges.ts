/**
 * What would be done to both accounts so that a connection is as a request asks, in the order in which it
 * would be done: what widens first, what narrows last. Pure. Does not: what is in the way of it
 * (`judgement.ts`).
 */
import type { AttributeChange, PlannedChange } from '../../contract/plan.js';
import type { Request } from '../../contract/request.js';
import type { ObjectKind } from '../../contract/result.js';
import { compareValue } from '../../domain/objects/difference.js';
import { allowedSipIps, ingressHost } from '../../domain/sip/addresses.js';
import { digits } from '../../domain/sip/e164.js';
import type { Assistant } from '../../vapi/index.js';
import { holdsTool } from '../../vapi/assistantModel.js';
import {
  callerIdChanges,
  type DetachedNumber,
  detachedNumbers,
  detachments,
  importChanges,
  routingChanges,
} from './plannedNumbers.js';
import { asChange, changed, created, given, type Kind, type Planned, removed } from './plannedObject.js';
import { reuseOf } from './reusedLeftovers.js';
import { comparedObjects, type SharedObjects } from './sharedDifferences.js';

/** Every object that would be made, changed or removed. Only of facts that are complete. */
export function plannedChanges(planned: Planned): readonly PlannedChange[] {
  const { request, facts, existing } = planned;
  const { objects, removed: leftovers } =
    existing === undefined ? reuseOf(request, facts) : { objects: existing, removed: [] };
  const detached = detachedNumbers(planned);
  const shared = sharedChanges(planned, objects, detached);
  const isRemoved = ({ action }: PlannedChange): boolean => action === 'remove';
  return [
    ...shared.filter((change) => !isRemoved(change)),
    ...assistantChanges(planned, objects, detached, true),
    ...importChanges(planned),
    ...routingChanges(planned, objects),
    ...detachments(objects, detached),
    ...assistantChanges(planned, objects, detached, false),
    ...shared.filter(isRemoved),
    ...leftovers,
  ];
}

function sharedChanges(
  planned: Planned,
  objects: SharedObjects,
  detached: readonly DetachedNumber[],
): readonly PlannedChange[] {
  const { request, facts } = planned;
  const { outboundTrunk } = objects;
  return comparedObjects(request, facts, objects).flatMap(({ provider, kind, name, isAsked, found, differences }) => {
    const object: Kind = { provider, kind, name };
    if (found === undefined) return [created(object, madeWith(request, kind))];
    if (!isAsked) return [removed(object, found.id)];
    const renamed = kind === 'transfer-tool' ? [] : compareValue('name', name, found.name);
    const attributes = [
      ...[...renamed, ...differences].map(asChange),
      ...(kind === 'outbound-trunk' && outboundTrunk ? callerIdChanges(planned, outboundTrunk, detached) : []),
      ...(kind !== 'transfer-tool' && outboundTrunk === undefined ? [OF_A_NEW_TRUNK] : []),
    ];
    return attributes.length === 0 ? [] : [changed(object, found.id, attributes)];
  });
}

/** DIDWW makes SIP credentials for every outbound trunk (docs/providers/didww.md, Outbound trunks). */
const OF_A_NEW_TRUNK: AttributeChange = {
  attribute: 'SIP credentials',
  from: 'those of an outbound trunk that is gone',
  to: 'those of the new one',
};

/** Members of the request that decide an object of this kind. */
function madeWith(request: Request, kind: ObjectKind): readonly AttributeChange[] {
  const { sip, limits, region, transfer } = request;
  switch (kind) {
    case 'outbound-trunk':
      return given({
        'sip.allowedIps': allowedSipIps(region, sip.allowedIps).join(', '),
        'sip.callerIds': sip.callerIds,
        'limits.channels': limits.channels,
        'limits.dailySpendUsd': limits.dailySpendUsd,
      });
    case 'inbound-trunk':
      return given({
        'sip.ingress': sip.ingress === 'credential' ? 'the host of the inbound credential' : ingressHost(region),
        'sip.transport': sip.transport,
        'sip.networkProtocol': sip.networkProtocol,
        'sip.maxTransfers': sip.maxTransfers,
      });
    case 'transfer-tool':
      return given({
        'transfer.destination': transfer?.destination,
        'transfer.toolDescription': transfer?.toolDescription,
        'transfer.message': transfer?.message,
        'transfer.when': transfer?.when,
      });
    case 'inbound-credential':
      return given({ 'sip.transport': sip.transport });
    default:
      return given({ 'sip.transport': sip.transport, 'sip.outboundHost': sip.outboundHost });
  }
}

/** The tool joins each assistant that is to answer a number, and leaves one that answers none any more. */
function assistantChanges(
  { request, facts, existing }: Planned,
  { tool }: SharedObjects,
  detached: readonly DetachedNumber[],
  isGiven: boolean,
): readonly PlannedChange[] {
  const { transfer } = request;
  const gone = new Set(detached.flatMap(({ imports }) => imports.map(({ id }) => id)));
  const asked = new Set(request.numbers.map(({ number }) => digits(number)));
  const kept = (existing?.bound ?? []).filter(({ id, number = '' }) => !gone.has(id) && !asked.has(digits(number)));
  const answering = new Set(
    transfer === undefined ? [] : [...request.numbers, ...kept].flatMap(({ assistantId }) => assistantId ?? []),
  );
  const name = transfer?.toolName ?? tool?.functionName ?? tool?.id ?? '';
  const [from, to] = isGiven ? [null, name] : [name, null];
  return knownAssistants(facts)
    .filter((assistant) => answering.has(assistant.id) === isGiven && lists(assistant, tool?.id) !== isGiven)
    .filter(({ id }) => isGiven || hasToolFromUs(facts, existing?.bound ?? [], tool?.id, id))
    .map(({ id, name: title }) =>
      changed({ provider: 'vapi', kind: 'assistant', name: title ?? id }, id, [
        { attribute: 'transfer tool', from, to },
      ]),
    );
}

/** Each assistant that was read, once. */
export const knownAssistants = ({ assistants, everyAssistant = [] }: Planned['facts']): readonly Assistant[] => [
  ...assistants.values(),
  ...everyAssistant.filter(({ id }) => !assistants.has(id)),
];

/** Whether an assistant has the tool from us: it answers a number of the connection, or a run gave it. */
export const hasToolFromUs = (
  { earlier }: Planned['facts'],
  bound: readonly { readonly assistantId?: string }[],
  toolId: string | undefined,
  assistantId: string,
): boolean =>
  bound.some((one) => one.assistantId === assistantId) ||
  (toolId !== undefined && earlier.hasAssigned(toolId, assistantId));

const lists = ({ model }: Assistant, toolId: string | undefined): boolean =>
  toolId !== undefined && holdsTool(model, toolId);
