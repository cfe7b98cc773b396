import { setHandler } from '@temporalio/workflow';
import { progressQuery } from '../../contract/messages.js';
import type { Plan } from '../../contract/plan.js';
import type { PlanAsked } from '../../contract/planInput.js';
import type { Request } from '../../contract/request.js';
import { Board } from '../engine/board.js';
import { activities, atBeginning, DEFAULT_RUN_PATIENCE, patienceOf } from '../engine/activities.js';
import { cancelledUnwritten, invalid, refuse } from '../engine/endRun.js';
import { failureOf, isCancelled, throwIfCancelled } from '../engine/failure.js';
import { Report } from '../engine/report.js';
import { slugIn } from '../engine/slug.js';

const FIND = 'find the last request';
const COMPARE = 'compare both accounts';

/** A plan under way, as people see it. */
interface Planning {
  readonly board: Board;
  readonly report: Report;
}

/**
 * Compares both accounts with a request, or with the last request of a connection, and says what would be
 * done. Writes nothing. Takes `{ request, prune? }` or `{ connection, region, prune? }`. Completes with the
 * Plan, also with one whose `problems` are in the way of it. Fails as `InvalidRequest` for bad input, and as
 * `PreflightRefused` with details `[Result]` where the accounts cannot be read or the last request is not
 * known.
 */
export async function planConnection(input: unknown): Promise<Plan> {
  const connection = connectionIn(input);
  const planning = { board: new Board(connection, 'preflight'), report: new Report(connection) };
  const { board, report } = planning;
  setHandler(progressQuery, () => ({ ...board.state, result: report.toResult(board.ended) }), {
    description: 'Whether both accounts have been read',
  });
  const { read, knownAttributes } = await atBeginning((local) => local.readPlan({ input }));
  if ('problems' in read) throw invalid(planning, read.problems);
  board.publish(knownAttributes);
  const request = await requestOf(planning, read.asked);
  const plan = await step(planning, COMPARE, () =>
    activities(COMPARE, patienceOf(request.patience).step).planChanges({ request, prune: read.asked.prune }),
  );
  board.close('done');
  return plan;
}

const connectionIn = (input: unknown): string =>
  slugIn(typeof input === 'object' && input !== null && 'request' in input ? input.request : input);

async function requestOf(planning: Planning, asked: PlanAsked): Promise<Request> {
  if ('request' in asked) return asked.request;
  const { connection, region } = asked;
  return step(planning, FIND, () =>
    activities(FIND, DEFAULT_RUN_PATIENCE.step).findLastRequest({ connection, region }),
  );
}

/** One look. Whatever it throws ends the run before anything is written. */
async function step<T>(planning: Planning, name: string, look: () => Promise<T>): Promise<T> {
  const { board } = planning;
  board.set(name, 'running');
  try {
    const seen = await look();
    throwIfCancelled();
    board.set(name, 'done');
    return seen;
  } catch (error) {
    if (isCancelled()) throw cancelledUnwritten(planning);
    const failure = failureOf(error, name);
    board.set(name, 'failed', failure.message);
    throw refuse(planning, failure, 'PreflightRefused');
  }
}
