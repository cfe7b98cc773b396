/**
 * What Temporal keeps of a connection's runs. Belongs here: finding runs, reading their inputs and results,
 * and what they say was wanted, for the client and for activities alike. Does not: starting or changing a
 * run (`client`), showing one (`cli`), what a run does (`workflows`).
 */
import {
  type Client,
  type WorkflowExecutionDescription,
  type WorkflowExecutionInfo,
  WorkflowNotFoundError,
} from '@temporalio/client';
import { defaultPayloadConverter } from '@temporalio/common';
import { workflowIds } from '../contract/workflowIds.js';
import { searchAttributes } from '../contract/searchAttributes.js';
import { grpcCode, NOT_FOUND, within } from './server.js';

const LIST_WITHIN_MS = 30_000;

/** One run, identified for good by its run id. */
export interface RunRef {
  /** Of workflow: what it does. */
  readonly type: string;
  readonly connection: string;
  readonly workflowId: string;
  readonly runId: string;
}

/** What Temporal knows of a run without asking a worker. */
export interface RunFacts extends RunRef {
  readonly taskQueue: string;
  readonly status: WorkflowExecutionInfo['status']['name'];
  readonly startTime: Date;
  readonly searchAttributes: WorkflowExecutionInfo['typedSearchAttributes'];
  readonly memo: Readonly<Record<string, unknown>>;
  /** Of a run that a Reset made: the run that was first started. Lists do not tell it. */
  readonly firstRunId?: string;
}

/**
 * The newest run of ours under this workflow id, or nothing where Temporal knows none (any more). Never out
 * of date, but where another application has used the id since: then it is looked for in the list, which
 * may do for showing a run, and never for repeating one.
 */
export async function newestRun(client: Client, connection: string, workflowId: string): Promise<RunFacts | undefined> {
  const newest = await holderOf(client, connection, workflowId);
  if (newest === undefined || isOurs(newest)) return newest;
  return (await listRuns(client, `WorkflowId = "${workflowId}"`)).find((run) => run.runId !== newest.runId);
}

/** The newest run under this workflow id, whoever started it. */
export const holderOf = (client: Client, connection: string, workflowId: string): Promise<RunFacts | undefined> =>
  describedRun(client, connection, workflowId);

/**
 * The types of ours under each kind of workflow id, and the search attribute that repeats what the id
 * names.
 */
const KINDS = [
  [workflowIds.connection(''), ['onboardConnection', 'offboardConnection'], searchAttributes.connection],
  [workflowIds.verification(''), ['verifyConnection'], searchAttributes.connection],
  [workflowIds.number(''), ['onboardNumber'], searchAttributes.number],
  [workflowIds.assistant(''), ['editAssistant'], undefined],
] as const satisfies readonly (readonly [prefix: string, types: readonly string[], attribute: unknown])[];

/**
 * Whether a run is Patchbay's. Another application of the namespace may use the same workflow ids. A run
 * without our search attribute may be from before the namespace knew it.
 */
export function isOurs({
  type,
  workflowId,
  searchAttributes: attributes,
}: Pick<RunFacts, 'type' | 'workflowId' | 'searchAttributes'>): boolean {
  for (const [prefix, types, attribute] of KINDS) {
    if (!workflowId.startsWith(prefix)) continue;
    const named = workflowId.slice(prefix.length);
    const isMarked = attribute === undefined || (attributes.get(attribute) ?? named) === named;
    return types.some((ours) => ours === type) && isMarked;
  }
  return false;
}

/** The newest run of every connection, by slug. */
export async function newestRuns(client: Client): Promise<readonly RunFacts[]> {
  const newest = new Map<string, RunFacts>();
  for (const run of await listRuns(client, `WorkflowId STARTS_WITH "${workflowIds.connection('')}"`)) {
    if (!newest.has(run.connection)) newest.set(run.connection, run);
  }
  return [...newest.values()].sort((one, other) => one.connection.localeCompare(other.connection));
}

/** The only argument of a run, read from its first event. Nothing where Temporal no longer has it. */
export async function inputOf(client: Client, { workflowId, runId }: RunRef): Promise<unknown> {
  try {
    const { history } = await within(client, () =>
      client.workflowService.getWorkflowExecutionHistory({
        namespace: client.options.namespace,
        execution: { workflowId, runId },
        maximumPageSize: 1,
      }),
    );
    const payload = history?.events?.[0]?.workflowExecutionStartedEventAttributes?.input?.payloads?.[0];
    return payload ? defaultPayloadConverter.fromPayload(payload) : undefined;
  } catch (error) {
    if (grpcCode(error) === NOT_FOUND) return undefined;
    throw error;
  }
}

/** Whether a run has not closed yet. */
export const isOpen = ({ status }: Pick<RunFacts, 'status'>): boolean => status === 'RUNNING' || status === 'PAUSED';

/** What a description or a list entry says of a run. */
export function factsOf(info: WorkflowExecutionInfo | WorkflowExecutionDescription, connection: string): RunFacts {
  const firstRunId = 'workflowExecutionInfo' in info.raw ? info.raw.workflowExecutionInfo?.firstRunId : undefined;
  return {
    connection,
    workflowId: info.workflowId,
    runId: info.runId,
    type: info.type,
    taskQueue: info.taskQueue,
    status: info.status.name,
    startTime: info.startTime,
    searchAttributes: info.typedSearchAttributes,
    memo: info.memo ?? {},
    ...(firstRunId ? { firstRunId } : {}),
  };
}

/** A run by its id, the newest where none is given; nothing where Temporal does not know it. */
export async function describedRun(
  client: Client,
  connection: string,
  workflowId: string,
  runId?: string,
): Promise<RunFacts | undefined> {
  try {
    return factsOf(await within(client, () => client.workflow.getHandle(workflowId, runId).describe()), connection);
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return undefined;
    throw error;
  }
}

/** The runs of ours that lists show for this query, newest first. */
export async function listRuns(client: Client, query: string): Promise<readonly RunFacts[]> {
  const read = async (): Promise<RunFacts[]> => {
    const runs: RunFacts[] = [];
    for await (const info of client.workflow.list({ query })) {
      runs.push(factsOf(info, info.workflowId.slice(info.workflowId.indexOf('/') + 1)));
    }
    return runs;
  };
  const runs = await within(client, read, LIST_WITHIN_MS);
  return newestFirst(runs.filter(isOurs));
}

/** Runs by the time at which they were started. */
export const newestFirst = (runs: readonly RunFacts[]): readonly RunFacts[] =>
  [...runs].sort((one, other) => other.startTime.getTime() - one.startTime.getTime());
