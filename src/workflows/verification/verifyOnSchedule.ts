import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import {
  ApplicationFailure,
  CancelledFailure,
  ChildWorkflowFailure,
  ParentClosePolicy,
  executeChild,
  isCancellation,
  setHandler,
} from '@temporalio/workflow';
import type { ScheduledTarget } from '../../contract/otherRuns.js';
import { heldByOther } from '../../domain/reports/foreignRun.js';
import { workflowIds } from '../../contract/workflowIds.js';
import type { Result } from '../../contract/result.js';
import { Board } from '../engine/board.js';
import { activities, atBeginning, DEFAULT_RUN_PATIENCE } from '../engine/activities.js';
import { refuse } from '../engine/endRun.js';
import { failureOf, isCancelled, readable, throwIfCancelled } from '../engine/failure.js';
import { progressQuery, type RunFailureType, type VerifyInput } from '../../contract/messages.js';
import { Report } from '../engine/report.js';
import type { verifyConnection } from './verifyConnection.js';

const FIND = 'find what is wanted';
const CALLS = 'test calls';
const STOP = 'remove the schedule';
const FAILED: RunFailureType = 'RolledBack';
/** Lists lag behind: a run that set it up again may not be among them yet. */
const ONLY_LISTED =
  "seems to have been taken away, which Temporal's lists alone say: no test call was made, and the schedule stays. To end it:";

/** A run and what it shows of itself. */
interface Scheduled {
  readonly target: ScheduledTarget;
  readonly board: Board;
  readonly report: Report;
  /** The Result, once there is one. */
  readonly ended: { result?: Result };
}

/**
 * What a schedule starts: one verification under the id `verification/<slug>`, of what the connection's
 * runs say is wanted at that moment. Temporal adds the time to the id of whatever a schedule starts, so
 * that the id which is the lock needs a child.
 *
 * How it ends: as the verification does, with its Result. It completes as `done`, with a warning, where
 * there was nothing to verify: another verification is under way, the connection is being set up or taken
 * away, or it was taken away, which alone ends its schedule. Where nothing stands although it should, the
 * verification fails, and the schedule stays; so it does where another application's run holds the id.
 */
export async function verifyOnSchedule(target: ScheduledTarget): Promise<Result> {
  const { connection } = target;
  const board = new Board(connection, 'verify');
  const report = new Report(connection);
  const ended: { result?: Result } = {};
  setHandler(progressQuery, () => ({ ...board.state, result: ended.result ?? report.toResult() }), {
    description: 'Where the scheduled verification is, and how it ended',
  });
  board.publish(await atBeginning((local) => local.knownSearchAttributes()));
  const result = await verification({ target, board, report, ended });
  throwIfCancelled();
  ended.result = result;
  board.close(result.outcome);
  return result;
}

async function verification(run: Scheduled): Promise<Result> {
  const { target, board } = run;
  const input = await wanted(run);
  if (input === undefined) return passedOver(run);
  board.set(CALLS, 'running');
  try {
    const result = await executeChild<typeof verifyConnection>('verifyConnection', {
      workflowId: workflowIds.verification(target.connection),
      args: [input],
      parentClosePolicy: ParentClosePolicy.REQUEST_CANCEL,
      staticSummary: `scheduled test calls of ${target.connection}`,
    });
    board.set(CALLS, 'done', result.outcome);
    return result;
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) return failedAs(run, error);
    board.set(CALLS, 'skipped');
    await refuseOther(run, error.workflowId);
    run.report.warn([`Another verification of ${target.connection} was under way: this one was skipped.`]);
    return passedOver(run);
  }
}

/** Throws where the run that holds the id is another application's. */
async function refuseOther(run: Scheduled, workflowId: string): Promise<void> {
  const { owner } = await activities('who verifies the connection', DEFAULT_RUN_PATIENCE.step)
    .describeRun(workflowId)
    .catch((error: unknown) => {
      if (isCancelled()) throw error;
      throw refuse(run, failureOf(error, CALLS), 'PreflightRefused');
    });
  if (owner !== undefined) throw refuse(run, { step: CALLS, ...heldByOther(owner) }, 'PreflightRefused');
}

const passedOver = ({ report }: Scheduled): Result => report.toResult('done');

/**
 * What is to be verified; nothing where there is nothing to, which the report then says. Throws where that
 * cannot be found out.
 */
async function wanted(run: Scheduled): Promise<VerifyInput | undefined> {
  const { target, board, report } = run;
  board.set(FIND, 'running');
  const found = await activities(`${FIND} of ${target.connection}`, DEFAULT_RUN_PATIENCE.step)
    .findWanted(target)
    .catch((error: unknown) => {
      if (isCancelled()) throw error;
      throw refuse(run, failureOf(error, FIND), 'PreflightRefused');
    });
  board.set(FIND, 'done');
  switch (found.state) {
    case 'wanted':
      return found.input;
    case 'being-set-up':
      report.warn([`${target.connection} is being set up; its own test calls prove it: no test call was made here.`]);
      return undefined;
    case 'being-removed':
      report.warn([`${target.connection} is being taken away: no test call was made.`]);
      return undefined;
    case 'removed-in-part':
      report.warn([
        `${target.connection} was taken away in part: no test call was made. To take away the rest: patchbay offboard ${target.connection}`,
      ]);
      return undefined;
    case 'removed':
      if (found.isCertain) await removeSchedule(run);
      else report.warn([`${target.connection} ${ONLY_LISTED} patchbay verify ${target.connection} --stop`]);
      return undefined;
    default:
      return found satisfies never;
  }
}

/** Ends this run as the verification ended: failed with its Result, or cancelled. */
async function failedAs(run: Scheduled, error: unknown): Promise<Result> {
  const { target, board, report, ended } = run;
  if (isCancelled()) throw new CancelledFailure('The scheduled verification was cancelled.');
  if (isCancellation(error)) {
    board.set(CALLS, 'skipped');
    report.warn([`A person cancelled this verification of ${target.connection}; the next one comes as planned.`]);
    return passedOver(run);
  }
  const cause = error instanceof ChildWorkflowFailure ? error.cause : error;
  const result = cause instanceof ApplicationFailure ? (cause.details?.[0] as Result | undefined) : undefined;
  if (!(cause instanceof ApplicationFailure) || result === undefined)
    throw refuse(run, failureOf(error, CALLS), 'PreflightRefused');
  board.set(CALLS, 'failed', result.failure?.message);
  ended.result = result;
  board.close(result.outcome);
  throw readable(cause.type ?? FAILED, cause.message, result);
}

async function removeSchedule({ target, board, report }: Scheduled): Promise<void> {
  const { connection } = target;
  board.set(STOP, 'running');
  const isRemoved = await activities(`${STOP} of ${connection}`, DEFAULT_RUN_PATIENCE.step).removeSchedule(target);
  board.set(STOP, isRemoved ? 'done' : 'skipped');
  report.warn([
    isRemoved
      ? `${connection} was taken away: it is no longer verified on a schedule.`
      : `${connection} was removed and is being set up again: no test call was made.`,
  ]);
}
