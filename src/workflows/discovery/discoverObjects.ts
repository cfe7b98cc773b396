import type { Patience } from '../../contract/attempts.js';
import type { DiscoveredObjects, DiscoveryTarget } from '../../contract/discovery.js';
import { discoveryActivities } from '../engine/activities.js';
import { failureOf } from '../engine/failure.js';

/** What was found of a connection, and what could not be read of it. */
export interface Taken {
  readonly discovered: DiscoveredObjects;
  readonly warnings: readonly string[];
}

/**
 * Looks for everything of the connection. Where that fails for good, once more without the list of all
 * assistants, which holds what anybody may have written: those of the connection are then read by id, and
 * the warning says that others may list its tool, where it has one. Throws the first failure where that
 * fails as well.
 */
export async function discoverObjects(summary: string, wanted: DiscoveryTarget, patience: Patience): Promise<Taken> {
  try {
    return { discovered: await discoveryActivities(summary, patience).discoverObjects(wanted), warnings: [] };
  } catch (error) {
    const { message } = failureOf(error, 'look');
    const once = { ...patience, forMs: 0 };
    const discovered = await discoveryActivities(`${summary}, without the list of assistants`, once)
      .discoverObjects({ ...wanted, withoutAssistantList: true })
      .catch(() => undefined);
    if (discovered === undefined) throw error;
    return {
      discovered,
      warnings: discovered.tools.length === 0 ? [] : [assistantsUnlisted(message), ...discovered.unread],
    };
  }
}

const assistantsUnlisted = (why: string): string =>
  `The assistants of the Vapi organisation could not be listed (${why}); of assistants other than those that answer the connection's numbers, nobody looked whether they list its transfer tool.`;
