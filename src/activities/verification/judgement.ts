/**
 * Judging test calls that were not followed to their end, and anew once more is known of them. Here and not
 * in workflows: a rule that becomes stricter cannot change what an open verification has decided.
 */
import type { Patience } from '../../contract/attempts.js';
import type { CallEvidence } from '../../domain/calls/evidence.js';
import { judgeCall, type JudgedCall } from '../../domain/verdict/judgeCall.js';

export const judgementActivities = () => ({
  /** What each call says, in the order of the calls. */
  judgeCalls: (calls: readonly CallEvidence[], _patience: Patience): Promise<readonly JudgedCall[]> =>
    Promise.resolve(calls.map(judgeCall)),
});
