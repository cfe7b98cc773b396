import type { CheckResult, Evidence } from '../../contract/result.js';
import type { PlannedCheck } from '../calls/plan.js';
import type { Judgement } from '../diagnosis/judgements.js';

/** The result of a check, by its judgement and what is quoted of its call. */
export function checkResult({ check, number }: PlannedCheck, judgement: Judgement, evidence: Evidence): CheckResult {
  return {
    check,
    number,
    verdict: judgement.verdict,
    evidence,
    ...(judgement.verdict === 'proven' ? {} : { diagnosis: judgement.diagnosis }),
  };
}

/** A result without a call: what was not tried is never proven. */
export const unproven = (planned: PlannedCheck, judgement: Judgement): CheckResult =>
  checkResult(planned, judgement, {});
