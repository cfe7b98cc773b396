/** The sandbox's notion of "now" in milliseconds since the epoch; tests may bring their own. */
export interface SandboxClock {
  now(): number;
}

/** The wall clock. */
export const systemClock: SandboxClock = { now: () => Date.now() };
