/**
 * What a preflight says of a connection whose inbound trunk somebody put into a trunk group: what it carries
 * is not what Patchbay set up, so it is not extended. Pure.
 */
import type { InboundTrunk } from '../../didww/index.js';
import type { Request } from '../../contract/request.js';
import type { Facts } from './facts.js';
import { type Finding, finding, type Complaint } from './finding.js';
import type { ExistingConnection } from './existingConnection.js';
import { groupText, reachesThroughGroup } from '../discovery/reach.js';

/** Numbers named; one is enough to refuse. */
const MOST_NAMED = 5;

/**
 * Numbers besides those of the request whose calls come in over the trunk of an existing connection
 * through its group. Of those of the request each says so itself (`throughGroup`).
 */
export function groupFindings(
  { numbers }: Request,
  { routed = [] }: Facts,
  { inboundTrunk: trunk }: ExistingConnection,
): readonly Finding[] {
  if (trunk === undefined) return [];
  const asked = new Set(numbers.map(({ number }) => number));
  const through = routed
    .filter(({ number, routing }) => reachesThroughGroup(routing, trunk) && !asked.has(number))
    .map(({ number }) => number);
  if (through.length === 0) return [];
  const named = through.slice(0, MOST_NAMED).join(', ');
  const more = through.length > MOST_NAMED ? ` and ${String(through.length - MOST_NAMED)} more` : '';
  return [
    finding(
      'didww',
      'connection',
      `The connection's inbound trunk "${trunk.name}" (${trunk.id}) is in ${groupText(trunk)} at DIDWW, not by Patchbay, and calls to ${named}${more} come in through that group.`,
      'Route them elsewhere at DIDWW, or take the trunk out of that group, then run the request again.',
    ),
  ];
}

/**
 * A number of the request that somebody routed to a group which holds our trunk. It is not taken over: given
 * back to that group, its calls would reach us still.
 */
export const throughGroup = (number: string, trunk: InboundTrunk): Complaint => [
  'didww',
  `${number} is routed to ${groupText(trunk)} at DIDWW, which holds the connection's inbound trunk "${trunk.name}" (${trunk.id}): somebody put it there, and the number's calls come in over it.`,
  `Route ${number} to the trunk "${trunk.name}" itself or nowhere, or take that trunk out of the group, then run the request again.`,
];
