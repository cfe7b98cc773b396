import {
  type Client,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
} from '@temporalio/client';
import type { RunFacts, RunRef } from '../runHistory/runs.js';
import { isOutage, within } from '../runHistory/server.js';
import { UnreachableError } from '../runHistory/unreachable.js';
import { resumeUpdate } from '../contract/messages.js';
import { cannotCarryOn, knownProgressOf } from './resultOfRun.js';
import { NothingToActOnError } from './errors.js';
import { holdText, pendingOf } from './pending.js';

/** A worker accepts an update within milliseconds; this long one may need to start. */
const TAKEN_IN_WITHIN_MS = 10_000;

/**
 * Has every step that waits for a person tried again. Throws `NothingToActOnError` where none waits, which
 * names what somebody has paused in Temporal instead; `UnreachableError` where Temporal or a worker that
 * can carry on the run is missing.
 */
export async function resume(client: Client, run: RunFacts): Promise<RunRef> {
  if (run.status === 'PAUSED') throw await whyStill(client, run);
  if (await isTakenIn(client, run)) return run;
  // What a worker answers from a replay can show a pause that the run has yet to take in. An order that
  // overtakes that is refused, and taken at once after.
  const stage = (await knownProgressOf(client, run))?.stage ?? 'paused';
  if (stage === 'paused' && (await isTakenIn(client, run))) return run;
  throw await whyStill(client, run);
}

/**
 * Why a run stands still that waits for no person: somebody may have paused it, or a step of it, in
 * Temporal.
 */
async function whyStill(client: Client, run: RunFacts): Promise<NothingToActOnError> {
  const description = await within(client, () => client.workflow.getHandle(run.workflowId, run.runId).describe());
  const progress = await knownProgressOf(client, run);
  const [hold] = (await pendingOf(client, description, progress?.steps ?? [])).holds;
  if (hold === undefined) return nothingWaits(run.connection);
  return new NothingToActOnError(
    `No step of ${run.connection} waits for resume: ${holdText(hold)}`,
    `To unpause it: ${hold.command}`,
  );
}

/** False where the run says that no step of it waits. */
async function isTakenIn(client: Client, run: RunFacts): Promise<boolean> {
  const handle = client.workflow.getHandle(run.workflowId, run.runId);
  try {
    await client.withDeadline(Date.now() + TAKEN_IN_WITHIN_MS, () => handle.executeUpdate(resumeUpdate));
    return true;
  } catch (error) {
    if (error instanceof WorkflowUpdateFailedError) return false;
    throw toTell(error, run.connection);
  }
}

function toTell(error: unknown, connection: string): unknown {
  if (error instanceof WorkflowNotFoundError) return nothingWaits(connection);
  if (cannotCarryOn(error)) {
    return new UnreachableError(
      'The worker cannot continue this run.',
      'Its log says why. Once a worker can, run the same command again.',
      { cause: error },
    );
  }
  if (error instanceof WorkflowUpdateRPCTimeoutOrCancelledError || isOutage(error)) {
    return new UnreachableError(
      'No worker accepted the resume.',
      'Start one (patchbay worker), or look into the log of the one that runs; then run the same command again.',
      { cause: error },
    );
  }
  return error;
}

const nothingWaits = (connection: string): NothingToActOnError =>
  new NothingToActOnError(
    `No step of ${connection} waits for a person.`,
    `patchbay status ${connection} shows where it is; a run that has failed is repeated by: patchbay retry ${connection}`,
  );
