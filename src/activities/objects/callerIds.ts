/**
 * The caller ids of an existing outbound trunk: numbers that join a connection are added, and only those are
 * taken out again.
 */
import type { OutboundTrunk } from '../../didww/index.js';
import { activity } from '../engine/activity.js';
import type { CallerIdChange, Undone } from '../../contract/objects.js';
import type { Dependencies } from '../engine/dependencies.js';
import { StepError } from '../engine/failures.js';
import { unlessGone } from '../engine/refusals.js';

export const callerIdActivities = ({ didww }: Pick<Dependencies, 'didww'>) => ({
  /** Allows these DIDs as caller ids beside those that are (docs/providers/didww.md, Outbound trunks). */
  addCallerIds: activity(async ({ outboundTrunkId, didIds }: CallerIdChange, options): Promise<void> => {
    const trunk = await didww.getOutboundTrunk(outboundTrunkId, options);
    if (trunk.allowAnyDidAsCli) return; // every number is allowed, and DIDWW refuses a list
    const existing = callerIdsOf(trunk);
    const missing = didIds.filter((id) => !existing.includes(id));
    if (missing.length === 0) return;
    await didww.updateOutboundTrunk(outboundTrunkId, { didIds: [...existing, ...missing] }, options);
  }),

  /** Takes these DIDs out of the caller ids where they still are. A trunk that is gone has none. */
  removeCallerIds: activity(async ({ outboundTrunkId, didIds }: CallerIdChange, options): Promise<Undone> => {
    const trunk = await unlessGone(didww.getOutboundTrunk(outboundTrunkId, options));
    const existing = trunk === undefined || trunk.allowAnyDidAsCli ? [] : callerIdsOf(trunk);
    const kept = existing.filter((id) => !didIds.includes(id));
    if (kept.length < existing.length) {
      await didww.updateOutboundTrunk(outboundTrunkId, { didIds: kept }, options);
    }
    return { warnings: [] };
  }),
});

/** The list is written whole: without knowing what exists, a write would take others' caller ids away. */
function callerIdsOf({ id, didIds }: OutboundTrunk): readonly string[] {
  if (didIds !== undefined) return didIds;
  throw new StepError({
    provider: 'didww',
    class: 'unexpected-answer',
    message: `DIDWW does not say which caller ids the outbound trunk ${id} allows.`,
    action: 'Retry; if it stays so, report it with this message.',
  });
}
