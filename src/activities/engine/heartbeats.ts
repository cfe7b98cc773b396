import { Context, sleep } from '@temporalio/activity';

/**
 * How long the worker holds heartbeats back, milliseconds: so late a cancellation reaches an activity, and
 * what an attempt notes reaches Temporal. Temporal's own measure is 0.8 of the heartbeat time-out, which is
 * 4 to 8 s of ours. What a failing attempt notes last is sent before its failure.
 */
export const HEARTBEAT_HELD_BACK_MS = 1_000;
/** For the way of a heartbeat to the service. */
const ON_ITS_WAY_MS = 500;

/**
 * What an attempt leaves to the next one: the only thing of it that Temporal keeps while the activity is
 * repeated.
 */
interface Note {
  /** Of the patience, in milliseconds. */
  readonly spentMs: number;
  /** The activity's own. */
  readonly memory?: unknown;
}

/** By the attempt's context. */
const notes = new WeakMap<Context, Note>();

/**
 * Heartbeats, with what the next attempt has to know, until the function returned is called. `memory` may
 * change meanwhile.
 */
export function keepBeating(memory?: unknown): () => void {
  const beat = setInterval(() => {
    note(memory);
  }, HEARTBEAT_HELD_BACK_MS);
  return () => {
    clearInterval(beat);
  };
}

/** Heartbeats once, with what the next attempt has to know. */
export function note(memory: unknown): void {
  leave({ memory });
}

/**
 * Notes it and gives it time to reach Temporal, before something is done that the next attempt has to know
 * of should the worker die right after.
 */
export async function noteFirst(memory: unknown): Promise<void> {
  note(memory);
  await sleep(HEARTBEAT_HELD_BACK_MS + ON_ITS_WAY_MS);
}

/** What the attempt before noted for this one, as its activity knows it. */
export const remembered = (): unknown => noted(Context.current()).memory;

/** What the attempts before have used up of the patience, in milliseconds. */
export const spentBefore = (): number => noted(Context.current()).spentMs;

/** Leaves to the next attempt what is used up of the patience by now, beside what was noted. */
export function noteSpent(spentMs: number): void {
  leave({ spentMs });
}

const noted = (context: Context): Note =>
  notes.get(context) ?? (context.info.heartbeatDetails as Note | undefined) ?? { spentMs: 0 };

function leave(change: Partial<Note>): void {
  const context = Context.current();
  const whole = { ...noted(context), ...change };
  notes.set(context, whole);
  context.heartbeat(whole);
}
