import type { Client } from '@temporalio/client';
import type { Outcome, Stage } from '../contract/result.js';
import { isOpen, newestRuns, type RunFacts } from '../runHistory/runs.js';
import { searchAttributes } from '../contract/searchAttributes.js';
import { knownProgressOf, resultOf } from './resultOfRun.js';

/** Runs that are asked side by side where the namespace keeps no stage and outcome. */
const ASKED_AT_ONCE = 10;

/** A connection as its last run left it, or has it now. */
export interface ListedConnection {
  readonly connection: string;
  /** `null` where neither the namespace nor a worker can tell. */
  readonly stage: Stage | null;
  /** `null` while the run is open, except where it is paused. */
  readonly outcome: Outcome | null;
}

/**
 * Every connection that Temporal knows a run of, by name. Asks for what the namespace's search attributes
 * do not tell.
 */
export async function listConnections(client: Client): Promise<readonly ListedConnection[]> {
  const runs = [...(await newestRuns(client))];
  const listed: ListedConnection[] = [];
  while (runs.length > 0) {
    listed.push(...(await Promise.all(runs.splice(0, ASKED_AT_ONCE).map((run) => entryOf(client, run)))));
  }
  return listed;
}

async function entryOf(client: Client, run: RunFacts): Promise<ListedConnection> {
  const { connection } = run;
  const outcome = run.searchAttributes.get(searchAttributes.outcome) as Outcome | undefined;
  if (!isOpen(run)) {
    return { connection, stage: 'closed', outcome: outcome ?? (await resultOf(client, run)).outcome };
  }
  const stage =
    (run.searchAttributes.get(searchAttributes.stage) as Stage | undefined) ??
    (await knownProgressOf(client, run))?.stage ??
    null;
  return { connection, stage, outcome: stage === 'paused' ? 'paused' : null };
}
