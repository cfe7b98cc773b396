import type { Client } from '@temporalio/client';
import { readRequest, type Request, type RequestedNumber } from '../domain/request.js';
import { capsForAll } from '../domain/verificationCaps.js';
import type { VerifyInput } from '../workflows/messages.js';
import { returnedBy } from './results.js';
import { inputOf, type RunFacts, runsOf } from './runs.js';

/** Requests of the onboardings that succeeded since the connection was last taken away, newest first, each with the numbers it has. */
export async function standingRequests(client: Client, connection: string): Promise<readonly Request[]> {
  const requests: Request[] = [];
  for (const run of await runsOf(client, connection)) {
    if (run.status !== 'COMPLETED') continue;
    if (run.type === 'offboardConnection') break;
    const read = readRequest(await inputOf(client, run));
    if ('request' in read) requests.push(await asAttached(client, run, read.request));
  }
  return requests;
}

/** The verification of all that these requests attached, asked for as the newest of them does. */
export function verificationOf(newest: Request, requests: readonly Request[]): VerifyInput {
  const numbers = new Map<string, RequestedNumber>();
  for (const request of requests) {
    for (const entry of request.numbers) if (!numbers.has(entry.number)) numbers.set(entry.number, entry);
  }
  const { connection, region, transfer, verification } = newest;
  return {
    connection,
    region,
    numbers: [...numbers.values()].map(({ number, assistantId }) => ({ number, assistantId })),
    ...(transfer === undefined ? {} : { transfer: { destination: transfer.destination, toolName: transfer.toolName } }),
    verification: numbers.size > newest.numbers.length ? capsForAll(verification, numbers.size) : verification,
  };
}

async function asAttached(client: Client, run: RunFacts, request: Request): Promise<Request> {
  const { numbers = [] } = (await returnedBy(client, run)) ?? {};
  const there = new Set(numbers.filter(({ outcome }) => outcome !== 'detached').map(({ number }) => number));
  return { ...request, numbers: request.numbers.filter(({ number }) => there.has(number)) };
}
