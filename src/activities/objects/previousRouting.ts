/**
 * What numbers were routed to before they were taken over, written into the description of the connection's
 * inbound trunk before their cut-over, so that a later rollback or `offboard` finds it there
 * (docs/providers/didww.md, DIDs and routing).
 */
import {
  mergePreviousRoutings,
  MOST_PREVIOUS_ROUTINGS,
  readPreviousRoutings,
  removePreviousRoutings,
  restorePreviousRoutings,
} from '../../domain/objects/previousRoutings.js';
import type { CallOptions } from '../../http/index.js';
import { activity } from '../engine/activity.js';
import type { PreviousRoutingChange, Undone } from '../../contract/objects.js';
import type { Dependencies } from '../engine/dependencies.js';
import type { StepError } from '../engine/failures.js';
import { conflict, unlessGone } from '../engine/refusals.js';

export const previousRoutingActivities = ({ didww }: Pick<Dependencies, 'didww'>) => ({
  /**
   * Adds these routings to what the trunk remembers, and strikes out what is out of date. Throws
   * `StepError` of class `conflict` where it would be too many.
   */
  recordPreviousRoutings: activity(async (change: PreviousRoutingChange, options): Promise<void> => {
    const { inboundTrunkId, routings, outdated } = change;
    const { description } = await didww.getInboundTrunk(inboundTrunkId, options);
    const remembering = mergePreviousRoutings(removePreviousRoutings(description, outdated), routings);
    if (readPreviousRoutings(remembering).length > MOST_PREVIOUS_ROUTINGS) throw tooMany(inboundTrunkId);
    await describe(didww, inboundTrunkId, description, remembering, options);
  }),

  /**
   * Puts back what the trunk remembered before, where it still says what we wrote. A trunk that is gone
   * remembers nothing.
   */
  forgetPreviousRoutings: activity(async (change: PreviousRoutingChange, options): Promise<Undone> => {
    const { inboundTrunkId, routings, outdated, before } = change;
    const trunk = await unlessGone(didww.getInboundTrunk(inboundTrunkId, options));
    if (trunk !== undefined) {
      const { description } = trunk;
      const restored = restorePreviousRoutings(description, routings, before);
      const told = readPreviousRoutings(restored);
      const missing = outdated.filter(({ number }) => !told.some((routing) => routing.number === number));
      const merged = mergePreviousRoutings(restored, missing);
      await describe(didww, inboundTrunkId, description, merged, options);
    }
    return { warnings: [] };
  }),
});

async function describe(
  didww: Dependencies['didww'],
  id: string,
  description: string | null,
  merged: string | null,
  options: CallOptions,
): Promise<void> {
  const unchanged = mergePreviousRoutings(description, []);
  if (merged !== unchanged) await didww.updateInboundTrunk(id, { description: merged }, options);
}

const tooMany = (id: string): StepError =>
  conflict(
    'didww',
    `The inbound trunk ${id} would have to remember the previous routing of more than ${String(MOST_PREVIOUS_ROUTINGS)} numbers.`,
    'Take over the remaining numbers with another connection, or route them to nowhere first.',
  );
