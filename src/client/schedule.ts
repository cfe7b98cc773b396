import {
  type Client,
  type ScheduleDescription,
  ScheduleAlreadyRunning,
  ScheduleNotFoundError,
} from '@temporalio/client';
import type { ScheduledTarget } from '../contract/otherRuns.js';
import { CLOCKS_AGREE_WITHIN_MS } from '../domain/text/clock.js';
import { durationText } from '../domain/text/duration.js';
import { scheduleIds, workflowIds } from '../contract/workflowIds.js';
import { isOutboundRequested, outsideCallees } from '../domain/calls/outsideCallees.js';
import { isOurSchedule, SCHEDULED_WORKFLOW } from '../runHistory/schedules.js';
import { within } from '../runHistory/server.js';
import { NothingToActOnError } from './errors.js';
import { type VerifyGiven, verifyInput } from './verifyStart.js';
import { OVERLAP, type Timing, timingOf } from './scheduleTiming.js';
import { type BeforeStart, markedWith } from './startOrJoin.js';

/**
 * Runs that were missed by more than this, as Temporal or its schedules were down, are not made up: nobody
 * wants two verifications at once.
 */
const CATCH_UP_MS = 60_000;

/** A connection's verification on a schedule. */
export interface VerificationSchedule extends Timing {
  readonly connection: string;
  readonly scheduleId: string;
  /** ISO 8601; `null` where Temporal plans none. */
  readonly nextRun: string | null;
  /** Whether its runs test the transfer, too. */
  readonly transfer: boolean;
  readonly isPaused: boolean;
  /** What whoever paused it has noted. */
  readonly note?: string;
  /** A command line that unpauses it. */
  readonly unpause: string;
}

/** A schedule that was made or changed. */
export interface MadeSchedule extends VerificationSchedule {
  /** `24h`. */
  readonly every: string;
  /** How it was before, where there was one. */
  readonly before?: VerificationSchedule;
}

/** What a person wants of a schedule. */
export interface ScheduleAsked {
  readonly everyMs: number;
  readonly transfer: boolean;
  /** Where the connection's runs do not tell it. */
  readonly region?: VerifyGiven['region'];
}

/**
 * Has a connection verified again and again from now on, the first time one interval from now, by
 * Temporal's clock; changes the schedule where there is one, which stays paused where somebody paused it.
 * Throws `NothingToActOnError` where nothing of the connection is known.
 */
export async function schedule(
  client: Client,
  taskQueue: string,
  connection: string,
  { everyMs, transfer, region }: ScheduleAsked,
  beforeStart?: BeforeStart,
): Promise<MadeSchedule> {
  const input = await verifyInput(client, connection, region === undefined ? {} : { region });
  const callees = outsideCallees({
    ...input,
    verification: { outbound: isOutboundRequested(input.verification?.outbound), transfer },
  });
  if (callees.length > 0) beforeStart?.(callees);
  const target = { connection, region: input.region, transfer };
  const from = (now: number) => optionsOf(taskQueue, target, everyMs, Math.floor(now / 1_000) * 1_000);
  const now = Date.now();
  const before = await put(client, connection, from(now));
  const described = await describe(client, connection);
  const { createdAt, lastUpdatedAt = createdAt } = described.info;
  const agrees = Math.abs(lastUpdatedAt.getTime() - now) <= CLOCKS_AGREE_WITHIN_MS;
  if (!agrees) await put(client, connection, from(lastUpdatedAt.getTime())); // "now" by Temporal's clock
  const [next] = (agrees ? described : await describe(client, connection)).info.nextActionTimes;
  return {
    connection,
    scheduleId: scheduleIds.verification(connection),
    every: durationText(everyMs),
    timing: `every ${durationText(everyMs)}`,
    isEdited: false,
    nextRun: next?.toISOString() ?? null,
    transfer,
    isPaused: before?.isPaused ?? false,
    ...(before?.note === undefined ? {} : { note: before.note }),
    unpause: commandToUnpause(client, connection),
    ...(before === undefined ? {} : { before }),
  };
}

const describe = (client: Client, connection: string): Promise<ScheduleDescription> =>
  within(client, () => client.schedule.getHandle(scheduleIds.verification(connection)).describe());

/** Ends the schedule and answers with its id. Throws `NothingToActOnError` where there is none. */
export async function unschedule(client: Client, connection: string): Promise<string> {
  const scheduleId = scheduleIds.verification(connection);
  try {
    const handle = client.schedule.getHandle(scheduleId);
    refuseForeign(await within(client, () => handle.describe()));
    await within(client, () => handle.delete());
    return scheduleId;
  } catch (error) {
    if (!(error instanceof ScheduleNotFoundError)) throw error;
    throw new NothingToActOnError(
      `${connection} is not verified on a schedule.`,
      `To verify it every day: patchbay verify ${connection} --every 24h`,
    );
  }
}

/** The schedule of a connection, where there is one. */
export async function scheduleOf(client: Client, connection: string): Promise<VerificationSchedule | undefined> {
  const scheduleId = scheduleIds.verification(connection);
  try {
    const description = await within(client, () => client.schedule.getHandle(scheduleId).describe());
    return isOurSchedule(description) ? read(client, connection, description) : undefined;
  } catch (error) {
    if (error instanceof ScheduleNotFoundError) return undefined;
    throw error;
  }
}

function read(client: Client, connection: string, description: ScheduleDescription): VerificationSchedule {
  const { paused, note = '' } = description.state;
  const [next] = description.info.nextActionTimes;
  return {
    connection,
    scheduleId: description.scheduleId,
    ...timingOf(description),
    nextRun: next?.toISOString() ?? null,
    transfer: targetIn(description)?.transfer ?? false,
    isPaused: paused,
    ...(paused && note !== '' && !note.startsWith(OWN_NOTE) ? { note } : {}),
    unpause: commandToUnpause(client, connection),
  };
}

const commandToUnpause = ({ options: { namespace } }: Client, connection: string): string =>
  `temporal schedule toggle --namespace ${namespace} --schedule-id ${scheduleIds.verification(connection)} --unpause`;

/** How the note begins that Patchbay gives a schedule; whoever pauses it writes over it. */
const OWN_NOTE = 'Test calls of ';

function refuseForeign(description: ScheduleDescription): void {
  if (isOurSchedule(description)) return;
  const { scheduleId, action } = description;
  throw new NothingToActOnError(
    `The schedule ${scheduleId} is another application's: it starts ${action.workflowType} on the task queue ${action.taskQueue}.`,
    'Use another namespace for Patchbay (TEMPORAL_NAMESPACE), or another name for the connection.',
  );
}

/**
 * Creates the schedule or changes it, whatever somebody made of it meanwhile but a pause. Answers with what
 * it was before.
 */
async function put(
  client: Client,
  connection: string,
  options: ReturnType<typeof optionsOf>,
): Promise<VerificationSchedule | undefined> {
  const scheduleId = scheduleIds.verification(connection);
  return markedWith(client, connection, async (attributes) => {
    const action = { ...options.action, ...attributes };
    try {
      await client.schedule.create({ ...options, ...attributes, scheduleId, action });
      return undefined;
    } catch (error) {
      if (!(error instanceof ScheduleAlreadyRunning)) throw error;
    }
    let before: VerificationSchedule | undefined;
    await client.schedule.getHandle(scheduleId).update((description) => {
      refuseForeign(description);
      before = read(client, connection, description);
      const note = before.note ?? options.state.note; // says why it is paused
      return { ...options, action, state: { paused: description.state.paused, note } };
    });
    return before;
  });
}

/**
 * Intervals are counted from the epoch: the offset makes them fall on the time of day of now. `startAt`
 * keeps a server whose clock is behind from starting at once.
 */
function optionsOf(taskQueue: string, target: ScheduledTarget, everyMs: number, now: number) {
  const { connection, transfer } = target;
  return {
    spec: { intervals: [{ every: everyMs, offset: now % everyMs }], startAt: new Date(now + everyMs / 2) },
    policies: { overlap: OVERLAP, catchupWindow: CATCH_UP_MS },
    action: {
      type: 'startWorkflow' as const,
      workflowType: SCHEDULED_WORKFLOW,
      workflowId: workflowIds.scheduledVerification(connection),
      taskQueue,
      args: [target],
      staticSummary: `${connection}: scheduled test calls`,
    },
    state: {
      note: `${OWN_NOTE}${connection} every ${durationText(everyMs)}${transfer ? '' : ', without the transfer'}. To end: patchbay verify ${connection} --stop`,
    },
  };
}

function targetIn({ action }: ScheduleDescription): Partial<ScheduledTarget> | undefined {
  const [target] = (action.args ?? []) as readonly unknown[];
  return typeof target === 'object' && target !== null ? target : undefined;
}
