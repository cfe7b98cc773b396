import type { Client, WorkflowHandle } from '@temporalio/client';

type Event = NonNullable<Awaited<ReturnType<WorkflowHandle['fetchHistory']>>['events']>[number];

/** The events of a run so far, in order. */
export async function eventsOf(handle: ReturnType<Client['workflow']['getHandle']>): Promise<readonly Event[]> {
  const { events } = await handle.fetchHistory();
  return events ?? [];
}

/**
 * What became of each activity, in order: `ensureInboundTrunk scheduled`, `ensureInboundTrunk completed`.
 */
export function storyOf(events: readonly Event[]): readonly string[] {
  const types = typesOf(events);
  const name = (scheduledEventId: unknown): string => types.get(String(scheduledEventId)) ?? '';
  return events.flatMap((event) => {
    const { activityTaskCompletedEventAttributes: completed, activityTaskCanceledEventAttributes: canceled } = event;
    if (event.activityTaskScheduledEventAttributes) return [`${name(event.eventId)} scheduled`];
    if (completed) return [`${name(completed.scheduledEventId)} completed`];
    return canceled ? [`${name(canceled.scheduledEventId)} canceled`] : [];
  });
}

/** Whether the run has been told of a cancellation and has had its turn since. */
export async function hasTakenInCancel(handle: Parameters<typeof eventsOf>[0]): Promise<true | undefined> {
  const events = await eventsOf(handle);
  const asked = events.findIndex((event) => event.workflowExecutionCancelRequestedEventAttributes);
  const since = asked < 0 ? [] : events.slice(asked);
  return since.some((event) => event.workflowTaskCompletedEventAttributes) ? true : undefined;
}

/** The activities that were begun more than once, as far as they have ended. */
export function repeated(events: readonly Event[]): readonly string[] {
  const types = typesOf(events);
  return events.flatMap(({ activityTaskStartedEventAttributes: started }) =>
    started && Number(started.attempt) > 1 ? [types.get(String(started.scheduledEventId)) ?? ''] : [],
  );
}

/** The type of each scheduled activity by the id of its event. */
const typesOf = (events: readonly Event[]): ReadonlyMap<string, string> =>
  new Map(
    events.flatMap(({ eventId, activityTaskScheduledEventAttributes: scheduled }) =>
      scheduled ? [[String(eventId), scheduled.activityType?.name ?? ''] as const] : [],
    ),
  );
