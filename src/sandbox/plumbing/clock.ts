/** The sandbox's notion of "now" in milliseconds since the epoch; tests may bring their own. */
export interface SandboxClock {
  now(): number;
}

/** The wall clock. */
export const systemClock: SandboxClock = { now: () => Date.now() };

/** A provider's clock that is ahead of another one, behind it where the number is negative. */
export const aheadOf = (clock: SandboxClock, aheadMs: () => number): SandboxClock => ({
  now: () => clock.now() + aheadMs(),
});
