/**
 * Follows a test call that was placed until both of its legs have ended and told what they have to tell.
 * Belongs here: the loop of looks, and carrying out what `domain/calls/nextMove.ts` decides. Does not: that
 * decision.
 */
import type { FollowedCall, FollowedToTheEnd } from './followedCall.js';
import { cancellationSignal, sleep } from '@temporalio/activity';
import { PASSING_CLASSES } from '../../contract/failure.js';
import type { CallFacts } from '../../domain/calls/evidence.js';
import { expectsInbound } from '../../domain/calls/plan.js';
import { type CallTimes, LOOK_PAUSES_GROW_BY } from '../../domain/calls/times.js';
import { type CallMove, nextMove } from '../../domain/calls/nextMove.js';
import { NUDGE } from '../../domain/calls/script.js';
import { judgeCall } from '../../domain/verdict/judgeCall.js';
import { type CallOptions, ProviderError } from '../../http/index.js';
import type { Call, VapiClient } from '../../vapi/index.js';
import type { Activity } from '../engine/activity.js';
import type { Patience } from '../../contract/attempts.js';
import type { Dependencies } from '../engine/dependencies.js';
import { keepBeating, note, noteFirst, remembered } from '../engine/heartbeats.js';
import { isClass, unlessGone } from '../engine/refusals.js';
import { sendHangUp } from './testCall.js';
import { inboundLegOf, isCertainly } from './reading.js';
import { type CallMemory, CallView } from './view.js';

/** One request; the activity as a whole has no HTTP deadline. */
export const REQUEST_MS = 10_000;

/** Follows test calls. */
export function testCallFollowingActivities({ vapi, callTimes }: Pick<Dependencies, 'vapi' | 'callTimes'>) {
  /**
   * Looks at both legs until they have ended, or their time is up; says what was seen, and judges it, so
   * that a rule that becomes stricter cannot change what an open verification has decided. Resumed by a
   * later attempt where an earlier one stopped. Never places a call. Faults that may pass are waited out
   * for as long as `patience` says.
   */
  const awaitTestCall: Activity<FollowedCall, FollowedToTheEnd> = async (followed, patience) => {
    const memory: CallMemory = { ...(remembered() as CallMemory | undefined) };
    const stopBeating = keepBeating(memory);
    try {
      const facts = await new Following(vapi(followed.region), followed, memory, patience, callTimes).toTheEnd();
      const { call, name, placement } = followed;
      return { facts, judged: judgeCall({ call, name, placement, facts }) };
    } finally {
      stopBeating();
    }
  };
  return { awaitTestCall };
}

/** One attempt's way along a call. */
class Following {
  private readonly view: CallView;
  private troubleSince: number | undefined;

  constructor(
    private readonly organisation: VapiClient,
    private readonly followed: FollowedCall,
    private readonly memory: CallMemory,
    private readonly patience: Patience,
    private readonly times: CallTimes,
  ) {
    this.view = new CallView(followed, memory, organisation.clock);
  }

  async toTheEnd(): Promise<CallFacts> {
    const { firstLookPause, longestLookPause } = this.times;
    let pauseMs = firstLookPause;
    for (;;) {
      const changed = await this.through(() => this.look());
      const move = nextMove(this.view.look(), this.times);
      note(this.memory);
      if (move.kind === 'done') return this.view.facts();
      await this.through(() => this.carryOut(move));
      pauseMs = changed === true ? firstLookPause : Math.min(pauseMs * LOOK_PAUSES_GROW_BY, longestLookPause);
      await sleep(pauseMs);
    }
  }

  /** Whether anything is new. */
  private async look(): Promise<boolean> {
    const { organisation, followed, memory } = this;
    const outbound = await unlessGone(organisation.getCall(followed.placement.callId, this.options()));
    const inbound = await this.inboundOf(outbound);
    if (inbound !== undefined) memory.inboundCallId = inbound.id;
    return this.view.see(outbound, inbound);
  }

  /** The leg that was found before, until a better one is there. */
  private async inboundOf(outbound: Call | undefined): Promise<Call | undefined> {
    const { inboundCallId } = this.memory;
    if (inboundCallId === undefined) return this.findInbound(outbound);
    const known = await unlessGone(this.organisation.getCall(inboundCallId, this.options()));
    if (known !== undefined && isCertainly(known, this.followed.call.from.number)) return known;
    const found = await this.findInbound(outbound);
    return found === undefined || found.id === inboundCallId ? known : found;
  }

  private async findInbound(outbound: Call | undefined): Promise<Call | undefined> {
    const { call, placement } = this.followed;
    const { createdAt } = placement;
    const { phoneNumberId } = call.to;
    if (!expectsInbound(call) || phoneNumberId === undefined) return undefined;
    const createdAtGe = outbound?.createdAt ?? createdAt ?? new Date(placement.at);
    const rows = await this.organisation.listCalls({ phoneNumberId, createdAtGe }, this.options());
    return inboundLegOf(rows, call.from.number, outbound?.createdAt ?? createdAt);
  }

  private async carryOut(move: CallMove): Promise<void> {
    const { view, memory } = this;
    switch (move.kind) {
      case 'hang-up':
        if (memory.hungUp === undefined) {
          memory.hungUp = move.why;
          await noteFirst(memory);
        }
        view.hungUp();
        if (view.outbound !== undefined) await sendHangUp(this.organisation, view.outbound, this.options());
        return;
      case 'nudge':
        memory.nudged = true;
        await this.command(view.outbound, { type: 'say', content: NUDGE });
        return;
      case 'force-transfer':
        await this.forceTransfer();
        return;
      case 'wait':
      case 'done':
        return;
      default:
        return move satisfies never;
    }
  }

  /** The REFER without the model (docs/providers/vapi.md, Call control). */
  private async forceTransfer(): Promise<void> {
    const { memory, followed, view } = this;
    const sipUri = followed.transfer?.uri;
    if (sipUri === undefined) {
      memory.forced = true;
      memory.forceRefused = 'the outbound credential at Vapi has no gateway at an outbound host of DIDWW';
      return;
    }
    if (!(await this.isNotedAsForced())) return;
    const refused = await this.command(view.inbound, {
      type: 'transfer',
      destination: { type: 'sip', sipUri, transferPlan: { mode: 'blind-transfer', sipVerb: 'refer' } },
    });
    if (refused !== undefined) memory.forceRefused = refused;
  }

  /**
   * Notes that the transfer is forced: an attempt that finds it begun and no such note takes it for the
   * assistant's own. Then looks again, as the assistant may have begun it meanwhile. False, and not noted
   * any more, where there is no need left.
   */
  private async isNotedAsForced(): Promise<boolean> {
    const { memory, view } = this;
    memory.forced = true;
    try {
      await noteFirst(memory);
      await this.look();
    } catch (error) {
      memory.forced = false;
      note(memory);
      throw error;
    }
    memory.forced = false;
    memory.forced = nextMove(view.look(), this.times).kind === 'force-transfer';
    return memory.forced;
  }

  /** Sends a command. Says why it was refused, where it was; the call may just have ended. */
  private async command(
    call: Call | undefined,
    command: Parameters<VapiClient['controlCall']>[1],
  ): Promise<string | undefined> {
    const controlUrl = call?.monitor?.controlUrl;
    if (controlUrl === undefined) return 'Vapi names no control address for the call';
    try {
      await this.organisation.controlCall(controlUrl, command, this.options());
      return undefined;
    } catch (error) {
      if (!isClass(error, 'invalid-request', 'not-found', 'conflict', 'permission', 'authentication')) throw error;
      return error.message;
    }
  }

  /** Does it, and lets a fault that may pass pass for as long as patience lasts. */
  private async through<T>(work: () => Promise<T>): Promise<T | undefined> {
    try {
      const done = await work();
      this.troubleSince = undefined;
      return done;
    } catch (error) {
      if (!(error instanceof ProviderError) || !PASSING_CLASSES.includes(error.errorClass)) throw error;
      this.troubleSince ??= performance.now();
      if (performance.now() - this.troubleSince >= this.patience.forMs) throw error;
      if (error.retryAfterMs !== undefined) await sleep(Math.min(error.retryAfterMs, this.patience.forMs));
      return undefined;
    }
  }

  private options(): CallOptions {
    return { signal: AbortSignal.any([cancellationSignal(), AbortSignal.timeout(REQUEST_MS)]) };
  }
}
