import type { CallEvidence } from '../../domain/calls/evidence.js';
import type { JudgedCall } from '../../domain/verdict/judgeCall.js';
import type { Patience } from '../../contract/attempts.js';
import { activities } from '../engine/activities.js';

/** A call that is over, and what it says. */
export interface JudgedEvidence {
  readonly evidence: CallEvidence;
  readonly judged: JudgedCall;
}

/** So many by one activity: Temporal takes 2 MB as an input, and as an answer. */
const JUDGED_AT_ONCE = 100;

/** Has calls judged, by rules that workflows do not know. In the order of the calls. */
export async function judge(all: readonly CallEvidence[], patience: Patience): Promise<readonly JudgedEvidence[]> {
  const made: JudgedEvidence[] = [];
  for (let at = 0; at < all.length; at += JUDGED_AT_ONCE) {
    const some = all.slice(at, at + JUDGED_AT_ONCE);
    const judged = await activities('judge the calls', patience).judgeCalls(some);
    for (const [place, one] of judged.entries()) {
      const evidence = some[place];
      if (evidence !== undefined) made.push({ evidence, judged: one });
    }
  }
  return made;
}
