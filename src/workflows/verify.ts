/**
 * The course of a verification: prepare, line calls, transfer call. Belongs here: which calls are made and in which order.
 * Does not: how one call is made safely (`testCalls.ts`), how the run ends (`verificationEnding.ts`).
 */
import type { VerificationOrder } from '../domain/verificationInput.js';
import type { Patience } from '../domain/contract.js';
import type { PreparedVerification } from '../activities/prepareVerification.js';
import { failed, inconclusive, type Judgement } from '../domain/diagnosis.js';
import { PASSING_CLASSES } from '../domain/failure.js';
import type { Check, CheckResult } from '../domain/result.js';
import { type CallPlan, type PlanInput, planLineCalls, planTransferCall } from '../domain/testCallPlan.js';
import { unproven } from '../domain/verdict.js';
import type { Board } from './board.js';
import { failureOf, isCancelled } from './failure.js';
import type { Report } from './report.js';
import { verificationActivities } from './verificationActivities.js';
import { TestCalls } from './testCalls.js';
import type { Spent } from './verificationEnding.js';

/** A verification under way. */
export interface Verifying {
  readonly order: VerificationOrder;
  readonly patience: Patience;
  readonly board: Board;
  readonly report: Report;
}

const NOTHING: Spent = { calls: 0, seconds: 0, usd: 0 };
const PREPARE = 'read the accounts';

/** Makes every call that was asked for; the results are in the report. Throws where the accounts refuse to be read. */
export async function verify(verifying: Verifying): Promise<Spent> {
  const { order, report } = verifying;
  const asked = checksOf(order);
  if (asked.length === 0) return NOTHING;
  const prepared = await prepare(verifying);
  if ('verdict' in prepared) {
    report.verification(
      order.numbers.flatMap(({ number }) => asked.map((check) => unproven({ check, number }, prepared))),
    );
    return NOTHING;
  }
  const calls = new TestCalls(verifying, prepared);
  const input = planInput(order, prepared);
  const results = new Results(order, report);
  results.add(impossible(planLineCalls(input)));
  await line(verifying, calls, planLineCalls(input), results);
  if (asked.includes('transfer')) results.add(await transfer(verifying, calls, input, results));
  report.warn(calls.warnings);
  return calls.spent;
}

async function line({ board }: Verifying, calls: TestCalls, plan: CallPlan, results: Results): Promise<void> {
  board.plan(plan.calls.map((call) => calls.nameOf(call)));
  for (const call of plan.calls) results.add(await calls.make(call));
}

/** One transfer for the connection: to the first number that answered, as the person is rung once only. */
async function transfer(
  { order }: Verifying,
  calls: TestCalls,
  input: PlanInput,
  results: Results,
): Promise<readonly CheckResult[]> {
  const reached = order.numbers.find(
    ({ number }) => !order.verification.inbound || results.of('inbound', number)?.verdict === 'proven',
  );
  const { number } = reached ?? order.numbers[0] ?? { number: '' };
  const call = reached === undefined ? undefined : planTransferCall(input, number);
  return call === undefined
    ? [unproven({ check: 'transfer', number }, notTried(results.of('inbound', number)))]
    : calls.make(call);
}

/** What stands; or, where the accounts could not be read for a passing reason, what that means for every check. */
async function prepare({ order, patience, board }: Verifying): Promise<PreparedVerification | Judgement> {
  board.set(PREPARE, 'running');
  try {
    const prepared = await verificationActivities(
      `find what stands of ${order.connection}`,
      patience,
    ).prepareVerification(order, patience);
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

function planInput({ verification }: VerificationOrder, { numbers, callFrom }: PreparedVerification): PlanInput {
  return { numbers, verification, ...(callFrom === undefined ? {} : { callFrom }) };
}

function checksOf({ verification, transfer: wanted }: VerificationOrder): readonly Check[] {
  const { inbound, outbound, transfer: asked } = verification;
  return [
    ...(inbound ? (['inbound'] as const) : []),
    ...(outbound ? (['outbound'] as const) : []),
    ...(asked && wanted !== undefined ? (['transfer'] as const) : []),
  ];
}

const impossible = ({ impossible: checks }: CallPlan): readonly CheckResult[] =>
  checks.map(({ why, ...planned }) => unproven(planned, why === 'not-imported' ? NOT_IMPORTED : CALLER_UNKNOWN));

const NOT_IMPORTED = failed(
  'vapi',
  "The number is not imported at Vapi with the connection's inbound credential, so that it can neither call nor be called",
  'Import the number again: offboard the connection and set it up anew.',
);
const CALLER_UNKNOWN = inconclusive(
  'our-request',
  'verification.callFrom is no number of this Vapi organisation, so that it cannot call',
  'Name a number of the Vapi organisation, or leave verification.callFrom out.',
);
/** A transfer begins on an inbound call: without one it has the same open end. */
function notTried(inbound: CheckResult | undefined): Judgement {
  const { side, cause, action } = inbound?.diagnosis ?? {
    side: 'vapi' as const,
    cause: 'no number can be called',
    action: 'Mend the inbound side first, then run the verification again.',
  };
  return inconclusive(side, `The transfer was not tried, as no number was proven to take calls: ${cause}`, action);
}

/** The results so far, in the order of the request whatever the order of the calls. */
class Results {
  private readonly all: CheckResult[] = [];

  constructor(
    private readonly order: VerificationOrder,
    private readonly report: Report,
  ) {}

  add(results: readonly CheckResult[]): void {
    this.all.push(...results);
    this.report.verification(this.sorted());
  }

  of(check: Check, number: string): CheckResult | undefined {
    return this.all.find((result) => result.check === check && result.number === number);
  }

  private sorted(): readonly CheckResult[] {
    const places = new Map(this.order.numbers.map(({ number }, at) => [number, at]));
    const rank = ({ check, number }: CheckResult): number =>
      check === 'transfer' ? Infinity : (places.get(number) ?? 0) * 2 + (check === 'inbound' ? 0 : 1);
    return [...this.all].sort((a, b) => rank(a) - rank(b));
  }
}
