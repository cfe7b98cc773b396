import { setHandler } from '@temporalio/workflow';
import type { Patience } from '../../contract/attempts.js';
import type { Result } from '../../contract/result.js';
import { outsideCallees } from '../../domain/calls/outsideCallees.js';
import type { VerificationAsked } from '../../contract/verificationInput.js';
import { verificationRequestOf, type VerificationRequest } from '../../contract/verificationRequest.js';
import { Board } from '../engine/board.js';
import { activities, atBeginning, DEFAULT_RUN_PATIENCE } from '../engine/activities.js';
import { invalid, refuse } from '../engine/endRun.js';
import { toApplicationFailure, failureOf, isCancelled, throwIfCancelled } from '../engine/failure.js';
import { progressQuery, type VerifyInput } from '../../contract/messages.js';
import { slugIn } from '../engine/slug.js';
import { Report } from '../engine/report.js';
import { closeCancelled, closeVerification } from './endVerification.js';
import { verify } from './verify.js';
import type { Verifying } from './verifying.js';

const READ = 'read what exists today';

/**
 * Proves a standing connection by test calls, one after the other, and undoes nothing but its own calls:
 * whatever happens, none is left on the line. The workflow id `verification/<slug>` is its caller's to
 * choose. Query `progress` as every run of Patchbay.
 *
 * How it ends: as `closeVerification` says. A run of its own completes with the Result where nothing failed
 * (`verified`, `inconclusive`, or `done` where no check was asked for), and fails as `RolledBack` where a
 * check failed, as `InvalidRequest` for bad input, as `PreflightRefused` where nothing stands or a key is
 * refused. The part of an onboarding returns its report whatever the verdicts: its parent decides. A
 * cancelled one ends as `closeCancelled` says.
 *
 * `ofOnboarding` is for an onboarding, which has been told how patient to be; it is no part of the public
 * input.
 */
export async function verifyConnection(input: VerifyInput, ofOnboarding?: Patience): Promise<Result> {
  const isChildOfOnboarding = ofOnboarding !== undefined;
  const patience = ofOnboarding ?? DEFAULT_RUN_PATIENCE.step;
  const connection = slugIn(input);
  const board = new Board(connection, 'verify');
  const report = new Report(connection, (verdicts) => board.verdicts(verdicts));
  setHandler(progressQuery, () => ({ ...board.state, result: report.toResult() }), {
    description: 'Where the verification is, and what the test calls showed so far',
  });
  const { read, knownAttributes } = await atBeginning((local) => local.readVerification({ input }));
  if ('problems' in read) throw invalid({ board, report }, read.problems);
  try {
    board.publish(knownAttributes);
    throwIfCancelled();
    const request = await wanted(read.asked, { patience, board, report });
    await verify({ request, patience, board, report, isChildOfOnboarding });
    throwIfCancelled();
    return closeVerification({ board, report, isChildOfOnboarding });
  } catch (error) {
    if (isCancelled()) {
      throw closeCancelled({ board, report, isChildOfOnboarding });
    }
    if (report.toResult().failure !== undefined) throw error;
    const failure = failureOf(error, 'prepare the test calls');
    if (isChildOfOnboarding) throw toApplicationFailure(failure);
    throw refuse({ board, report }, failure, 'PreflightRefused');
  }
}

/**
 * What is to be proven; where the input names no numbers, of what exists today. The board then says who
 * will be rung, as nobody could say before.
 */
async function wanted(
  asked: VerificationAsked,
  { patience, board, report }: Omit<Verifying, 'request' | 'isChildOfOnboarding'>,
): Promise<VerificationRequest> {
  const { connection, region, numbers, limits } = asked;
  if (numbers !== undefined) return verificationRequestOf(asked, { numbers });
  board.set(READ, 'running');
  const { allowPremiumDestinations: allowed } = limits;
  const target = { connection, region, ...(allowed ? { allowPremiumDestinations: allowed } : {}) };
  const current = await activities(READ, patience).readBindings(target);
  const request = verificationRequestOf(asked, current);
  board.set(READ, 'done', outsideCalleesText(request));
  report.warn([
    `Temporal no longer has the onboarding of ${connection}: what exists today was taken as the desired state, so a number bound to the wrong assistant would not be noticed.`,
    ...(request.transfer === undefined && request.verification.transfer ? (current.warnings ?? []) : []),
  ]);
  return request;
}

function outsideCalleesText(request: VerificationRequest): string {
  const count = `${String(request.numbers.length)} ${request.numbers.length === 1 ? 'number' : 'numbers'}`;
  const callees = outsideCallees(request).map(({ check, number }) => `the ${check} test will call ${number ?? ''}`);
  return [count, ...callees].join('; ');
}
