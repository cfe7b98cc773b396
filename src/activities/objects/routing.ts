/**
 * The cut-over: the moment a number's live calls move to our inbound trunk, and the way back
 * (docs/providers/didww.md, DIDs and routing).
 */
import type { Did } from '../../didww/index.js';
import type { CallOptions } from '../../http/index.js';
import { activity } from '../engine/activity.js';
import type { RouteChange, Routing, Undone } from '../../contract/objects.js';
import type { Dependencies } from '../engine/dependencies.js';
import { StepError } from '../engine/failures.js';
import { groupText, reaches } from '../discovery/reach.js';
import { conflict, isClass, unlessGone } from '../engine/refusals.js';

type Didww = Dependencies['didww'];

export const routingActivities = ({ didww }: Pick<Dependencies, 'didww'>) => ({
  /**
   * Routes the number to our inbound trunk. Throws `StepError` of class `conflict` where its routing is no
   * longer what the preflight saw: somebody else has moved it. It is read just before, however young the
   * preflight is: DIDWW knows no precondition that would keep us from overwriting a live line's routing,
   * and what is overwritten unseen can never be given back.
   */
  cutOver: activity(async (change: RouteChange, options): Promise<void> => {
    const ours = { kind: 'trunk', id: change.inboundTrunkId } as const;
    const { routing } = await didww.getDid(change.didId, options);
    if (isSame(routing, ours)) return;
    if (!isSame(routing, change.previous)) throw movedMeanwhile(change, routing);
    const routed = await didww.routeDid(change.didId, ours, options);
    if (!isSame(routed.routing, ours)) throw notTaken(change, routed.routing);
  }),

  /**
   * Gives the number back its previous routing where it still goes to our trunk. Whatever else was done to
   * it since is kept and named. Throws `StepError` of class `conflict` where its calls reach our trunk all
   * the same, through a trunk group that holds it: what they need is in use.
   */
  restoreRouting: activity(async (change: RouteChange, options): Promise<Undone> => {
    const did = await unlessGone(didww.getDid(change.didId, options));
    if (did === undefined)
      return warning(`${change.number} is no longer in the DIDWW account: its routing was not restored.`);
    if (did.routing?.kind === 'group') await refuseStillReaching(didww, change, did.routing, options);
    if (isSame(did.routing, change.previous)) return NOTHING;
    if (did.routing?.kind !== 'trunk' || did.routing.id !== change.inboundTrunkId) {
      return warning(
        `${change.number} was routed to ${place(did.routing)} meanwhile, not by Patchbay: left unchanged.`,
      );
    }
    const undone = await restore(didww, change, options);
    if (change.previous?.kind === 'group') await refuseStillReaching(didww, change, change.previous, options);
    return undone;
  }),
});

/** One read, and only of a number that is routed to a group. A trunk that is gone is in none. */
async function refuseStillReaching(
  didww: Didww,
  { number, inboundTrunkId }: RouteChange,
  routing: NonNullable<Routing>,
  options: CallOptions,
): Promise<void> {
  const trunk = await unlessGone(didww.getInboundTrunk(inboundTrunkId, options));
  if (trunk === undefined || !reaches(routing, trunk)) return;
  throw conflict(
    'didww',
    `${number} is routed to ${groupText(trunk)} at DIDWW, which holds the connection's inbound trunk "${trunk.name}" (${trunk.id}), not by Patchbay: ` +
      'its calls come in over that trunk. It was left unchanged, with what its calls need. ' +
      'Route it elsewhere, or take the trunk out of that group, before anything of that is removed.',
    'Route the number elsewhere at DIDWW, or take the trunk out of that group, then run the same command again.',
  );
}

const NOTHING: Undone = { warnings: [] };
const warning = (text: string): Undone => ({ warnings: [text] });

async function restore(didww: Didww, change: RouteChange, options: CallOptions): Promise<Undone> {
  try {
    checkRestored(change, change.previous, await didww.routeDid(change.didId, change.previous, options));
    return NOTHING;
  } catch (error) {
    if (!isClass(error, 'invalid-request', 'not-found') || !(await isGone(didww, change.previous, options)))
      throw error;
  }
  checkRestored(change, null, await didww.routeDid(change.didId, null, options));
  return warning(
    `${change.number} was routed to ${place(change.previous)} before, which is gone: it is now routed to nowhere.`,
  );
}

/**
 * Whether DIDWW's refusal means that the previous place is no more. A group cannot be looked at by our
 * client: the refusal is taken at its word.
 */
async function isGone(didww: Didww, previous: Routing, options: CallOptions): Promise<boolean> {
  if (previous === null) return false;
  if (previous.kind === 'group') return true;
  return (await unlessGone(didww.getInboundTrunk(previous.id, options))) === undefined;
}

function checkRestored(change: RouteChange, expected: Routing, { routing }: Did): void {
  if (!isSame(routing, expected)) throw notTaken(change, routing);
}

const isSame = (a: Routing, b: Routing): boolean => a?.kind === b?.kind && a?.id === b?.id;

const place = (routing: Routing): string => (routing === null ? 'nowhere' : `${routing.kind} ${routing.id}`);

const movedMeanwhile = ({ number, previous }: RouteChange, now: Routing): StepError =>
  conflict(
    'didww',
    `The routing of ${number} changed since preflight: it was ${place(previous)} and is now ${place(now)}. It was left unchanged.`,
    'Settle with whoever changed it where the number is to be routed, then retry.',
  );

const notTaken = ({ number }: RouteChange, now: Routing): StepError =>
  new StepError({
    provider: 'didww',
    class: 'unexpected-answer',
    message: `DIDWW accepted the routing of ${number} but shows it routed to ${place(now)}.`,
    action: 'Look at DIDWW where the number is routed, then retry.',
  });
