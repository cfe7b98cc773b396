import { ApplicationFailure, setHandler } from '@temporalio/workflow';
import type { Inventory } from '../../contract/inventory.js';
import type { Outcome, Result } from '../../contract/result.js';
import { KeptAccounts, rememberCopies, rememberInUse, workingOn } from '../engine/accounts.js';
import { fitFailure, fitResult } from '../../domain/reports/resultSize.js';
import { Board } from '../engine/board.js';
import { buildConnection } from './buildConnection.js';
import { activities, atBeginning, patienceOf } from '../engine/activities.js';
import { cutOver } from './cutOver.js';
import { cancelledUnwritten, invalid, type LastLook, refuse, withRollback } from '../engine/endRun.js';
import { failureOf, isCancelled, throwIfCancelled } from '../engine/failure.js';
import { lastLook } from './lastLook.js';
import { SharedMade } from './createdObjects.js';
import { progressQuery, resumeUpdate } from '../../contract/messages.js';
import { stepNames } from '../../contract/stepNames.js';
import { NumberLocks } from './numberLocks.js';
import type { Onboarding } from './onboarding.js';
import { slugIn } from '../engine/slug.js';
import { Report } from '../engine/report.js';
import { Saga } from '../engine/saga.js';
import { verifyNewNumbers } from './verifyNewNumbers.js';

/**
 * Creates or extends a connection and proves it by calls. Rolls back everything that it did when a step
 * fails for good or a person cancels it. Completes with the Result; else fails with type `InvalidRequest`,
 * `PreflightRefused`, `RolledBack` or `Leftovers` and details `[Result]`, or is Canceled where it was
 * cancelled and is clean. Takes the request as its only argument and has it checked.
 */
export async function onboardConnection(input: unknown): Promise<Result> {
  const begun = await begin(input);
  const inventory = await preflight(begun);
  const onboarding = onboardingOf(begun, inventory);
  planNumbers(onboarding, inventory);
  return withRollback(
    { ...onboarding, region: onboarding.request.region },
    releasing(onboarding, lastLook(onboarding, inventory)),
    () => onboarding.locks.whileHeld(() => attachNumbers(onboarding, inventory)),
  );
}

/** The last look, after which the numbers are released: they are held until nothing of this run is left. */
const releasing =
  ({ locks }: Onboarding, look: LastLook): LastLook =>
  async (unwound) => {
    const seen = await look(unwound);
    await locks.releaseAll((number) => (seen.numbersLeft?.includes(number) === true ? 'leftovers' : 'rolled-back'));
    return seen;
  };

async function attachNumbers(onboarding: Onboarding, inventory: Inventory): Promise<Outcome> {
  onboarding.board.enter('build');
  const connection = await buildConnection(onboarding, inventory);
  onboarding.board.enter('cut-over');
  await cutOver(onboarding, inventory, connection);
  onboarding.board.enter('verify');
  return verifyNewNumbers(onboarding, inventory);
}

/** An onboarding before anything is known of the accounts. */
type Begun = Pick<Onboarding, 'request' | 'board' | 'report' | 'saga'>;

async function begin(input: unknown): Promise<Begun> {
  const connection = slugIn(input);
  const board = new Board(connection, 'preflight');
  const report = new Report(connection, (verdicts) => board.verdicts(verdicts));
  const saga = new Saga(board);
  setHandler(progressQuery, () => ({
    ...board.state,
    result: saga.isPaused ? paused(report, saga) : report.toResult(board.ended),
  }));
  setHandler(resumeUpdate, () => saga.resume(), {
    description: 'Retries every waiting step of a paused run',
    validator: () => {
      if (saga.isPaused) return;
      const message = 'No step of this run waits for a person.';
      throw ApplicationFailure.create({ type: 'NotWaiting', nonRetryable: true, message });
    },
  });
  const { read, knownAttributes } = await atBeginning((local) => local.readOnboarding({ input }));
  if ('problems' in read) throw invalid({ board, report }, read.problems);
  board.publish(knownAttributes);
  if (read.request.onFailure === 'pause') saga.pauseOnFailure();
  return { request: read.request, board, report, saga };
}

function onboardingOf(begun: Begun, { accounts, copies, inUse = [] }: Inventory): Onboarding {
  const { request } = begun;
  const patience = workingOn(accounts, patienceOf(request.patience));
  rememberCopies(copies);
  rememberInUse(inUse);
  return {
    ...begun,
    patience,
    accounts: new KeptAccounts(accounts),
    locks: new NumberLocks(patience.step),
    imports: new Map(),
    shared: new SharedMade(patience.rollback),
  };
}

function paused(report: Report, saga: Saga): Result {
  const failure = saga.firstFailure;
  const result = report.toResult('paused' satisfies Outcome);
  return failure === undefined ? result : fitResult({ ...result, failure: fitFailure(failure) });
}

/** Reads both accounts. What it refuses ends the run before anything is written, and never pauses. */
async function preflight({ board, report, request }: Begun): Promise<Inventory> {
  const { step } = patienceOf(request.patience);
  board.set('preflight', 'running');
  try {
    const inventory = await activities('read both accounts', step).runPreflight(request);
    throwIfCancelled();
    board.set('preflight', 'done');
    report.warn(inventory.warnings);
    return inventory;
  } catch (error) {
    if (isCancelled()) throw cancelledUnwritten({ board, report });
    const failure = failureOf(error, 'preflight');
    board.set('preflight', 'failed', failure.message);
    throw refuse({ board, report }, failure, 'PreflightRefused');
  }
}

/** Names the steps on numbers before they come up, and what stays as it is. */
function planNumbers({ board, report }: Onboarding, inventory: Inventory): void {
  for (const { number, kept, didId, phoneNumberId } of inventory.numbers) {
    if (!kept) {
      report.plan(number, didId);
      continue;
    }
    board.set(stepNames.import(number), 'kept');
    report.number({ number, outcome: 'kept', didId, ...(phoneNumberId === undefined ? {} : { phoneNumberId }) });
  }
}
