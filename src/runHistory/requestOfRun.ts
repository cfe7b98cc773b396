import type { Client } from '@temporalio/client';
import { readRequest, type Request, type RequestedNumber } from '../contract/request.js';
import { type Result, stoodBefore } from '../contract/result.js';
import { type Region, REGIONS } from '../domain/sip/addresses.js';
import { type StatedVerification, withStatedCaps } from '../contract/statedCaps.js';
import type { VerifyInput } from '../contract/messages.js';
import { withCaps } from '../contract/verificationCaps.js';
import { runsOf } from './chain.js';
import { hasActed, returnedBy, wasRefused } from './results.js';
import { inputOf, isOpen, type RunFacts } from './runs.js';

/** A verification whose numbers are known. */
export type WantedVerification = VerifyInput & Required<Pick<VerifyInput, 'numbers' | 'verification'>>;

/**
 * A request with those caps alone that somebody wrote into it: the others follow from how many numbers
 * there are in all.
 */
export type StatedRequest = Omit<Request, 'verification'> & { readonly verification: StatedVerification };

/** What a connection's runs say of it. */
export type Wanted =
  | { readonly state: 'known'; readonly input: WantedVerification; readonly request: Request }
  /**
   * Temporal no longer has how it came to be, or never had; what is left of its runs tells at most where
   * and how to test.
   */
  | { readonly state: 'forgotten'; readonly known: Partial<Pick<VerifyInput, 'region' | 'limits' | 'verification'>> }
  /**
   * Its first onboarding, or the first since it was taken away, is under way: what there is of it is not
   * whole yet.
   */
  | { readonly state: 'being-set-up' }
  /** Where it is not certain, a run that set it up since may not be listed yet. */
  | { readonly state: 'removed'; readonly isCertain: boolean }
  /** It was taken away but for what its offboarding could not remove. */
  | { readonly state: 'removed-in-part' }
  | { readonly state: 'being-removed' };

/** What the runs of a connection say should stand. */
export async function wantedOf(client: Client, connection: string): Promise<Wanted> {
  const { runs, certain } = await runsOf(client, connection);
  const [latest] = runs;
  if (latest?.type === 'offboardConnection' && isOpen(latest)) return { state: 'being-removed' };
  const decisive = await decisiveRuns(client, runs);
  const [last] = decisive;
  const stands = last !== undefined && last.type !== 'offboardConnection';
  if (!stands && latest?.type === 'onboardConnection' && isOpen(latest)) return { state: 'being-set-up' };
  if (last?.type === 'offboardConnection') {
    if (last.status !== 'COMPLETED') return { state: 'removed-in-part' };
    return { state: 'removed', isCertain: certain.has(last.runId) };
  }
  const { requests, isWhole } = await currentRequests(client, decisive);
  const [newest] = requests;
  const input = newest && verificationOf(newest, requests);
  if (newest !== undefined && input !== undefined && input.numbers.length > 0 && isWhole)
    return { state: 'known', input, request: mergedRequest(newest, requests) };
  const region = newest?.region ?? (await regionOf(client, runs));
  return {
    state: 'forgotten',
    known: {
      ...(region && { region }),
      ...(newest && { ...permissionOf(requests), verification: newest.verification }),
    },
  };
}

/**
 * What these requests ask for together: the shared settings of the newest, and the numbers of all of them.
 */
function mergedRequest(newest: StatedRequest, requests: readonly StatedRequest[]): Request {
  const numbers = numbersOf(requests);
  return { ...newest, numbers, verification: withCaps(newest.verification, numbers.length) };
}

/** Each number once, as the newest of these requests that names it has it. */
function numbersOf(requests: readonly StatedRequest[]): readonly RequestedNumber[] {
  const numbers = new Map<string, RequestedNumber>();
  for (const request of requests) {
    for (const entry of request.numbers) if (!numbers.has(entry.number)) numbers.set(entry.number, entry);
  }
  return [...numbers.values()];
}

/**
 * The region of the first of these runs that tells it. One that was refused counts only where no other
 * does: it may have named the wrong one.
 */
export async function regionOf(client: Client, runs: readonly RunFacts[]): Promise<Region | undefined> {
  let refused: Region | undefined;
  for (const run of runs) {
    const region = regionIn(await inputOf(client, run));
    if (region === undefined) continue;
    if (!(await wasRefused(client, run))) return region;
    refused ??= region;
  }
  return refused;
}

/** The region that an input of a run names. */
export function regionIn(input: unknown): Region | undefined {
  if (typeof input !== 'object' || input === null || !('region' in input)) return undefined;
  return REGIONS.find((region) => region === input.region);
}

/** A request without the caps that only follow from its own numbers. */
export const asStated = (request: Request, input: unknown): StatedRequest => ({
  ...request,
  verification: withStatedCaps(request.verification, input),
});

/** The verification of all that these requests attached, asked for as the newest of them does. */
export function verificationOf(newest: StatedRequest, requests: readonly StatedRequest[]): WantedVerification {
  const { connection, region, transfer, verification } = newest;
  return {
    connection,
    region,
    numbers: numbersOf(requests).map(({ number, assistantId }) => ({ number, assistantId })),
    ...(transfer === undefined ? {} : { transfer: { destination: transfer.destination, toolName: transfer.toolName } }),
    ...permissionOf(requests),
    verification,
  };
}

/**
 * Whom test calls may ring beyond what is always allowed: each request was only taken with what it allows
 * itself.
 */
const permissionOf = (requests: readonly Pick<Request, 'limits'>[]): Pick<VerifyInput, 'limits'> =>
  requests.some(({ limits }) => limits.allowPremiumDestinations) ? { limits: { allowPremiumDestinations: true } } : {};

interface CurrentRequests {
  /** Newest first, each with the numbers that it attached. */
  readonly requests: readonly StatedRequest[];
  /**
   * The run that made the connection is among them: no number of it came from a run that Temporal has
   * forgotten.
   */
  readonly isWhole: boolean;
}

/**
 * The runs that say what exists, in the order given: onboardings that succeeded, and offboardings that
 * removed anything.
 */
async function decisiveRuns(client: Client, runs: readonly RunFacts[]): Promise<readonly RunFacts[]> {
  const isDecisive = async (run: RunFacts): Promise<boolean> => {
    if (run.status === 'COMPLETED') return true;
    if (run.type !== 'offboardConnection' || isOpen(run)) return false;
    return run.status === 'FAILED' ? !(await wasRefused(client, run)) : hasActed(client, run);
  };
  const decides = await Promise.all(runs.map(isDecisive));
  return runs.filter((_, at) => decides[at]);
}

/** Requests of the onboardings that succeeded since the connection was last taken away. */
async function currentRequests(client: Client, decisive: readonly RunFacts[]): Promise<CurrentRequests> {
  const requests: StatedRequest[] = [];
  let isWhole = false;
  for (const run of decisive) {
    if (run.type === 'offboardConnection') return { requests, isWhole: isWhole || run.status === 'COMPLETED' };
    const input = await inputOf(client, run);
    const read = readRequest(input);
    const result = await returnedBy(client, run);
    if ('request' in read) requests.push(asAttached(asStated(read.request, input), result));
    isWhole = result !== undefined && !stoodBefore(result);
  }
  return { requests, isWhole };
}

function asAttached(request: StatedRequest, result: Result | undefined): StatedRequest {
  const numbers = result?.numbers ?? [];
  const there = new Set(numbers.filter(({ outcome }) => outcome !== 'detached').map(({ number }) => number));
  return { ...request, numbers: request.numbers.filter(({ number }) => there.has(number)) };
}
