import type { CallEvidence } from '../../domain/calls/evidence.js';
import type { JudgedCall } from '../../domain/verdict/judgeCall.js';
import { activities, DEFAULT_RUN_PATIENCE } from '../engine/activities.js';

/** A call that is over, and what it says. */
export interface JudgedEvidence {
  readonly evidence: CallEvidence;
  readonly judged: JudgedCall;
}

/**
 * So many by one activity: Temporal takes 2 MB as an input, and a call's evidence is some kilobytes, most of
 * them findings that concern it.
 */
export const JUDGED_AT_ONCE = 50;

/**
 * Has calls judged, by rules that workflows do not know. In the order of the calls. On no accounts: it asks
 * no provider, and a worker with other keys can judge as well.
 */
export async function judge(all: readonly CallEvidence[]): Promise<readonly JudgedEvidence[]> {
  const made: JudgedEvidence[] = [];
  for (let at = 0; at < all.length; at += JUDGED_AT_ONCE) {
    const some = all.slice(at, at + JUDGED_AT_ONCE);
    const judged = await activities('judge the calls', DEFAULT_RUN_PATIENCE.rollback).judgeCalls(some);
    for (const [place, one] of judged.entries()) {
      const evidence = some[place];
      if (evidence !== undefined) made.push({ evidence, judged: one });
    }
  }
  return made;
}
