import { isDeepStrictEqual } from 'node:util';
import type { Client } from '@temporalio/client';
import { z } from 'zod';
import type { Problem } from '../contract/failure.js';
import { ownerText } from '../domain/reports/foreignRun.js';
import { workflowIds } from '../contract/marks.js';
import { readRequest, type Request } from '../contract/request.js';
import { connectionSchema } from '../contract/requestShape.js';
import { outsideCallees } from '../domain/calls/outsideCallees.js';
import type { Region } from '../domain/sip/sip.js';
import { runsOf } from '../runHistory/chain.js';
import { holderOf, inputOf, isOpen, isOurs, type RunFacts } from '../runHistory/runs.js';
import { asStated, regionOf, verificationOf, wantedOf } from '../runHistory/requestOfRun.js';
import type { OffboardInput, VerifyInput } from '../contract/messages.js';
import { InvalidRequestError, NothingToActOnError } from './errors.js';
import type { StartRequest } from './start.js';

/** The onboarding of a request as somebody wrote it. Throws `InvalidRequestError` with every problem. */
export function onboardStart(input: unknown): StartRequest {
  const request = checked(input);
  const { connection, region, numbers } = request;
  return {
    type: 'onboardConnection',
    connection,
    workflowId: workflowIds.connection(connection),
    input,
    summary: `${connection}: ${String(numbers.length)} ${numbers.length === 1 ? 'number' : 'numbers'}, ${region}`,
    outsideCallees: outsideCallees(request),
  };
}

/**
 * The removal of a connection. Throws `NothingToActOnError` where its region is neither given nor known
 * from a run.
 */
export async function offboardStart(client: Client, connection: string, given?: Region): Promise<StartRequest> {
  const region = given ?? (await regionOf(client, (await runsOf(client, connection)).runs));
  if (region === undefined) {
    throw new NothingToActOnError(
      `Temporal knows no run of a connection ${connection}, and so not its region.`,
      `If it exists all the same: patchbay offboard ${connection} --region us (or eu)`,
    );
  }
  return {
    type: 'offboardConnection',
    connection,
    workflowId: workflowIds.connection(connection),
    input: { connection, region } satisfies OffboardInput,
    summary: `${connection}: taken away, ${region}`,
    outsideCallees: [],
  };
}

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

/** What a person adds to what the runs of a connection say. */
export interface VerifyGiven {
  /** Wins over the runs. */
  readonly request?: unknown;
  /** Where the runs do not tell it. */
  readonly region?: Region;
}

/**
 * The test calls of a connection as its runs since the last removal left it; where Temporal no longer has
 * them, of what exists. Throws `NothingToActOnError`, `InvalidRequestError`.
 */
export async function verifyStart(client: Client, connection: string, given: VerifyGiven = {}): Promise<StartRequest> {
  const input = await verifyInput(client, connection, given);
  const count = input.numbers?.length;
  const numbers = count === undefined ? 'what exists' : `${String(count)} ${count === 1 ? 'number' : 'numbers'}`;
  return {
    type: 'verifyConnection',
    connection,
    workflowId: workflowIds.verification(connection),
    input,
    summary: `${connection}: test calls, ${numbers}`,
    outsideCallees: outsideCallees(input),
  };
}

/**
 * What is to be verified of a connection, from the request given or from its runs. Throws
 * `NothingToActOnError`, `InvalidRequestError`.
 */
export async function verifyInput(client: Client, connection: string, given: VerifyGiven): Promise<VerifyInput> {
  if (given.request !== undefined) {
    const request = asStated(checked(ofConnection(given.request, connection)), given.request);
    return verificationOf(request, [request]);
  }
  const wanted = await wantedOf(client, connection);
  switch (wanted.standing) {
    case 'known':
      return wanted.input;
    case 'being-set-up':
      throw new NothingToActOnError(
        `${connection} is being set up, and proven by the test calls of its own onboarding.`,
        `To watch it: patchbay watch ${connection}. To test the desired state anyway: patchbay verify ${connection} request.yaml`,
      );
    case 'removed':
    case 'being-removed':
      throw new NothingToActOnError(
        `${connection} ${wanted.standing === 'removed' ? 'was' : 'is being'} taken away.`,
        'patchbay list shows the connections that Temporal knows; patchbay onboard FILE sets one up.',
      );
    case 'removed-in-part':
      throw new NothingToActOnError(
        `${connection} was taken away in part: its last offboarding left something behind.`,
        `To take away the rest: patchbay offboard ${connection}. To set it up again: patchbay onboard FILE`,
      );
    case 'forgotten': {
      const region = given.region ?? wanted.known.region;
      if (region === undefined) throw unknownRegion(connection);
      return { ...wanted.known, connection, region };
    }
    default:
      return wanted satisfies never;
  }
}

const unknownRegion = (connection: string): NothingToActOnError =>
  new NothingToActOnError(
    `Temporal knows no onboarding of ${connection}, and so neither its numbers nor its region.`,
    `To test what exists today: patchbay verify ${connection} --region us (or eu). To test what should exist: patchbay verify ${connection} request.yaml`,
  );

function checked(input: unknown): Request {
  const read = readRequest(input);
  if ('problems' in read) throw new InvalidRequestError(read.problems);
  return read.request;
}

/** The request given, where it is for this connection. */
function ofConnection(request: unknown, connection: string): unknown {
  const read = readRequest(request);
  const named = namedSchema.safeParse(request).data?.connection ?? connection;
  const problems = [
    ...('problems' in read ? read.problems : []),
    ...(named === connection ? [] : [otherConnection(named, connection)]),
  ];
  if (problems.length > 0) throw new InvalidRequestError(problems);
  return request;
}

const namedSchema = z.object({ connection: connectionSchema });

const otherConnection = (named: string, connection: string): Problem => ({
  path: 'connection',
  message: `is ${named}, not ${connection}`,
  action: 'Give the request of this connection.',
});
