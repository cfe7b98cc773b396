import { setTimeout as delay } from 'node:timers/promises';

/** Something that was started and is to be stopped. */
export interface StartedPart {
  /** As a person calls it. */
  readonly name: string;
  readonly stop: () => Promise<void>;
  /** How long it may take to stop, in milliseconds. */
  readonly withinMs: number;
}

/**
 * Stops parts in the opposite order of their start, as each may need those before it. Never waits for ever:
 * one that does not stop in time, or fails to, is named and left to end with the process, and the rest is
 * stopped all the same. Does not throw.
 */
export async function stopInTurn(parts: readonly StartedPart[], say: (line: string) => void): Promise<void> {
  for (const part of [...parts].reverse()) {
    const trouble = await troubleOf(part);
    if (trouble !== undefined) say(`${part.name} ${trouble}; it ends with this program.`);
  }
}

async function troubleOf({ stop, withinMs }: StartedPart): Promise<string | undefined> {
  const late = new AbortController();
  try {
    return await Promise.race([
      stop().then(() => undefined),
      delay(withinMs, `did not stop within ${String(withinMs / 1_000)} s`, { signal: late.signal }),
    ]);
  } catch (error) {
    return `could not be stopped (${error instanceof Error ? error.message : String(error)})`;
  } finally {
    late.abort();
  }
}
