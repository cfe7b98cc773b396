import type { VapiAccount } from './account.js';
import type { CallStatus, VapiCall } from './objects.js';

const HOLDING: ReadonlySet<CallStatus> = new Set<CallStatus>(['ringing', 'in-progress', 'forwarding']);

/**
 * As in the answer of POST /call, the only place that tells free slots (docs/providers/vapi.md, Concurrency
 * and billing).
 */
export interface SubscriptionLimits {
  readonly concurrencyBlocked: boolean;
  readonly concurrencyLimit: number;
  readonly remainingConcurrentCalls: number;
}

/** Slots that calls hold, those of others included. A queued call holds none yet. */
export function slotsHeld(account: VapiAccount): number {
  const holding = [...account.calls.values()].filter(({ status }) => HOLDING.has(status));
  return holding.length + account.switches.slotsInUse;
}

/** Queued calls that go before a given one, or all of them. */
export function queuedBefore(account: VapiAccount, call?: VapiCall): number {
  const queued = [...account.calls.values()].filter(({ status }) => status === 'queued');
  return queued.filter(({ createdAt }) => call === undefined || createdAt < call.createdAt).length;
}

export function subscriptionLimits(account: VapiAccount): SubscriptionLimits {
  const { concurrencyLimit } = account.switches;
  const taken = slotsHeld(account) + queuedBefore(account);
  return {
    concurrencyBlocked: taken > concurrencyLimit,
    concurrencyLimit,
    remainingConcurrentCalls: Math.max(concurrencyLimit - taken, 0),
  };
}

/** Whether one more call would exceed the limit. */
export function overLimit(account: VapiAccount): boolean {
  return slotsHeld(account) + queuedBefore(account) >= account.switches.concurrencyLimit;
}
