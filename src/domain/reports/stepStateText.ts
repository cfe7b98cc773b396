import type { StepState } from '../../contract/result.js';

/** The state of a step in words, as terminal and Temporal's UI show it. */
export const STEP_STATE_TEXT = {
  waiting: 'to come',
  running: 'under way',
  done: 'done',
  kept: 'kept as it was',
  failed: 'failed',
  paused: 'waits for a person',
  undoing: 'being undone',
  undone: 'undone',
  left: 'could not be undone',
  skipped: 'not reached',
} as const satisfies Record<StepState, string>;
