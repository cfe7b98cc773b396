/**
 * Whether a connection can carry the numbers of a request beside those that it has: what one run can take
 * away, and what its trunk can remember. Pure.
 */
import { MOST_NUMBERS_OF_CONNECTION } from '../../contract/numberLimits.js';
import { MOST_PREVIOUS_ROUTINGS, readPreviousRoutings } from '../../domain/objects/previousRoutings.js';
import type { Request } from '../../contract/request.js';
import type { Facts } from './facts.js';
import { type Finding, finding } from './finding.js';
import { digits } from '../../domain/sip/e164.js';
import { boundTo, isOurRouting } from './numbers.js';
import type { ExistingConnection } from './existingConnection.js';

/** Problems of the numbers taken together. */
export const capacityFindings = (
  request: Request,
  facts: Facts,
  existing: ExistingConnection | undefined,
): readonly Finding[] => [...memoryFindings(request, facts, existing), ...sizeFindings(request, facts, existing)];

function sizeFindings(request: Request, facts: Facts, existing: ExistingConnection | undefined): readonly Finding[] {
  const carried = (facts.phoneNumbers ?? []).filter((one) => boundTo(existing, [one]) !== undefined);
  const all = new Set(
    [...carried, ...request.numbers].flatMap(({ number }) => (number === undefined ? [] : digits(number))),
  );
  if (all.size <= MOST_NUMBERS_OF_CONNECTION) return [];
  return [
    finding(
      'patchbay',
      'numbers',
      `${request.connection} would carry ${String(all.size)} numbers; a connection can carry ${String(MOST_NUMBERS_OF_CONNECTION)}.`,
      'Put the others into another connection.',
    ),
  ];
}

function memoryFindings(request: Request, facts: Facts, existing: ExistingConnection | undefined): readonly Finding[] {
  if (!request.routing.replaceExisting || facts.dids === undefined || facts.inboundTrunks === undefined) return [];
  const remembered = facts.inboundTrunks.flatMap(({ description }) => readPreviousRoutings(description));
  const takenOver = new Set(remembered.map(({ number }) => number));
  for (const { number, routing } of facts.dids)
    if (routing !== null && !isOurRouting(request, facts, existing, routing)) takenOver.add(number);
  if (takenOver.size <= MOST_PREVIOUS_ROUTINGS) return [];
  return [
    finding(
      'didww',
      'numbers',
      `${String(takenOver.size)} numbers of this connection would be taken over from another routing; the trunk can remember ${String(MOST_PREVIOUS_ROUTINGS)}.`,
      'Spread them over several connections, or remove the routing of numbers that need not get it back.',
    ),
  ];
}
