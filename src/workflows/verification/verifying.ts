import type { VerificationRequest } from '../../contract/verificationRequest.js';
import type { Patience } from '../../contract/attempts.js';
import type { Board } from '../engine/board.js';
import type { Report } from '../engine/report.js';

/** A verification under way. */
export interface Verifying {
  readonly request: VerificationRequest;
  readonly patience: Patience;
  readonly board: Board;
  readonly report: Report;
  /** Of an onboarding, whose preflight has warned of clocks. */
  readonly isChildOfOnboarding: boolean;
}
