/**
 * The course of a verification: prepare, line calls, transfer call, what both sides' books say of them.
 * Belongs here: which calls are made and in which order. Does not: how one call is made safely
 * (`testCalls.ts`), how the run ends (`endVerification.ts`).
 */
import type { Verifying } from './verifying.js';
import { checksOf, type VerificationRequest } from '../../contract/verificationRequest.js';
import { onAccounts } from '../../contract/attempts.js';
import { activities } from '../engine/activities.js';
import type { PreparedVerification } from '../../activities/verification/prepareVerification.js';
import { failed, inconclusive, type Judgement } from '../../domain/diagnosis/judgements.js';
import { PASSING_CLASSES } from '../../contract/failure.js';
import type { CheckResult, Spent } from '../../contract/result.js';
import type { Finding } from '../../domain/calls/evidence.js';
import {
  type CallPlan,
  type PlanInput,
  type PlannedCall,
  planLineCalls,
  planTransferCall,
  sampleOf,
} from '../../domain/calls/plan.js';
import { unproven } from '../../domain/verdict/checkResult.js';
import { failureOf, isCancelled } from '../engine/failure.js';
import { EvidenceCollector } from './evidenceCollector.js';
import { TestCalls } from './testCalls.js';
import { type CallOutcome, Verdicts } from './verdicts.js';

const PREPARE = 'read the accounts';

/**
 * Makes every call that was asked for; results and what they took are in the report. Throws where the
 * accounts refuse to be read.
 */
export async function verify(whole: Verifying): Promise<void> {
  const verifying = sampled(whole);
  const { request, report } = verifying;
  report.spend(NOTHING);
  const asked = checksOf(request);
  if (asked.length === 0) return;
  const prepared = await prepare(verifying);
  const verdicts = new Verdicts(verifying);
  if ('verdict' in prepared) {
    verdicts.add(request.numbers.flatMap(({ number }) => asked.map((check) => unproven({ check, number }, prepared))));
    return;
  }
  if (!verifying.isChildOfOnboarding) report.warn(prepared.warnings);
  const calling = { ...verifying, patience: onAccounts(verifying.patience, prepared.accounts) };
  await makeCalls(calling, prepared, verdicts);
  verdicts.settle(await new EvidenceCollector(calling, prepared).complete(verdicts.made));
  if (prepared.refusesStrangers && verdicts.isTransferProven) report.warn([ONLY_OUR_OWN]);
}

/** No source says which caller id a transfer's leg carries (docs/providers/didww.md, Caller id). */
const ONLY_OUR_OWN =
  'The transfer was proven with a number of the connection as caller. The outbound trunk refuses other callers (on_cli_mismatch_action reject_call), so that the transfer of a stranger may be refused: sip.callerIds any lets it pass.';

const NOTHING: Spent = { calls: 0, seconds: 0, usd: 0 };

/**
 * Only so many numbers are called where that was asked for; other ones each time, so that a schedule comes
 * round to all.
 */
function sampled(verifying: Verifying): Verifying {
  const { request, report } = verifying;
  const { sample } = request.verification;
  if (sample === undefined || sample >= request.numbers.length) return verifying;
  const all = String(request.numbers.length);
  report.warn([
    `Of ${all} numbers only ${String(sample)} were called, as verification.sample asks; of the others nothing is proven.`,
  ]);
  return { ...verifying, request: { ...request, numbers: sampleOf(request.numbers, sample, Math.random()) } };
}

async function makeCalls(verifying: Verifying, prepared: PreparedVerification, verdicts: Verdicts): Promise<void> {
  const { request, report } = verifying;
  const calls = new TestCalls(verifying, prepared);
  const input = planInput(request, prepared);
  const plan = planLineCalls(input);
  verdicts.add(impossible(plan));
  verdicts.plan(plan.calls);
  const isTransferAsked = checksOf(request).includes('transfer');
  if (isTransferAsked && prepared.astray === undefined) verdicts.planTransfer(request.transfer?.destination ?? '');
  try {
    for (const call of plan.calls) verdicts.note(call, await calls.make(call));
    if (isTransferAsked) {
      const make = (call: PlannedCall): Promise<CallOutcome> =>
        prepared.astray === undefined ? calls.make(call) : Promise.resolve({ unmade: notAnnounced(prepared.astray) });
      await transfer(request, make, input, verdicts);
    }
  } finally {
    report.warn(calls.warnings);
  }
}

/** One transfer for the connection: to the first number that answered, as the person is rung once only. */
async function transfer(
  request: VerificationRequest,
  make: (call: PlannedCall) => Promise<CallOutcome>,
  input: PlanInput,
  verdicts: Verdicts,
): Promise<void> {
  const isReached = (number: string): boolean =>
    !request.verification.inbound || verdicts.of('inbound', number)?.verdict === 'proven';
  for (const { number } of request.numbers) {
    const call = isReached(number) ? planTransferCall(input, number) : undefined;
    if (call !== undefined) {
      verdicts.note(call, await make(call));
      return;
    }
  }
  verdicts.transferNotTried(request.numbers[0]?.number ?? '');
}

/**
 * Whom the assistant would ring is the tool's to say: with a destination in it that was not announced,
 * nobody is.
 */
const notAnnounced = ({ side, cause, action }: Finding): Judgement =>
  failed(side, `No transfer call was placed, as it could call somebody who was not announced: ${cause}`, action);

/**
 * What stands; or, where the accounts could not be read for a passing reason, what that means for every
 * check.
 */
async function prepare({ request, patience, board }: Verifying): Promise<PreparedVerification | Judgement> {
  board.set(PREPARE, 'running');
  try {
    const prepared = await activities(`find what exists of ${request.connection}`, patience).prepareVerification(
      request,
    );
    board.set(PREPARE, 'done');
    return prepared;
  } catch (error) {
    const failure = failureOf(error, PREPARE);
    board.set(PREPARE, 'failed', failure.message);
    if (isCancelled() || !PASSING_CLASSES.includes(failure.class)) throw error;
    return inconclusive(
      failure.provider === 'didww' ? 'didww' : 'vapi',
      `No test call was made: ${failure.message}`,
      failure.action,
    );
  }
}

function planInput({ verification }: VerificationRequest, { numbers, callFrom }: PreparedVerification): PlanInput {
  return { numbers, verification, ...(callFrom === undefined ? {} : { callFrom }) };
}

const impossible = ({ impossible: checks }: CallPlan): readonly CheckResult[] =>
  checks.map(({ why, ...planned }) =>
    unproven(planned, why === 'no-assistant' && planned.check === 'outbound' ? NOT_CALLED_FROM : IMPOSSIBLE[why]),
  );

const NOT_IMPORTED = failed(
  'vapi',
  "The number is not imported at Vapi with the connection's inbound credential, so that it can neither call nor be called",
  'Import the number again: offboard the connection and set it up again.',
);
const NO_ASSISTANT = failed(
  'vapi',
  'The number is bound to no assistant at Vapi, so that nobody answers it',
  'Bind the number to its assistant at Vapi, then run the verification again.',
);
const NOT_CALLED_FROM = inconclusive(
  'vapi',
  'No call was made from the number, as it is bound to no assistant at Vapi',
  'Bind the number to its assistant at Vapi, then run the verification again.',
);
const CALLER_UNKNOWN = inconclusive(
  'our-request',
  'verification.callFrom is no number of this Vapi organisation, so that it cannot call',
  'Name a number of the Vapi organisation, or leave verification.callFrom out.',
);
const IMPOSSIBLE = {
  'not-imported': NOT_IMPORTED,
  'no-assistant': NO_ASSISTANT,
  'caller-unknown': CALLER_UNKNOWN,
} as const;
