import { isDeepStrictEqual } from 'node:util';
import type { Client } from '@temporalio/client';
import { readRequest } from '../contract/request.js';
import { workflowIds } from '../contract/workflowIds.js';
import { ownerText } from '../domain/reports/foreignRun.js';
import { holderOf, inputOf, isOpen, isOurs, type RunFacts } from '../runHistory/runs.js';
import { NothingToActOnError } from './errors.js';
import { ofConnection } from './givenRequest.js';
import { onboardStart } from './onboardStart.js';
import type { StartRequest } from './startOrJoin.js';

/**
 * The repetition of the connection's newest run, where that failed or was cancelled, from its own input;
 * one that is open is joined. What failed before a newer success is never brought back. The request given
 * stands in where Temporal no longer has the run's. Throws `NothingToActOnError`, `InvalidRequestError`.
 */
export async function retryStart(client: Client, connection: string, given?: unknown): Promise<StartRequest> {
  const request = given === undefined ? undefined : ofConnection(given, connection);
  const run = await holderOf(client, connection, workflowIds.connection(connection));
  if (run !== undefined) refuseToRepeat(run);
  const own = run === undefined ? undefined : await inputOf(client, run);
  if (run === undefined || own === undefined) {
    if (request === undefined) throw forgotten(connection);
    return onboardStart(request);
  }
  if (isOpen(run)) return onboardStart(request ?? own); // another request than the open run's is a conflict
  if (request !== undefined && !isDeepStrictEqual(readRequest(request), readRequest(own)))
    throw asksForElse(connection);
  return onboardStart(own);
}

/** Throws where the newest run of a connection is none that `retry` repeats. */
function refuseToRepeat(run: RunFacts): void {
  const { connection, type, status } = run;
  if (!isOurs(run)) {
    throw new NothingToActOnError(
      `${ownerText(run)}. Which run of ${connection} was its newest, no list tells for certain.`,
      'To run a request: patchbay onboard FILE',
    );
  }
  if (type !== 'offboardConnection') {
    if (status !== 'COMPLETED') return;
    throw new NothingToActOnError(
      `The newest run of ${connection} succeeded: there is nothing to repeat.`,
      `To test what exists: patchbay verify ${connection}. To change or extend it: patchbay onboard FILE`,
    );
  }
  if (isOpen(run)) {
    throw new NothingToActOnError(
      `${connection} is being taken away, which only goes forward.`,
      `To watch it: patchbay watch ${connection}`,
    );
  }
  if (status === 'COMPLETED') {
    throw new NothingToActOnError(`${connection} was taken away.`, 'To set it up again: patchbay onboard FILE');
  }
  throw new NothingToActOnError(
    `The newest run of ${connection} is an offboarding that failed; retry repeats onboardings alone.`,
    `To take away what is left: patchbay offboard ${connection}. To set it up again instead: patchbay onboard FILE`,
  );
}

const forgotten = (connection: string): NothingToActOnError =>
  new NothingToActOnError(
    `Temporal knows no run of ${connection} that failed or was cancelled.`,
    `If it has forgotten it, give the request: patchbay retry ${connection} request.yaml`,
  );

const asksForElse = (connection: string): NothingToActOnError =>
  new NothingToActOnError(
    `Temporal still has the request of the newest run of ${connection}, and the file asks for something else.`,
    `To repeat that run: patchbay retry ${connection}. To run the file: patchbay onboard FILE`,
  );
