import { outsideCallees } from '../domain/calls/outsideCallees.js';
import { workflowIds } from '../contract/workflowIds.js';
import { checked } from './givenRequest.js';
import type { StartRequest } from './startOrJoin.js';

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
