import type { Client } from '@temporalio/client';
import { workflowIds } from '../contract/workflowIds.js';
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
 * to, and, only where that does not lead to the first one, whatever lists show besides. Of a closed run
 * lists tell the truth; one that is listed as open is asked for, as only the newest can be. Each takes a
 * request, one after another: who needs the newest alone says how many.
 */
export async function runsOf(client: Client, connection: string, most = Infinity): Promise<ConnectionRuns> {
  const workflowId = workflowIds.connection(connection);
  const holder = await holderOf(client, connection, workflowId);
  const chain = await chainFrom(client, holder !== undefined && isOurs(holder) ? holder : undefined, most);
  const { certain } = chain;
  if (chain.isWhole || chain.runs.length >= most) return { runs: newestFirst(chain.runs), certain };
  const found = new Set(chain.runs.map(({ runId }) => runId));
  const others = await Promise.all(
    (await listRuns(client, `WorkflowId = "${workflowId}"`))
      .filter(({ runId }) => !found.has(runId))
      .map(async (run) => (isOpen(run) ? describedRun(client, connection, workflowId, run.runId) : run)),
  );
  return { runs: newestFirst([...chain.runs, ...others.filter((run) => run !== undefined)]), certain };
}

interface Chain {
  readonly runs: readonly RunFacts[];
  readonly certain: ReadonlySet<string>;
  /** It leads to the first run of the connection that Temporal has kept, and none is missing. */
  readonly isWhole: boolean;
}

/**
 * The runs that follow one another, from the newest one back. Ends at the first run of the connection, where
 * Temporal has forgotten the one before, and at a run that another program than Patchbay's client started,
 * which tells of none before it. Of the runs between a Reset and the run that it repeats it tells nothing.
 * Not longer than `most`.
 */
async function chainFrom(client: Client, newest: RunFacts | undefined, most: number): Promise<Chain> {
  const runs = new Map<string, RunFacts>();
  const certain = new Set<string>();
  let isGapless = true;
  let before: string | undefined;
  for (let run = newest; run !== undefined && !runs.has(run.runId) && runs.size < most;) {
    runs.set(run.runId, run);
    if (isGapless) certain.add(run.runId);
    const { firstRunId, memo, connection, workflowId, runId } = run;
    const isReset = firstRunId !== undefined && firstRunId !== runId; // with the memo of the run that it repeats
    isGapless &&= !isReset;
    before = isReset ? firstRunId : previousIn(memo);
    run =
      before === undefined || before === NONE ? undefined : await describedRun(client, connection, workflowId, before);
  }
  return { runs: [...runs.values()], certain, isWhole: isGapless && before === NONE };
}

function previousIn(memo: RunFacts['memo']): string | undefined {
  const previous = memo[PREVIOUS_MEMO];
  return typeof previous === 'string' ? previous : undefined;
}
