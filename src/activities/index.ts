/**
 * Everything a workflow can have done at a provider: one file a kind of object, the step and its undo side
 * by side. Belongs here: activities, what they share, the wire types of their inputs and outputs
 * (`src/contract`). Does not: the order of steps (`workflows`), what a provider's API looks like (`didww`,
 * `vapi`).
 */
import { assistantActivities } from './objects/assistant.js';
import { callerIdActivities } from './objects/callerIds.js';
import { callRecordActivities } from './verification/callRecords.js';
import { credentialActivities } from './objects/credential.js';
import type { Dependencies } from './engine/dependencies.js';
import { inboundTrunkActivities } from './objects/inboundTrunk.js';
import { inputActivities } from './runs/inputs.js';
import { judgementActivities } from './verification/judgement.js';
import { shellAccessActivities } from './discovery/shellAccess.js';
import { listActivities } from './objects/listLag.js';
import { outboundTrunkActivities } from './objects/outboundTrunk.js';
import { phoneNumberActivities } from './objects/phoneNumber.js';
import { lastRequestActivities } from './runs/lastRequest.js';
import { planActivities } from './preflight/plan.js';
import { preflightActivities } from './preflight/preflight.js';
import { prepareVerificationActivities } from './verification/prepareVerification.js';
import { previousRoutingActivities } from './objects/previousRouting.js';
import { routingActivities } from './objects/routing.js';
import { runActivities, runWaitingActivities } from './runs/otherRuns.js';
import { scheduledVerificationActivities } from './verification/scheduledVerification.js';
import { currentBindingActivities } from './verification/currentBindings.js';
import { discoveryActivities } from './discovery/discoverObjects.js';
import { stillThereActivities } from './discovery/stillThere.js';
import { testCallActivities } from './verification/testCall.js';
import { testCallFollowingActivities } from './verification/following.js';
import { testCallInspectionActivities } from './verification/inspection.js';
import { transferToolActivities } from './objects/transferTool.js';

/**
 * The steps, their undo and everything else that ends within seconds. Their names are wire format once a
 * run is open.
 */
export const createActivities = (dependencies: Dependencies) => ({
  ...preflightActivities(dependencies),
  ...planActivities(dependencies),
  ...lastRequestActivities(dependencies),
  ...discoveryActivities(dependencies),
  ...listActivities(dependencies),
  ...stillThereActivities(dependencies),
  ...shellAccessActivities(dependencies),
  ...inputActivities(dependencies),
  ...runActivities(dependencies),
  ...scheduledVerificationActivities(dependencies),
  ...outboundTrunkActivities(dependencies),
  ...inboundTrunkActivities(dependencies),
  ...credentialActivities(dependencies),
  ...transferToolActivities(dependencies),
  ...assistantActivities(dependencies),
  ...callerIdActivities(dependencies),
  ...previousRoutingActivities(dependencies),
  ...phoneNumberActivities(dependencies),
  ...routingActivities(dependencies),
  ...currentBindingActivities(dependencies),
  ...prepareVerificationActivities(dependencies),
  ...testCallActivities(dependencies),
  ...testCallInspectionActivities(dependencies),
  ...judgementActivities(),
});

/**
 * What waits for minutes: for another run, a call or its records. Served on a task queue of its own
 * (`waitingQueue`): however many wait, a step and above all an undo finds a free slot.
 */
export const createWaitingActivities = (dependencies: Dependencies) => ({
  ...runWaitingActivities(dependencies),
  ...testCallFollowingActivities(dependencies),
  ...callRecordActivities(dependencies),
});

/** The activities as workflows see them. */
export type Activities = ReturnType<typeof createActivities>;
/** Those that wait, as workflows see them. */
export type WaitingActivities = ReturnType<typeof createWaitingActivities>;
