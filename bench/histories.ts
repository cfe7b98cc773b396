import type { Client } from '@temporalio/client';
import type { LoggedRequest } from '../src/sandbox/index.js';
import type { WorkflowRun } from './oneRun.js';

/** What runs cost Temporal. */
export interface HistoryFacts {
  readonly runs: number;
  readonly events: number;
  readonly workflowTasks: number;
  /** Workflow tasks that the worker did not take or finish in time: each costs a replay. */
  readonly timedOutTasks: number;
  readonly activities: number;
}

/** Counts over the newest run of each of these ids. */
export async function historyFacts(client: Client, workflowIds: readonly string[]): Promise<HistoryFacts> {
  const histories = await Promise.all(workflowIds.map((id) => historyOf(client, id)));
  const events = histories.flatMap((history) => history.events);
  return {
    runs: histories.length,
    events: events.length,
    workflowTasks: events.filter(({ workflowTaskCompletedEventAttributes: task }) => isSet(task)).length,
    timedOutTasks: events.filter(({ workflowTaskTimedOutEventAttributes: task }) => isSet(task)).length,
    activities: events.filter(({ activityTaskCompletedEventAttributes: activity }) => isSet(activity)).length,
  };
}

/**
 * Everything that happened in one onboarding, in order, in milliseconds since its first event: requests and
 * history events.
 */
export async function traceOf(client: Client, { workflowIds, requests }: WorkflowRun): Promise<readonly string[]> {
  const histories = await Promise.all(workflowIds.map((id) => historyOf(client, id)));
  const lines = [...histories.flatMap(historyLines), ...requests.flatMap(requestLines)];
  lines.sort((a, b) => a.at - b.at);
  const start = lines[0]?.at ?? 0;
  return lines.map(({ at, text }) => `${(at - start).toFixed(0).padStart(5)}  ${text}`);
}

interface Line {
  readonly at: number;
  readonly text: string;
}

interface History {
  readonly name: string;
  readonly events: readonly Event[];
}

type Handle = ReturnType<Client['workflow']['getHandle']>;
type Event = NonNullable<Awaited<ReturnType<Handle['fetchHistory']>>['events']>[number];

/** Named by the first part of the id: connection, number, assistant. */
async function historyOf(client: Client, workflowId: string): Promise<History> {
  const { events } = await client.workflow.getHandle(workflowId).fetchHistory();
  return { name: workflowId.split('/')[0] ?? '', events: events ?? [] };
}

function historyLines({ name, events }: History): Line[] {
  return events.map((event) => ({ at: timeOf(event), text: `${name.padEnd(11)} ${textOf(event)}` }));
}

function requestLines({ server, method, path, startedAt, endedAt }: LoggedRequest): Line[] {
  const text = `${server.padEnd(11)}   ${method} ${path}`;
  return [
    { at: startedAt, text: `${text} …` },
    ...(endedAt === undefined ? [] : [{ at: endedAt, text: `${text} answered` }]),
  ];
}

function timeOf({ eventTime }: Event): number {
  return Number(eventTime?.seconds ?? 0) * 1_000 + (eventTime?.nanos ?? 0) / 1_000_000;
}

/** The kind of an event by the one set of attributes that it has, and what it is about. */
function textOf(event: Event): string {
  const kind = Object.keys(event).find((key) => key.endsWith('EventAttributes') && isSet(Reflect.get(event, key)));
  const activity = event.activityTaskScheduledEventAttributes?.activityType?.name;
  return [kind?.replace('EventAttributes', '') ?? 'event', activity].filter(isSet).join(' ');
}

const isSet = <T>(value: T | null | undefined): value is T => value !== null && value !== undefined;
