import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import {
  ApplicationFailure,
  CancellationScope,
  ChildWorkflowFailure,
  ParentClosePolicy,
  executeChild,
} from '@temporalio/workflow';
import type { Inventory } from '../../contract/inventory.js';
import { inconclusive } from '../../domain/diagnosis/judgements.js';
import { workflowIds } from '../../contract/workflowIds.js';
import type { Outcome, Result } from '../../contract/result.js';
import { stepNames, USED_BY_NUMBERS } from '../../contract/stepNames.js';
import { checksOf } from '../../contract/verificationRequest.js';
import { unproven } from '../../domain/verdict/checkResult.js';
import { activities, waitingActivities } from '../engine/activities.js';
import { toApplicationFailure, isCancelled } from '../engine/failure.js';
import { newNumbers } from './importNumbers.js';
import type { VerifyInput } from '../../contract/messages.js';
import type { Onboarding } from './onboarding.js';
import { notProven } from '../verification/endVerification.js';
import type { verifyConnection } from '../verification/verifyConnection.js';

/**
 * Proves the new numbers by calls. A failed check fails the step; a missing proof does not, and is told as
 * such.
 */
export async function verifyNewNumbers(onboarding: Onboarding, inventory: Inventory): Promise<Outcome> {
  const { report, saga } = onboarding;
  const input = verifyInput(onboarding, inventory);
  if (input.numbers.length === 0 || checksOf(input).length === 0) return 'done';
  const verdicts = await saga.step({
    name: stepNames.testCalls,
    run: async () => {
      const { verification, spent, warnings } = await unlessCancelled(
        onboarding,
        inventory,
        verifyInTurn(onboarding, input),
      );
      report.verification(verification);
      if (spent !== undefined) report.spend(spent);
      report.warn(warnings);
      const failed = verification.find(({ verdict }) => verdict === 'failed');
      if (failed !== undefined) throw toApplicationFailure(notProven(failed, stepNames.testCalls));
      return verification;
    },
    note: (checks) =>
      `${String(checks.filter(({ verdict }) => verdict === 'proven').length)} of ${String(checks.length)} proven`,
  });
  return verdicts.every(({ verdict }) => verdict === 'proven') ? 'verified' : 'inconclusive';
}

/**
 * The outcome of the test calls. A cancellation asks them to end and does not wait for that: live calls
 * come first. Everything that a test call needs is removed only once none is on the line.
 */
async function unlessCancelled(
  { saga }: Onboarding,
  { numbers, assistants }: Inventory,
  calls: Promise<Verified>,
): Promise<Verified> {
  const over = calls.then(({ warnings }) => warnings, warningsOf);
  try {
    return await Promise.race([calls, CancellationScope.current().cancelRequested]);
  } catch (error) {
    if (isCancelled()) {
      saga.addCompensation(stepNames.testCalls, {
        run: async () => ({ warnings: await over }),
        uses: [
          ...USED_BY_NUMBERS,
          stepNames.credential.out,
          stepNames.transferTool,
          ...numbers.map(({ number }) => stepNames.import(number)),
          ...assistants.map(({ id }) => stepNames.assistant(id)),
        ],
        leftovers: () => [],
      });
    }
    throw error;
  }
}

/** What a verification that was cancelled warns of, such as a call that could not be hung up. */
function warningsOf(error: unknown): readonly string[] {
  const cause = error instanceof ChildWorkflowFailure ? error.cause : undefined;
  const result = cause instanceof ApplicationFailure ? (cause.details?.[0] as Partial<Result> | undefined) : undefined;
  return result?.warnings ?? [];
}

function verifyInput({ request }: Onboarding, inventory: Inventory): Asked {
  const { connection, region, transfer, limits, verification } = request;
  return {
    connection,
    region,
    numbers: newNumbers(inventory).map(({ number, assistantId }) => ({ number, assistantId })),
    ...(transfer !== undefined && verification.transfer
      ? { transfer: { destination: transfer.destination, toolName: transfer.toolName } }
      : {}),
    ...(limits.allowPremiumDestinations ? { limits: { allowPremiumDestinations: true } } : {}),
    verification,
  };
}

/** What an onboarding asks for; `transfer` where it is to be proven. */
type Asked = VerifyInput & Required<Pick<VerifyInput, 'numbers'>> & Pick<Onboarding['request'], 'verification'>;

/** What test calls have shown, and used. */
type Verified = Pick<Result, 'verification' | 'spent' | 'warnings'>;

/**
 * One verification of a connection at a time: waits for another one to end. Another application's run is
 * not waited for, as nobody knows for how long: then nothing is proven.
 */
async function verifyInTurn({ patience }: Onboarding, input: Asked): Promise<Verified> {
  const workflowId = workflowIds.verification(input.connection);
  for (;;) {
    try {
      return await executeChild<typeof verifyConnection>('verifyConnection', {
        workflowId,
        args: [input, patience.step],
        parentClosePolicy: ParentClosePolicy.REQUEST_CANCEL,
        staticSummary: `test calls of ${input.connection}`,
      });
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
      const look = activities('who verifies the connection', patience.step);
      const { owner } = await look.describeRun(workflowId);
      if (owner !== undefined) return notVerified(input, owner);
      await waitingActivities('wait for another verification to end', patience.step).awaitRun(workflowId);
    }
  }
}

/** Of no check anything is known, as a run of another application holds the id of the verification. */
function notVerified(input: Asked, owner: string): Verified {
  const [first] = input.numbers;
  const why = inconclusive(
    'our-request',
    `No test call was made. ${owner}`,
    `Wait until that run has ended, or use another namespace for Patchbay (TEMPORAL_NAMESPACE), then: patchbay verify ${input.connection}`,
  );
  const planned = checksOf(input).flatMap((check) =>
    (check === 'transfer' ? [first] : input.numbers).flatMap((one) => (one ? [{ check, number: one.number }] : [])),
  );
  return { verification: planned.map((check) => unproven(check, why)), warnings: [] };
}
