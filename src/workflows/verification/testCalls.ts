/**
 * Makes test calls, one at a time, within the caps. Belongs here: placing, following, hanging up whatever
 * happens. Does not: who calls whom (`domain/calls/plan.ts`), what is looked up afterwards
 * (`evidenceCollector.ts`), what it means (`judging.ts`).
 */
import { ApplicationFailure, CancellationScope, sleep, workflowInfo } from '@temporalio/workflow';
import type { Patience } from '../../contract/attempts.js';
import { activities, followingActivities } from '../engine/activities.js';
import type { PreparedVerification } from '../../activities/verification/prepareVerification.js';
import type { FollowedToTheEnd } from '../../activities/verification/followedCall.js';
import type { TestCallTarget } from '../../activities/verification/testCall.js';
import { type Judgement, tooFewSlots } from '../../domain/diagnosis/judgements.js';
import type { Diagnosis } from '../../contract/result.js';
import type { CallEvidence, Placement } from '../../domain/calls/evidence.js';
import { testCallName } from '../../domain/calls/name.js';
import { expectsInbound, lacksSlots, type PlannedCall } from '../../domain/calls/plan.js';
import type { JudgedCall } from '../../domain/verdict/judgeCall.js';
import { CALL_CAPS, CALL_TIMES, limitsOf } from '../../domain/calls/times.js';
import { CallBudget } from './callBudget.js';
import { failureOf, isCancelled, throwIfCancelled } from '../engine/failure.js';
import { judge, type JudgedEvidence } from './judging.js';
import { type CallOutcome, nameOf } from './verdicts.js';
import type { Verifying } from './verifying.js';

const HANG_UP_PATIENCE: Omit<Patience, 'forMs'> = { firstRetryMs: 500, undo: true };

/** The calls of one verification. */
export class TestCalls {
  readonly warnings: string[] = [];
  /** Names are never used twice: a call whose answer was lost may show up late. */
  private names = 0;
  private readonly budget: CallBudget;
  private slotWaitMs = 0;
  /** All of the organisation's, once an answer told. */
  private slots: number | undefined;
  private stopped: Judgement | undefined;
  private readonly since = Date.now();

  constructor(
    private readonly verifying: Verifying,
    private readonly prepared: PreparedVerification,
  ) {
    this.budget = new CallBudget(verifying);
  }

  /** Makes one call. Does not throw but for a cancellation: what cannot be done is inconclusive. */
  async make(call: PlannedCall): Promise<CallOutcome> {
    const blocked = this.stopped ?? this.withoutSlots(call) ?? this.budget.overCap(call);
    if (blocked !== undefined) return { unmade: blocked };
    this.verifying.board.set(nameOf(call), 'running');
    try {
      const made = await this.evidenceOf(call);
      this.stopWhereUseless(made);
      return made;
    } catch (error) {
      if (isCancelled()) throw error;
      return { unmade: { verdict: 'inconclusive', diagnosis: this.stopFor(error, call) } };
    }
  }

  /**
   * Places the call, again where there was no slot or Vapi had a fault of its own, and says what was seen
   * of the last one.
   */
  private async evidenceOf(call: PlannedCall): Promise<JudgedEvidence> {
    const windowMs = this.verifying.request.verification.windowSeconds * 1_000;
    let pauseMs: number = CALL_TIMES.slotFirstPause;
    let faults = 0;
    for (let placed = 0; ;) {
      const { evidence, judged } = await this.once(call);
      const made = judged === undefined ? await this.judged(evidence) : { evidence, judged };
      if (evidence.placement.placed) placed += 1;
      const blocked = this.withoutSlots(call) ?? this.budget.overCap(call);
      if (placed >= CALL_CAPS.placementsPerCall || blocked !== undefined) return made;
      if (lacksSlot(made)) {
        if (this.slotWaitMs + pauseMs > windowMs) return made;
        this.slotWaitMs += pauseMs;
        await sleep(pauseMs);
        pauseMs = Math.min(pauseMs * 2, CALL_TIMES.slotLongestPause);
      } else if (faults === 0 && made.judged.isWorthRepeating) faults += 1;
      else return made;
    }
  }

  /** One call from its placing to its end. Whatever happens, it is not left on the line. */
  private async once(call: PlannedCall): Promise<{ readonly evidence: CallEvidence; readonly judged?: JudgedCall }> {
    const { request, patience } = this.verifying;
    throwIfCancelled();
    this.budget.place(call);
    this.names += 1;
    const name = testCallName(request.connection, workflowInfo().runId, this.names);
    const { region } = request;
    const target = { region, name, fromPhoneNumberId: call.from.phoneNumberId, since: this.since };
    const status: { callId?: string; isOver: boolean; isCounted: boolean } = { isOver: false, isCounted: false };
    try {
      const placing = { ...target, purpose: call.purpose, to: call.to.number, seconds: this.budget.secondsOf(call) };
      const placement = await activities(`place ${summaryOf(call)}`, patience).placeTestCall(placing);
      if (placement.placed) {
        status.callId = placement.callId;
        this.slots = placement.slots ?? this.slots;
      } else {
        status.isOver = true;
        this.budget.notPlaced();
      }
      throwIfCancelled();
      if (!placement.placed || takesLastSlot(call, placement)) return { evidence: { call, name, placement } };
      const followed = await this.followed(call, name, placement);
      if ('trouble' in followed) return { evidence: { call, name, placement, ...followed } };
      const { facts, judged } = followed;
      status.isOver = facts.outbound?.status === 'ended';
      status.isCounted = true;
      this.budget.followed(call, facts);
      throwIfCancelled();
      return { evidence: { call, name, placement, facts }, judged };
    } finally {
      if (!status.isOver) await this.hangUp(call, { ...target, ...status }, status.isCounted);
    }
  }

  /** A call that cannot be followed is hung up all the same, and its ids are there to be quoted. */
  private async followed(
    call: PlannedCall,
    name: string,
    placement: Placement & { placed: true },
  ): Promise<FollowedToTheEnd | { trouble: Diagnosis }> {
    try {
      return await this.follow(call, name, placement);
    } catch (error) {
      if (isCancelled()) throw error;
      return { trouble: this.stopFor(error, call) };
    }
  }

  /** One that was not followed to its end; it is on the line no more. */
  private async judged(evidence: CallEvidence): Promise<JudgedEvidence> {
    const [made] = await judge([evidence]);
    if (made === undefined) throw ApplicationFailure.nonRetryable(`The call ${evidence.name} was not judged.`);
    return made;
  }

  /** Nothing more is tried: every further call would use up the same patience. */
  private stopFor(error: unknown, call: PlannedCall): Diagnosis {
    const { provider, message, action } = failureOf(error, nameOf(call));
    const side = provider === 'didww' ? 'didww' : 'vapi';
    const trouble = { side, cause: `The test call could not be made or followed: ${message}`, action } as const;
    this.stopped = { verdict: 'inconclusive', diagnosis: trouble };
    return trouble;
  }

  private async follow(
    call: PlannedCall,
    name: string,
    placement: Placement & { placed: true },
  ): Promise<FollowedToTheEnd> {
    const { request, patience } = this.verifying;
    const { transferUri } = this.prepared;
    const wanted = call.purpose === 'transfer' ? request.transfer : undefined;
    const followed = {
      region: request.region,
      call,
      name,
      placement,
      limits: limitsOf(this.budget.secondsOf(call), request.verification.windowSeconds),
      ...(wanted === undefined
        ? {}
        : { transfer: { ...wanted, ...(transferUri === undefined ? {} : { uri: transferUri }) } }),
    };
    return followingActivities(`follow ${summaryOf(call)}`, patience).awaitTestCall(followed);
  }

  /**
   * The undo of placing. Does not throw: the first error must not be hidden, and the call's own stops end
   * it at last.
   */
  private async hangUp(
    call: PlannedCall,
    { region, name, fromPhoneNumberId, since, callId }: TestCallTarget,
    isCounted: boolean,
  ): Promise<void> {
    const longest = this.budget.secondsOf(call);
    // Tried until its own stops have ended it: the trunks must not go while it talks.
    const patience = {
      ...HANG_UP_PATIENCE,
      forMs: (CALL_CAPS.dialSeconds + longest) * 1_000 + CALL_TIMES.hardStopSlack,
    };
    await CancellationScope.nonCancellable(async () => {
      try {
        const acts = activities(`hang up ${summaryOf(call)}`, patience);
        const target = { region, name, fromPhoneNumberId, since, ...(callId === undefined ? {} : { callId }) };
        const ended = await acts.hangUpTestCall(target);
        if (!isCounted) this.budget.hungUp(call, ended);
      } catch (error) {
        const { message } = failureOf(error, 'hang up');
        this.warnings.push(
          `The test call ${name} could not be hung up (${message}); it ends on its own after at most ${String(longest)} s of talk.`,
        );
      }
    });
  }

  /** What keeps the call from being placed at all: no wait gives an organisation more slots. */
  private withoutSlots(call: PlannedCall): Judgement | undefined {
    return lacksSlots(call, this.slots) ? tooFewSlots(this.slots) : undefined;
  }

  /** An account that takes no calls takes none of the others. */
  private stopWhereUseless(made: JudgedEvidence): void {
    const [first] = made.judged.results;
    if (first?.verdict === 'inconclusive' && first.diagnosis?.side === 'billing' && !lacksSlot(made)) {
      this.stopped = { verdict: 'inconclusive', diagnosis: first.diagnosis };
    }
  }
}

/** A test call as an operator reads it. */
const summaryOf = ({ purpose, from, to, checks }: PlannedCall): string =>
  `call ${to.number} from ${from.number} (${purpose === 'transfer' ? 'transfer' : checks.map(({ check }) => check).join(', ')})`;

/**
 * The called leg would find no slot, and callers of the customer none either (docs/providers/vapi.md,
 * Concurrency and billing).
 */
const takesLastSlot = (
  call: PlannedCall,
  { waitsForSlot, remainingSlots, slots }: Placement & { placed: true },
): boolean => lacksSlots(call, slots) || (expectsInbound(call) && !waitsForSlot && (remainingSlots ?? 1) < 1);

function lacksSlot({ evidence: { call, placement, facts }, judged }: JudgedEvidence): boolean {
  if (!placement.placed) return placement.why === 'no-slot';
  return facts === undefined ? takesLastSlot(call, placement) : judged.endedForWantOfSlots;
}
