import { randomUUID } from 'node:crypto';
import type { Client } from '@temporalio/client';
import type { PlanInput } from '../contract/plan.js';
import { workflowIds } from '../contract/workflowIds.js';
import type { Region } from '../domain/sip/addresses.js';
import { runsOf } from '../runHistory/chain.js';
import { regionOf } from '../runHistory/requestOfRun.js';
import { NothingToActOnError } from './errors.js';
import { checked } from './givenRequest.js';
import type { StartRequest } from './startOrJoin.js';

/** What a plan is asked for: a request as somebody wrote it, or a connection whose last request counts. */
export type PlanGiven = ({ readonly request: unknown } | { readonly connection: string; readonly region?: Region }) & {
  /** Numbers that the request does not list are to be detached. */
  readonly prune?: boolean;
};

/**
 * A plan of its own, beside whatever else is at work on the connection. Throws `InvalidRequestError` with
 * every problem of the request, `NothingToActOnError` where the connection's region is not known.
 */
export async function planStart(client: Client, given: PlanGiven): Promise<StartRequest> {
  const prune = given.prune === true ? { prune: true } : {};
  if ('request' in given) {
    const { connection } = checked(given.request);
    return startOf(connection, { request: given.request, ...prune });
  }
  const { connection } = given;
  const known = await regionOf(client, (await runsOf(client, connection)).runs);
  const region = given.region ?? known;
  if (region !== undefined && known !== undefined && region !== known) {
    throw new NothingToActOnError(
      `${connection} is in region ${known}, not ${region}.`,
      'Leave --region out, or give the request of the other region: patchbay plan request.yaml',
    );
  }
  if (region === undefined) {
    throw new NothingToActOnError(
      `Temporal knows no run of a connection ${connection}, and so nothing that was asked of it.`,
      'Give the request itself: patchbay plan request.yaml',
    );
  }
  return startOf(connection, { connection, region, ...prune });
}

const startOf = (connection: string, input: PlanInput): StartRequest => ({
  type: 'planConnection',
  connection,
  workflowId: workflowIds.plan(connection, randomUUID().slice(0, 8)),
  input,
  summary: `${connection}: plan`,
  outsideCallees: [],
});
