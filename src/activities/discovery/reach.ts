/**
 * Which numbers' calls reach an inbound trunk: those of a number that is routed to it, and those of a number
 * that is routed to a trunk group which somebody has put it into (docs/providers/didww.md, Inbound trunks).
 * The one place that knows both ways. Does not: what follows from them.
 */
import type { Did, InboundTrunk, Routing } from '../../didww/index.js';
import type { CallOptions } from '../../http/index.js';
import type { Dependencies } from '../engine/dependencies.js';

type Didww = Dependencies['didww'];

/** What of a trunk tells by which ways calls come to it. */
export type Reachable = Pick<InboundTrunk, 'id' | 'group'>;

/** Whether calls that are routed so reach the trunk. That a group also holds others does not matter. */
export const reaches = (routing: Routing | null, { id, group }: Reachable): boolean =>
  routing !== null && (routing.kind === 'trunk' ? routing.id === id : routing.id === group?.id);

/** Whether calls that are routed so reach the trunk through its group. */
export const reachesThroughGroup = (routing: Routing | null, trunk: Reachable): boolean =>
  routing?.kind === 'group' && reaches(routing, trunk);

/** The one of these trunks that calls which are routed so reach. */
export const reachedTrunk = <T extends Reachable>(routing: Routing | null, trunks: readonly T[]): T | undefined =>
  trunks.find((trunk) => reaches(routing, trunk));

/** DIDs whose calls reach one of these trunks, as lists show them: one list a trunk, one more a group. */
export async function listReaching(
  didww: Didww,
  trunks: readonly Reachable[],
  options: CallOptions,
): Promise<readonly Did[]> {
  const groups = new Set(trunks.flatMap(({ group }) => group?.id ?? []));
  const places: readonly Routing[] = [
    ...trunks.map(({ id }): Routing => ({ kind: 'trunk', id })),
    ...[...groups].map((id): Routing => ({ kind: 'group', id })),
  ];
  return (await Promise.all(places.map((place) => didww.findDidsRoutedTo(place, options)))).flat();
}

/** The trunk's group, as people are told of it; empty where it is in none. */
export const groupText = ({ group }: Reachable): string =>
  group == null ? '' : `the trunk group "${group.name}" (${group.id})`;
