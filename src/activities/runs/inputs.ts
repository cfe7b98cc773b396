/**
 * Reading what a run was started with. Here and not in workflows: a rule that is worded anew, or becomes
 * stricter, cannot change what an open run has read, and the schemas stay out of the workflow bundle.
 */
import { readOffboardInput } from '../../contract/offboardInput.js';
import { readRequest } from '../../contract/request.js';
import { readPlanInput } from '../../contract/planInput.js';
import { readVerificationInput } from '../../contract/verificationInput.js';
import type { Dependencies } from '../engine/dependencies.js';
import { knownSearchAttributes } from './knownSearchAttributes.js';

/** What somebody started a run with: within an object, as it is looked at for nothing before it is read. */
interface Given {
  readonly input: unknown;
}

/** For local activities, each the first thing that its run does: none throws. */
export function inputActivities({ temporal }: Pick<Dependencies, 'temporal'>) {
  /** What was read; of a right input also which of our search attributes the namespace has. */
  const withAttributes = async <Read extends object>(read: Read) => ({
    read,
    knownAttributes: 'problems' in read ? [] : await knownSearchAttributes(temporal),
  });
  return {
    /** The request of an onboarding with every default, or all its problems. */
    readOnboarding: ({ input }: Given) => withAttributes(readRequest(input)),
    /** What is to be taken away, or all problems of the input. */
    readOffboarding: ({ input }: Given) => withAttributes(readOffboardInput(input)),
    /** What is to be compared with both accounts, or all problems of the input. */
    readPlan: ({ input }: Given) => withAttributes(readPlanInput(input)),
    /** What is to be proven, or all problems of the input. */
    readVerification: ({ input }: Given) => withAttributes(readVerificationInput(input)),
  };
}
