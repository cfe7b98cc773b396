import type { Client } from '@temporalio/client';
import type { OffboardInput } from '../contract/messages.js';
import { workflowIds } from '../contract/workflowIds.js';
import type { Region } from '../domain/sip/addresses.js';
import { runsOf } from '../runHistory/chain.js';
import { regionOf } from '../runHistory/requestOfRun.js';
import { NothingToActOnError } from './errors.js';
import type { StartRequest } from './startOrJoin.js';

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
