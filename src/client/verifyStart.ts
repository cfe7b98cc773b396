import type { Client } from '@temporalio/client';
import type { VerifyInput } from '../contract/messages.js';
import { workflowIds } from '../contract/workflowIds.js';
import { outsideCallees } from '../domain/calls/outsideCallees.js';
import type { Region } from '../domain/sip/addresses.js';
import { asStated, verificationOf, wantedOf } from '../runHistory/requestOfRun.js';
import { NothingToActOnError } from './errors.js';
import { checked, ofConnection } from './givenRequest.js';
import type { StartRequest } from './startOrJoin.js';

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
  switch (wanted.state) {
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
        `${connection} ${wanted.state === 'removed' ? 'was' : 'is being'} taken away.`,
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
