/**
 * What runs ask of one another, and of Temporal about one another. Wire format once a run is open. Belongs
 * here: types alone, and no secret in any of them.
 */
import type { Region } from '../domain/sip/addresses.js';
import type { Patience } from './attempts.js';
import type { Failure } from './failure.js';
import type { MarkedTarget } from './objects.js';

/** One edit of an assistant: our tool id there, or not there, all else untouched. */
export interface AssistantEdit {
  readonly region: Region;
  readonly assistantId: string;
  readonly toolId: string;
  readonly attached: boolean;
}

/** An activity of a run that is completed from outside, and no other. A repeated attempt is the same one. */
export interface ActivityReference {
  readonly workflowId: string;
  readonly runId: string;
  readonly activityId: string;
}

/** An edit that a run wants made in its turn. */
export interface EditRequest {
  readonly edit: AssistantEdit;
  /** For the edit, not for the wait. */
  readonly patience: Patience;
  /** The activity that waits for the answer; a repeated order is recognised by it. */
  readonly answerTo: ActivityReference;
}

/** What became of an ordered edit. */
export interface AssistantEdited {
  readonly failure?: Omit<Failure, 'step'>;
}

/** Who holds a workflow id that was wanted. */
export interface OpenRun {
  readonly workflowId: string;
  readonly runId?: string;
  readonly connection?: string;
  /** Whose it is, where it is another application's. */
  readonly owner?: string;
}

/** What a schedule verifies. */
export interface ScheduledTarget extends MarkedTarget {
  /** Whether the transfer is tested, which rings a person. */
  readonly transfer: boolean;
}
