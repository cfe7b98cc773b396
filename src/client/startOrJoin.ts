import { isDeepStrictEqual } from 'node:util';
import { type Client, WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import { TypedSearchAttributes } from '@temporalio/common';
import { clockDistance, CLOCKS_AGREE_WITHIN_MS } from '../domain/text/clock.js';
import { ownerText } from '../domain/reports/foreignRun.js';
import { readRequest } from '../contract/request.js';
import type { Result } from '../contract/result.js';
import type { OutsideCallee } from '../domain/calls/outsideCallees.js';
import { previousMemo } from '../runHistory/chain.js';
import { holderOf, inputOf, isOpen, isOurs, type RunFacts, type RunRef } from '../runHistory/runs.js';
import { grpcCode, grpcDetails, within } from '../runHistory/server.js';
import { searchAttributes } from '../contract/searchAttributes.js';
import { ConflictError } from './errors.js';
import { missingSearchAttributes } from './server.js';

const INVALID_ARGUMENT = 3;
/** A run may close between the refusal and the look at it. */
const TRIES = 3;

/** The workflows that people start. */
export type RunType = 'onboardConnection' | 'offboardConnection' | 'verifyConnection' | 'planConnection';

/** A run to be started. */
export interface StartRequest {
  readonly type: RunType;
  readonly connection: string;
  readonly workflowId: string;
  readonly input: unknown;
  /** One line for the Temporal UI; no phone numbers, no secrets. */
  readonly summary: string;
  /** Whom its test calls will ring besides the connection's own numbers. */
  readonly outsideCallees: readonly OutsideCallee[];
}

/**
 * Is told before a run is started whom its test calls will ring besides the connection's own numbers, where
 * there is anybody.
 */
export type BeforeStart = (outsideCallees: readonly OutsideCallee[]) => void;

/** A run that was started, or that was running already with the same input. */
export interface StartedRun extends RunRef {
  readonly joined: boolean;
  /** Where this machine's clock and Temporal's differ by seconds. Nothing is decided by the former. */
  readonly clockWarning?: string;
}

/**
 * Starts a run, or joins the one of the same input that is open. Throws `ConflictError` where a run of
 * another input holds the id, and `UnreachableError` where Temporal does not answer.
 */
export async function startOrJoin(
  client: Client,
  taskQueue: string,
  order: StartRequest,
  beforeStart?: BeforeStart,
): Promise<StartedRun> {
  const { type, connection, workflowId } = order;
  if (order.outsideCallees.length > 0) beforeStart?.(order.outsideCallees);
  for (let tries = 1; ; tries += 1) {
    try {
      const sentAt = Date.now();
      const runId = await start(client, taskQueue, order);
      const clockWarning = await clockWarningOf(client, { workflowId, runId }, { sentAt, answeredAt: Date.now() });
      return {
        type,
        connection,
        workflowId,
        runId,
        joined: false,
        ...(clockWarning === undefined ? {} : { clockWarning }),
      };
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
      const holder = await holderOf(client, connection, workflowId);
      const isGone = holder === undefined || !isOpen(holder);
      if (isGone && tries < TRIES) continue;
      if (isGone) throw error;
      if (!(await isSame(client, order, holder))) throw new ConflictError(conflictResult(order, holder));
      return { type, connection, workflowId, runId: holder.runId, joined: true };
    }
  }
}

async function start(
  client: Client,
  taskQueue: string,
  { type, connection, workflowId, input, summary }: StartRequest,
): Promise<string> {
  const options = { workflowId, taskQueue, args: [input], staticSummary: summary };
  const started = await markedWith(client, connection, async (attributes) => {
    const newest = await holderOf(client, connection, workflowId); // right before, so that none comes between
    const memo = newest === undefined || isOurs(newest) ? { memo: previousMemo(newest) } : {}; // else no chain leads on
    return client.workflow.start(type, { ...options, ...attributes, ...memo });
  });
  return started.firstExecutionRunId;
}

/** Temporal dates the run at a moment between the order and its answer. Throws nothing. */
async function clockWarningOf(
  client: Client,
  { workflowId, runId }: Pick<RunRef, 'workflowId' | 'runId'>,
  { sentAt, answeredAt }: { readonly sentAt: number; readonly answeredAt: number },
): Promise<string | undefined> {
  const handle = client.workflow.getHandle(workflowId, runId);
  const startedAt = await within(client, () => handle.describe()).then(
    ({ startTime }) => startTime.getTime(),
    () => undefined, // whoever follows the run is told what is wrong
  );
  if (startedAt === undefined) return undefined;
  const aheadMs = sentAt > startedAt ? sentAt - startedAt : Math.min(answeredAt - startedAt, 0);
  if (Math.abs(aheadMs) <= CLOCKS_AGREE_WITHIN_MS) return undefined;
  return `The clock of this machine is ${clockDistance(aheadMs)} Temporal's. Patchbay goes by Temporal's: set the one that is wrong (NTP).`;
}

/**
 * Makes something of a connection at Temporal, with its search attribute where the namespace knows it; one
 * that has just lost it is asked once more without.
 */
export async function markedWith<T>(
  client: Client,
  connection: string,
  make: (attributes: { readonly typedSearchAttributes?: TypedSearchAttributes }) => Promise<T>,
): Promise<T> {
  const key = searchAttributes.connection;
  const isKnown = !(await missingSearchAttributes(client)).includes(key.name);
  const attributes = { typedSearchAttributes: new TypedSearchAttributes([{ key, value: connection }]) };
  try {
    return await within(client, () => make(isKnown ? attributes : {}));
  } catch (error) {
    if (grpcCode(error) !== INVALID_ARGUMENT || !grpcDetails(error).includes('no mapping')) throw error;
    return within(client, () => make({}));
  }
}

/**
 * Whatever verification runs, it is the one that is wanted; an onboarding has to ask for the same in every
 * member.
 */
async function isSame(client: Client, order: StartRequest, holder: RunFacts): Promise<boolean> {
  if (holder.type !== order.type || !isOurs(holder)) return false;
  if (order.type !== 'onboardConnection') return true;
  return isDeepStrictEqual(readRequest(await inputOf(client, holder)), readRequest(order.input));
}

function conflictResult({ connection, type }: StartRequest, holder: RunFacts): Result {
  if (!isOurs(holder)) {
    return refusal(connection, {
      message: `${ownerText(holder)}. It is open.`,
      action:
        'Give the connection another name, use another namespace (TEMPORAL_NAMESPACE), or wait until it has ended.',
    });
  }
  const isRemoval = holder.type === 'offboardConnection';
  const what = isRemoval
    ? 'is being taken away'
    : `is being worked on by another ${holder.type === type ? 'request' : 'run'}`;
  const wait = `Wait for it (patchbay watch ${connection})`;
  return refusal(connection, {
    message: `The connection ${connection} ${what} (run ${holder.runId}).`,
    action: `${wait}${isRemoval ? '' : ` or roll it back (patchbay cancel ${connection})`}, then run the same command again.`,
  });
}

function refusal(connection: string, words: { readonly message: string; readonly action: string }): Result {
  return {
    outcome: 'refused',
    connection,
    objects: [],
    numbers: [],
    verification: [],
    failure: { step: 'start', provider: 'patchbay', class: 'conflict', ...words },
    leftovers: [],
    warnings: [],
  };
}
