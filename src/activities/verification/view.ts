import type { CallFacts, LegFacts } from '../../domain/calls/evidence.js';
import { expectsInbound } from '../../domain/calls/plan.js';
import type { CallLook, TransferLook } from '../../domain/calls/nextMove.js';
import type { ProviderClock } from '../../http/index.js';
import type { Call } from '../../vapi/index.js';
import type { FollowedCall } from './followedCall.js';
import { hasAnsweredWish, legFacts, sharedWords, transferFacts } from './reading.js';

/**
 * What the next attempt has to know of this one: the heartbeat's details. No control URL: whoever has that
 * can steer the call.
 */
export interface CallMemory {
  inboundCallId?: string;
  nudged?: boolean;
  forced?: boolean;
  forceRefused?: string;
  hungUp?: NonNullable<CallFacts['hungUp']>;
}

/** What one attempt has seen of a call, and since when. */
export class CallView {
  outbound: Call | undefined;
  inbound: Call | undefined;
  /** On the monotonic clock. */
  private readonly since = new Map<string, number>();
  private lastState = '';

  constructor(
    private readonly followed: FollowedCall,
    private readonly memory: CallMemory,
    private readonly clock: ProviderClock,
  ) {}

  /** Takes in a look at both legs. Whether anything is new. */
  see(outbound: Call | undefined, inbound: Call | undefined): boolean {
    this.outbound = outbound ?? this.outbound;
    this.inbound = inbound ?? this.inbound;
    this.mark('answered', this.outbound?.startedAt !== undefined);
    this.mark('inboundAnswered', this.inbound?.startedAt !== undefined);
    this.mark('ended', this.outbound?.status === 'ended');
    this.mark('answer', this.inbound !== undefined && hasAnsweredWish(this.inbound));
    const state = JSON.stringify([stateOf(this.outbound), stateOf(this.inbound)]);
    if (state === this.lastState) return false;
    this.lastState = state;
    this.since.set('change', performance.now());
    return true;
  }

  /** Patchbay hung up just now. */
  hungUp(): void {
    this.since.set('hungUp', performance.now());
  }

  /** The look that the next move is decided by. */
  look(): CallLook {
    const { followed, memory } = this;
    const transfer = this.transferLook();
    return {
      limits: followed.limits,
      expectsInbound: expectsInbound(followed.call),
      ...this.legs(),
      sincePlaced: this.clock.now().latest - followed.placement.at,
      sinceChange: this.elapsed('change') ?? 0,
      ...timesOf({
        sinceAnswered: this.elapsed('answered'),
        sinceInboundAnswered: this.elapsed('inboundAnswered'),
        sinceEnded: this.elapsed('ended'),
        sinceHungUp: this.elapsed('hungUp'),
      }),
      nudged: memory.nudged === true,
      ...(transfer === undefined ? {} : { transfer }),
    };
  }

  /** All that was seen. */
  facts(): CallFacts {
    const { followed, memory, inbound, outbound } = this;
    const transfer =
      followed.transfer !== undefined && inbound !== undefined
        ? transferFacts(followed.transfer, inbound, outbound, this.force())
        : undefined;
    const shared = sharedWords(outbound, inbound);
    return {
      ...this.legs(),
      ...(transfer === undefined ? {} : { transfer }),
      ...(shared === undefined ? {} : { sharedWords: shared }),
      ...(memory.hungUp === undefined ? {} : { hungUp: memory.hungUp }),
    };
  }

  private transferLook(): TransferLook | undefined {
    const { followed, memory, inbound, outbound } = this;
    if (followed.transfer === undefined) return undefined;
    const forced = memory.forced === true;
    if (inbound === undefined) return { fired: false, forced, decided: false };
    const { toolFired, status, forceRefused } = transferFacts(followed.transfer, inbound, outbound, this.force());
    const sinceAnswer = this.elapsed('answer');
    return {
      fired: toolFired,
      forced,
      decided: status !== undefined || forceRefused !== undefined,
      ...(sinceAnswer === undefined ? {} : { sinceAnswer }),
    };
  }

  private force(): { forced: boolean; refused?: string } {
    const { forced = false, forceRefused } = this.memory;
    return forceRefused === undefined ? { forced } : { forced: false, refused: forceRefused };
  }

  private legs(): { outbound?: LegFacts; inbound?: LegFacts } {
    return {
      ...(this.outbound === undefined ? {} : { outbound: legFacts(this.outbound) }),
      ...(this.inbound === undefined ? {} : { inbound: legFacts(this.inbound) }),
    };
  }

  private mark(name: string, is: boolean): void {
    if (is && !this.since.has(name)) this.since.set(name, performance.now());
  }

  private elapsed(name: string): number | undefined {
    const at = this.since.get(name);
    return at === undefined ? undefined : performance.now() - at;
  }
}

/** What counts as a change of a leg. */
const stateOf = (call: Call | undefined): readonly unknown[] =>
  call === undefined
    ? []
    : [
        call.status,
        call.endedReason,
        call.startedAt,
        call.artifact.messages.length,
        call.artifact.transfers.map(({ status }) => status),
      ];

const timesOf = <T extends Record<string, number | undefined>>(times: T): { [K in keyof T]?: number } =>
  Object.fromEntries(Object.entries(times).filter(([, time]) => time !== undefined)) as { [K in keyof T]?: number };
