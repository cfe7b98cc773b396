/**
 * What of a history crosses into other code as a payload: arguments of activities, of children and of
 * signals, each by its name.
 */
export type Shapes = Readonly<Record<string, readonly string[]>>;

interface Payloads {
  readonly payloads?: readonly { readonly data?: string }[];
}

interface Scheduled {
  readonly activityType?: { readonly name: string };
  readonly workflowType?: { readonly name: string };
  readonly signalName?: string;
  readonly input?: Payloads;
}

interface Event {
  readonly activityTaskScheduledEventAttributes?: Scheduled;
  readonly startChildWorkflowExecutionInitiatedEventAttributes?: Scheduled;
  readonly signalExternalWorkflowExecutionInitiatedEventAttributes?: Scheduled;
}

/**
 * Every path in the arguments and the kind of value at it, such as `[0].sip.allowedIps: array`, over all
 * these histories.
 */
export function shapesOf(histories: readonly string[]): Shapes {
  const shapes = new Map<string, Set<string>>();
  for (const { name, input } of histories.flatMap(sent)) {
    const paths = shapes.get(name) ?? new Set();
    shapes.set(name, paths);
    const values = (input.payloads ?? []).map(
      ({ data = '' }) => JSON.parse(Buffer.from(data, 'base64').toString()) as unknown,
    );
    for (const [at, value] of values.entries()) for (const path of pathsIn(value, `[${String(at)}]`)) paths.add(path);
  }
  return Object.fromEntries(
    [...shapes].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, paths]) => [name, [...paths].sort()]),
  );
}

function sent(history: string): readonly { readonly name: string; readonly input: Payloads }[] {
  const { events } = JSON.parse(history) as { readonly events: readonly Event[] };
  return events.flatMap((event) => {
    const attributes =
      event.activityTaskScheduledEventAttributes ??
      event.startChildWorkflowExecutionInitiatedEventAttributes ??
      event.signalExternalWorkflowExecutionInitiatedEventAttributes;
    if (attributes === undefined) return [];
    const { activityType, workflowType, signalName, input = {} } = attributes;
    return [{ name: activityType?.name ?? workflowType?.name ?? signalName ?? '', input }];
  });
}

function pathsIn(value: unknown, at: string): string[] {
  if (Array.isArray(value)) return [`${at}: array`, ...value.flatMap((item) => pathsIn(item, `${at}[]`))];
  if (value === null) return [`${at}: null`];
  if (typeof value !== 'object') return [`${at}: ${typeof value}`];
  return Object.entries(value).flatMap(([key, inner]) => pathsIn(inner, `${at}.${key}`));
}
