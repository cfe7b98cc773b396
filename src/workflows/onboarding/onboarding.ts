import type { Request } from '../../contract/request.js';
import type { KeptAccounts } from '../engine/accounts.js';
import type { Board } from '../engine/board.js';
import type { RunPatience } from '../engine/activities.js';
import type { MadeObjects, SharedMade } from './createdObjects.js';
import type { NumberLocks } from './numberLocks.js';
import type { Report } from '../engine/report.js';
import type { Saga } from '../engine/saga.js';

/** One onboarding under way: what was asked for, and what keeps count of it. */
export interface Onboarding {
  readonly request: Request;
  readonly board: Board;
  readonly report: Report;
  readonly saga: Saga;
  readonly patience: RunPatience;
  readonly accounts: KeptAccounts;
  readonly locks: NumberLocks;
  /** What was imported, by number. */
  readonly imports: Map<string, MadeObjects>;
  readonly shared: SharedMade;
}

/** The ids of the parts of a connection that later steps need. */
export interface Connection {
  readonly outboundTrunkId: string;
  readonly inboundTrunkId: string;
  readonly inboundCredentialId: string;
  readonly toolId?: string;
}
