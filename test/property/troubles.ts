/** What happens to a run while it is under way: faults of the providers, and people at an exact moment. */
import { setTimeout as pause } from 'node:timers/promises';
import type { FaultBoard } from '../../src/sandbox/plumbing/faults.js';
import type { ByHand, Happening, KeySet, Trouble } from './commands.js';

/** An offboarding waits an hour for keys to be mended; here somebody mends them sooner. */
const KEYS_MENDED_AFTER_MS = 500;
/** The retry pauses of an offboarding are seconds. */
const MOST_FAULTS_OF_REMOVAL = 2;

const TRUNKS = ['GET /voice_out_trunks', 'GET /voice_in_trunks'];
const OF_VAPI = ['GET /credential', 'GET /tool', 'GET /phone-number', 'GET /assistant'];
const EVERY: Readonly<Record<string, readonly string[]>> = {
  'every list': [...TRUNKS, ...OF_VAPI],
  'every list of DIDWW': TRUNKS,
  'every list of Vapi': OF_VAPI,
};

/** What troubles act upon. */
export interface Troubled {
  /** The faults of every pair of accounts. */
  readonly boards: readonly FaultBoard[];
  readonly isRemoval: boolean;
  /** Aborted once the run has ended. */
  readonly over: AbortSignal;
  readonly silence: () => void;
  /** All lists are late by so much until the run has ended. Milliseconds. */
  readonly lag: (ms: number) => void;
  readonly cancel: () => Promise<void>;
  readonly byHand: (what: ByHand) => void;
  /** Answers with what gives back the keys that there were. */
  readonly changeKeys: (keys: KeySet) => Promise<() => Promise<void>>;
}

/** Puts a trouble in the way of a run. Settles once it can do no more. */
export async function befall(trouble: Trouble, troubled: Troubled): Promise<void> {
  const { boards, isRemoval } = troubled;
  switch (trouble.trouble) {
    case 'refused': {
      const times = trouble.lasting ? {} : { times: 1 };
      for (const board of boards) board.fail(trouble.request, { status: 400, after: trouble.after, ...times });
      return;
    }
    case 'lost':
      if (trouble.lagMs > 0) troubled.lag(trouble.lagMs);
      for (const board of boards) board.loseAnswer(trouble.request, { after: trouble.after, times: 1 });
      return;
    case 'burst': {
      const times = isRemoval ? Math.min(trouble.times, MOST_FAULTS_OF_REMOVAL) : trouble.times;
      for (const board of boards) board.fail(trouble.request, { status: 503, times });
      return;
    }
    case 'empty':
      for (const list of EVERY[trouble.list] ?? [trouble.list]) {
        const times = TRUNKS.includes(list) ? 2 : 1; // a preflight looks for trunks by reference, and by name
        for (const board of boards) board.emptyList(list, { after: trouble.after * times, times });
      }
      return;
    case 'silence':
      troubled.silence();
      return;
    case 'moment':
      return atMoment(trouble, troubled);
    default:
      trouble satisfies never;
  }
}

async function atMoment(
  { request, after, effect, then }: Extract<Trouble, { trouble: 'moment' }>,
  troubled: Troubled,
): Promise<void> {
  const gates = troubled.boards.map((board) => board.hold(request, { after, effect, times: 1 }));
  const ended = new Promise<boolean>((resolve) => {
    troubled.over.addEventListener('abort', () => resolve(false), { once: true });
  });
  const isMet = await Promise.race([...gates.map(({ arrived }) => arrived.then(() => true)), ended]);
  const happened = isMet ? happen(then, troubled) : undefined;
  if (then.act !== 'keys') await happened; // a worker ends no sooner than its requests
  for (const gate of gates) gate.release();
  await happened;
}

async function happen(what: Happening, { cancel, byHand, changeKeys, isRemoval, over }: Troubled): Promise<void> {
  switch (what.act) {
    case 'cancel':
      return cancel();
    case 'keys': {
      const giveBack = await changeKeys(what.keys);
      if (!isRemoval) return;
      const isOver = await pause(KEYS_MENDED_AFTER_MS, false, { signal: over }).catch(() => true);
      if (!isOver) await giveBack();
      return;
    }
    default:
      byHand(what);
  }
}
