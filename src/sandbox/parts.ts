import type { DidwwAccount } from './didww/index.js';
import type { PhoneNetwork } from './network/index.js';
import type { FaultBoard, RequestLog } from './plumbing/index.js';
import type { VapiAccount } from './vapi/index.js';

/** What a sandbox is made of. */
export interface SandboxParts {
  readonly didww: DidwwAccount;
  readonly vapi: VapiAccount;
  readonly vapiEu: VapiAccount;
  readonly network: PhoneNetwork;
  readonly faults: FaultBoard;
  readonly requests: RequestLog;
  readonly setLatency: (milliseconds: number) => void;
}
