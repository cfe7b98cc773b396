import type { Client } from '@temporalio/client';
import { workflowIds } from '../domain/marks.js';
import { readRequest, type Request } from '../domain/request.js';
import type { Region } from '../domain/sip.js';
import { REGIONS } from '../domain/sip.js';
import { inputOf, runsOf } from '../runs/runs.js';
import { standingRequests, verificationOf } from '../runs/wanted.js';
import type { OffboardInput } from '../workflows/messages.js';
import { InvalidRequestError, NothingToActOnError } from './errors.js';
import type { Order } from './start.js';

const FAILED = ['FAILED', 'CANCELLED', 'TERMINATED', 'TIMED_OUT'];

/** The onboarding of a request as somebody wrote it. Throws `InvalidRequestError` with every problem. */
export function onboardOrder(input: unknown): Order {
  const request = checked(input);
  const { connection, region, numbers } = request;
  return {
    type: 'onboardConnection',
    connection,
    workflowId: workflowIds.connection(connection),
    input,
    summary: `${connection}: ${String(numbers.length)} ${numbers.length === 1 ? 'number' : 'numbers'}, ${region}`,
  };
}

/** The removal of a connection. Throws `NothingToActOnError` where its region is neither given nor known from a run. */
export async function offboardOrder(client: Client, connection: string, given?: Region): Promise<Order> {
  const region = given ?? (await knownRegion(client, connection));
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
  };
}

/** The repetition of the last run that failed or was cancelled. Throws `NothingToActOnError`, `InvalidRequestError`. */
export async function retryOrder(client: Client, connection: string, request?: unknown): Promise<Order> {
  if (request !== undefined) return onboardOrder(ofConnection(request, connection));
  const run = (await runsOf(client, connection)).find(({ status }) => FAILED.includes(status));
  const input = run === undefined ? undefined : await inputOf(client, run);
  if (run === undefined || input === undefined) {
    throw new NothingToActOnError(
      `Temporal knows no run of ${connection} that failed or was cancelled.`,
      `If it has forgotten it, give the request: patchbay retry ${connection} request.yaml`,
    );
  }
  if (run.type === 'offboardConnection') return offboardOrder(client, connection, regionOf(input));
  return onboardOrder(input);
}

/** The test calls of a connection as its runs since the last removal left it. Throws `NothingToActOnError`, `InvalidRequestError`. */
export async function verifyOrder(client: Client, connection: string, given?: unknown): Promise<Order> {
  const requests =
    given === undefined ? await standingRequests(client, connection) : [checked(ofConnection(given, connection))];
  const [newest] = requests;
  if (newest === undefined) {
    throw new NothingToActOnError(
      `Temporal knows no onboarding of ${connection} that succeeded.`,
      `If it has forgotten it, give the request: patchbay verify ${connection} request.yaml`,
    );
  }
  const input = verificationOf(newest, requests);
  return {
    type: 'verifyConnection',
    connection,
    workflowId: workflowIds.verification(connection),
    input,
    summary: `${connection}: test calls, ${String(input.numbers.length)} ${input.numbers.length === 1 ? 'number' : 'numbers'}`,
  };
}

async function knownRegion(client: Client, connection: string): Promise<Region | undefined> {
  for (const run of await runsOf(client, connection)) {
    const region = regionOf(await inputOf(client, run));
    if (region !== undefined) return region;
  }
  return undefined;
}

function regionOf(input: unknown): Region | undefined {
  if (typeof input !== 'object' || input === null || !('region' in input)) return undefined;
  return REGIONS.find((region) => region === input.region);
}

function checked(input: unknown): Request {
  const read = readRequest(input);
  if ('problems' in read) throw new InvalidRequestError(read.problems);
  return read.request;
}

/** The request given, where it is for this connection. */
function ofConnection(request: unknown, connection: string): unknown {
  const named = checked(request).connection;
  if (named === connection) return request;
  throw new InvalidRequestError([
    { path: 'connection', message: `is ${named}, not ${connection}`, action: 'Give the request of this connection.' },
  ]);
}
