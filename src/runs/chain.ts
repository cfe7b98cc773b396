import type { Client } from '@temporalio/client';
import { workflowIds } from '../domain/marks.js';
import { describedRun, holderOf, isOpen, isOurs, listRuns, newestFirst, type RunFacts, type RunRef } from './runs.js';

/** Under which name a run keeps, as memo, the id of the connection's run before it. */
const PREVIOUS_MEMO = 'PatchbayPrevious';

/** Kept where Temporal knew no earlier run. */
const NONE = 'none';

/**
 * The memo of a run that is to be started after `newest`. By it those that come later find all runs without
 * a list: a run id is known at once, and lists lag.
 */
export const previousMemo = (newest: RunRef | undefined): Readonly<Record<string, unknown>> => ({
  [PREVIOUS_MEMO]: newest?.runId ?? NONE,
});

/** The runs of ours under a connection's id that Temporal still knows. */
export interface ConnectionRuns {
  /** Newest first. */
  readonly runs: readonly RunFacts[];
  /**
   * Run ids of those of which it is certain that no run of ours that matters came between them and the
   * newest. Of the others only lists tell, which lag behind.
   */
  readonly certain: ReadonlySet<string>;
}

/**
 * Every run of ours under a connection's id that Temporal still knows: those that the newest one leads back
 * to, and whatever lists show besides. Of a closed run lists tell the truth; one that is listed as open is
 * asked for, as only the newest can be.
 */
export async function runsOf(client: Client, connection: string): Promise<ConnectionRuns> {
  const workflowId = workflowIds.connection(connection);
  const holder = await holderOf(client, connection, workflowId);
  const newest = holder !== undefined && isOurs(holder) ? holder : undefined;
  const listed = await listRuns(client, `WorkflowId = "${workflowId}"`);
  const closed = await Promise.all(
    listed
      .filter(({ runId }) => runId !== newest?.runId)
      .map(async (run) => (isOpen(run) ? describedRun(client, connection, workflowId, run.runId) : run)),
  );
  const others = closed.filter((run) => run !== undefined);
  const chain = await chainFrom(client, newest, others);
  const certain = new Set(chain.map(({ runId }) => runId));
  const runs = [...chain, ...others.filter(({ runId }) => !certain.has(runId))];
  return { runs: newestFirst(runs), certain };
}

/**
 * The runs that are proven to follow one another, from the newest one back: none is missing between them.
 * Ends at the first run of the connection, where Temporal has forgotten the one before, and at a run that
 * another program than Patchbay's client started, which tells of none before it. `closed` are facts that
 * need not be asked for.
 */
async function chainFrom(
  client: Client,
  newest: RunFacts | undefined,
  closed: readonly RunFacts[],
): Promise<readonly RunFacts[]> {
  const known = new Map(closed.map((run) => [run.runId, run]));
  const chain = new Map<string, RunFacts>();
  for (let run = newest; run !== undefined && !chain.has(run.runId);) {
    chain.set(run.runId, run);
    const before = beforeIt(run);
    if (before === undefined) break;
    run = known.get(before) ?? (await describedRun(client, run.connection, run.workflowId, before));
  }
  return [...chain.values()];
}

/** A Reset makes another run, with the memo of the one that it repeats. */
function beforeIt({ runId, firstRunId, memo }: RunFacts): string | undefined {
  if (firstRunId !== undefined && firstRunId !== runId) return firstRunId;
  const previous = memo[PREVIOUS_MEMO];
  return typeof previous === 'string' && previous !== NONE ? previous : undefined;
}
