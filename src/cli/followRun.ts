import type { Patchbay, RunRef } from '../client.js';
import type { Result } from '../contract/result.js';
import { boardOn } from './output/board.js';
import { type Asked, EXIT, exitCodeOf } from './exitCodes.js';
import type { Io, Screen } from './output/io.js';
import { resultLines } from './output/resultText.js';
import { after } from './timer.js';

/** How a run is followed. */
export interface Following {
  readonly asked: Asked;
  /** Bounds the following, not the run. */
  readonly timeoutMs?: number;
  /** Follow on through a pause: whoever cancels a paused run waits for its rollback. */
  readonly throughPause?: boolean;
}

/**
 * Shows a run until it has ended or waits for a person, then its Result, and returns the exit code. At
 * Ctrl-C and at the time-out it says that the run continues, and how to see it again.
 */
export async function followRun(
  patchbay: Patchbay,
  run: RunRef,
  following: Following,
  outside: { readonly io: Io; readonly screen: Screen },
): Promise<number> {
  const seen = await followToResult(patchbay, run, following, outside);
  if ('stopped' in seen) return goesOn(run, seen.stopped, outside.screen);
  showResult(seen.result, following.asked, outside.screen);
  return exitCodeOf(seen.result, following.asked);
}

/** Why a run is not followed to its end, as an exit code. */
type Stopped = typeof EXIT.timedOut | typeof EXIT.interrupted;

/** Shows a run until it has ended or waits for a person: its Result, or why it was not waited for. */
export async function followToResult(
  patchbay: Patchbay,
  run: RunRef,
  following: Pick<Following, 'timeoutMs' | 'throughPause'>,
  { io, screen }: { readonly io: Io; readonly screen: Screen },
): Promise<{ readonly result: Result } | { readonly stopped: Stopped }> {
  const stopped = stopOf(io, following.timeoutMs);
  const board = boardOn(screen);
  let result: Result | undefined;
  try {
    for await (const snapshot of patchbay.follow(run, stopped.signal)) {
      board.show(snapshot);
      if (snapshot.state === 'paused' && following.throughPause === true) continue;
      result = snapshot.result;
      if (result !== undefined) break;
    }
  } finally {
    board.end();
    stopped.release();
  }
  if (result !== undefined) return { result };
  return { stopped: stopped.signal.reason === 'timeout' ? EXIT.timedOut : EXIT.interrupted };
}

/** The Result on stdout, as text or as JSON. */
export function showResult(result: Result, asked: Asked, screen: Screen): void {
  screen.answer(resultLines(result, screen.paint.answer, asked));
  screen.document(result);
}

/** What a run is asked for, where nobody said. */
export const askedOf = ({ type }: RunRef): Asked => (type === 'verifyConnection' ? 'verify' : 'run');

/** What identifies a run, in the form of the contract. */
export const refDocument = ({ connection, workflowId, runId }: RunRef): Omit<RunRef, 'type'> => ({
  connection,
  workflowId,
  runId,
});

function goesOn(run: RunRef, stopped: Stopped, screen: Screen): number {
  screen.say(stopped === EXIT.timedOut ? 'Timed out waiting; the run continues.' : 'The run continues.');
  screen.say(`To watch it: patchbay watch ${run.connection}`);
  if (run.type !== 'offboardConnection') screen.say(`To put everything back: patchbay cancel ${run.connection}`);
  screen.document(refDocument(run));
  return stopped;
}

function stopOf(io: Io, timeoutMs: number | undefined): { readonly signal: AbortSignal; readonly release: () => void } {
  const controller = new AbortController();
  const off = io.onInterrupt(() => {
    controller.abort('interrupt');
  });
  const stopTimer =
    timeoutMs === undefined
      ? undefined
      : after(timeoutMs, () => {
          controller.abort('timeout');
        });
  return {
    signal: controller.signal,
    release() {
      off();
      stopTimer?.();
    },
  };
}
