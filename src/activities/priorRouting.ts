/**
 * What numbers were routed to before they were taken over, written into the description of the connection's inbound trunk before their cut-over, so
 * that a later rollback or `offboard` finds it there (docs/providers/didww.md, DIDs and routing).
 */
import {
  mergePriorRoutings,
  MOST_PRIOR_ROUTINGS,
  readPriorRoutings,
  removePriorRoutings,
} from '../domain/priorRoutings.js';
import type { CallOptions } from '../http/index.js';
import { activity } from './activity.js';
import type { PriorRoutingChange, Undone } from '../domain/contract.js';
import type { Dependencies } from './dependencies.js';
import type { StepError } from './failures.js';
import { conflict, unlessGone } from './refusals.js';

export const priorRoutingActivities = ({ didww }: Pick<Dependencies, 'didww'>) => ({
  /** Adds these routings to what the trunk remembers. Throws `StepError` of class `conflict` where it would be too many. */
  rememberPriorRoutings: activity(async ({ inboundTrunkId, routings }: PriorRoutingChange, options): Promise<void> => {
    const { description } = await didww.getInboundTrunk(inboundTrunkId, options);
    const remembering = mergePriorRoutings(description, routings);
    if (readPriorRoutings(remembering).length > MOST_PRIOR_ROUTINGS) throw tooMany(inboundTrunkId);
    await describe(didww, inboundTrunkId, description, remembering, options);
  }),

  /** Takes these routings out of what the trunk remembers, where they still stand so. A trunk that is gone remembers nothing. */
  forgetPriorRoutings: activity(async ({ inboundTrunkId, routings }: PriorRoutingChange, options): Promise<Undone> => {
    const trunk = await unlessGone(didww.getInboundTrunk(inboundTrunkId, options));
    if (trunk !== undefined) {
      const { description } = trunk;
      await describe(didww, inboundTrunkId, description, removePriorRoutings(description, routings), options);
    }
    return { warnings: [] };
  }),
});

async function describe(
  didww: Dependencies['didww'],
  id: string,
  standing: string | null,
  wanted: string | null,
  options: CallOptions,
): Promise<void> {
  const unchanged = mergePriorRoutings(standing, []);
  if (wanted !== unchanged) await didww.updateInboundTrunk(id, { description: wanted }, options);
}

const tooMany = (id: string): StepError =>
  conflict(
    'didww',
    `The inbound trunk ${id} would have to remember the previous routing of more than ${String(MOST_PRIOR_ROUTINGS)} numbers.`,
    'Take over the remaining numbers with another connection, or route them to nowhere first.',
  );
