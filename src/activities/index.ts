/**
 * Everything a workflow can have done at a provider: one file a kind of object, the step and its undo side
 * by side. Belongs here: activities, what they share, the wire types of their inputs and outputs
 * (`contract.ts`). Does not: the order of steps (`workflows`), what a provider's API looks like (`didww`,
 * `vapi`).
 */
import { assistantActivities } from './assistant.js';
import { callerIdActivities } from './callerIds.js';
import { callRecordActivities } from './callRecords.js';
import { credentialActivities } from './credential.js';
import type { Dependencies } from './dependencies.js';
import { inboundTrunkActivities } from './inboundTrunk.js';
import { leftoverActivities } from './leftovers.js';
import { listActivities } from './lists.js';
import { outboundTrunkActivities } from './outboundTrunk.js';
import { phoneNumberActivities } from './phoneNumber.js';
import { preflightActivities } from './preflight.js';
import { prepareVerificationActivities } from './prepareVerification.js';
import { priorRoutingActivities } from './priorRouting.js';
import { routingActivities } from './routing.js';
import { runActivities, runWaitingActivities } from './runs.js';
import { scheduledVerificationActivities } from './scheduledVerification.js';
import { standingBindingActivities } from './standingBindings.js';
import { stockActivities } from './stock.js';
import { stillThereActivities } from './stillThere.js';
import { testCallActivities } from './testCall.js';
import { testCallFollowingActivities } from './testCallFollowing.js';
import { testCallInspectionActivities } from './testCallInspection.js';
import { transferToolActivities } from './transferTool.js';

/**
 * The steps, their undo and everything else that ends within seconds. Their names are wire format once a
 * run is open.
 */
export const createActivities = (dependencies: Dependencies) => ({
  ...preflightActivities(dependencies),
  ...stockActivities(dependencies),
  ...listActivities(dependencies),
  ...stillThereActivities(dependencies),
  ...leftoverActivities(dependencies),
  ...runActivities(dependencies),
  ...scheduledVerificationActivities(dependencies),
  ...outboundTrunkActivities(dependencies),
  ...inboundTrunkActivities(dependencies),
  ...credentialActivities(dependencies),
  ...transferToolActivities(dependencies),
  ...assistantActivities(dependencies),
  ...callerIdActivities(dependencies),
  ...priorRoutingActivities(dependencies),
  ...phoneNumberActivities(dependencies),
  ...routingActivities(dependencies),
  ...standingBindingActivities(dependencies),
  ...prepareVerificationActivities(dependencies),
  ...testCallActivities(dependencies),
  ...testCallInspectionActivities(dependencies),
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
