/**
 * What an onboarding says of a connection that exists already and is not as the request asks: the
 * connection's other numbers depend on the shared objects, so it refuses and changes nothing. Pure.
 */
import type { Request } from '../../contract/request.js';
import type { ObjectProvider } from '../../contract/result.js';
import { type Difference, valueText } from '../../domain/objects/difference.js';
import { ingressHost } from '../../domain/sip/addresses.js';
import type { ExistingConnection } from './existingConnection.js';
import type { Facts } from './facts.js';
import { type Finding, finding } from './finding.js';
import { type ComparedObject, comparedObjects } from './sharedDifferences.js';

/** Shared objects that are missing or not as the request wants them. */
export const sharedFindings = (request: Request, facts: Facts, existing: ExistingConnection): readonly Finding[] => [
  ...layoutFindings(request, existing),
  ...comparedObjects(request, facts, existing).flatMap((one) => findingsOf(request, one)),
];

/** The layout decides which credentials there are: no number can be on both. */
export function layoutFindings(request: Request, { layout }: Pick<ExistingConnection, 'layout'>): readonly Finding[] {
  const { trunkLayout } = request.sip;
  if (layout === trunkLayout) return [];
  return [
    differing(request, 'vapi', 'connection', { attribute: 'sip.trunkLayout', desired: trunkLayout, found: layout }),
  ];
}

/**
 * The host that calls enter at decides how Vapi tells whose they are: it is not switched under live calls.
 */
export function ingressFindings(
  request: Request,
  { inboundTrunk, inboundCredential }: ExistingConnection,
): readonly Finding[] {
  const { region, sip } = request;
  const [desired, other] =
    sip.ingress === 'region' ? (['region', 'credential'] as const) : (['credential', 'region'] as const);
  const otherHost = ingressHost(region, other === 'credential' ? inboundCredential.id : undefined);
  if (inboundTrunk?.configuration.host?.toLowerCase() !== otherHost.toLowerCase()) return [];
  return [differing(request, 'didww', 'inbound trunk', { attribute: 'sip.ingress', desired, found: other })];
}

function findingsOf(request: Request, one: ComparedObject): readonly Finding[] {
  const { provider, kind, name, title, isAsked, found, differences } = one;
  const { connection, transfer } = request;
  if (kind === 'transfer-tool' && (found === undefined || !isAsked)) {
    return [
      differing(request, provider, `connection ${connection}`, {
        attribute: 'transfer',
        desired: transfer === undefined ? null : `a transfer to ${transfer.destination}`,
        found: found === undefined ? null : `transfer tool ${found.id}`,
      }),
    ];
  }
  if (found === undefined) return [missing(request, provider, name)];
  return differences.map((difference) => differing(request, provider, title, difference));
}

const differing = (
  { connection }: Request,
  provider: ObjectProvider,
  title: string,
  { attribute, desired, found }: Difference,
): Finding =>
  finding(
    provider,
    attribute,
    `The connection exists already: ${attribute} of the ${title} is ${valueText(found)}, and the request asks for ${valueText(desired)}.`,
    `Ask for the current settings, choose another connection name, or remove the connection first: patchbay offboard ${connection}`,
  );

const missing = ({ connection }: Request, provider: ObjectProvider, name: string): Finding =>
  finding(
    provider,
    'connection',
    `The connection exists already, but its "${name}" is gone: somebody removed or renamed it.`,
    `Take the connection away and set it up again: patchbay offboard ${connection}`,
  );
