import type { Client, WorkflowExecutionDescription } from '@temporalio/client';
import { durationText } from '../domain/text/duration.js';
import type { StepProgress, StepState } from '../contract/result.js';
import { numberOfActivity, runOfStep } from '../contract/stepNames.js';
import { timeText } from '../domain/text/time.js';
import { factsOf, isOurs } from '../runHistory/runs.js';
import { within } from '../runHistory/server.js';

/**
 * Runs beside the run itself that are looked at, at most; those of assistants and the verification first.
 * What becomes of others, such as locks of numbers, shows in the Temporal UI.
 */
const MOST_OTHERS = 50;

/** A step whose last attempt failed and that will be, or is being, tried again. */
export interface Retry {
  /** The activity, in words: `ensure outbound trunk`. */
  readonly step: string;
  /** `+18648301018`, `assistant 5f0c…`: where it is one number's or one assistant's. */
  readonly of?: string;
  /** Of the attempt that runs or comes next; the first is 1. */
  readonly attempt: number;
  /** Why the last attempt failed. */
  readonly why: string;
  /** Absent while the next attempt is already running. */
  readonly nextAttemptAt?: Date;
}

/** A run or a step that somebody has paused in Temporal; it stops until somebody unpauses it. */
export interface Hold {
  /** `ensure outbound trunk`, `the run connection/acme-support`. */
  readonly what: string;
  /** `+18648301018`, `assistant 5f0c…`: where it is one number's or one assistant's. */
  readonly of?: string;
  readonly since?: Date;
  /** As Temporal's client named itself. */
  readonly by?: string;
  readonly why?: string;
  /** A command line that unpauses it. */
  readonly command: string;
}

/** A step that somebody has given limits in Temporal; Patchbay sets none, as its retry budget decides. */
export interface Limit {
  /** `ensure outbound trunk`. */
  readonly what: string;
  /** `+18648301018`, `assistant 5f0c…`: where it is one number's or one assistant's. */
  readonly of?: string;
  /** `at most 5 attempts`, `30m in all`. */
  readonly limits: readonly string[];
  /** A command line that takes them away. */
  readonly command: string;
}

/** What is not done yet in a run and stands out. */
export interface Pending {
  readonly retries: readonly Retry[];
  readonly holds: readonly Hold[];
  readonly limits: readonly Limit[];
}

/** What a hold is, in a sentence. */
export function holdText({ what, of, since, by, why }: Hold): string {
  const who = by === undefined || by === '' ? '' : ` by ${by}`;
  const when = since === undefined ? '' : `, ${timeText(since)}`;
  const reason = why === undefined || why === '' ? '' : ` ("${why}")`;
  return `${what}${whose(of)} was paused in Temporal${who}${when}${reason}.`;
}

/** What a limit is, in sentences. */
export function limitText({ what, of, limits }: Limit): string {
  return `${what}${whose(of)} was given limits in Temporal: ${limits.join(', ')}. Once one is reached, it fails for good.`;
}

const whose = (of: string | undefined): string => (of === undefined ? '' : ` of ${of}`);

type Activity = NonNullable<WorkflowExecutionDescription['raw']['pendingActivities']>[number];
type PauseInfo = NonNullable<Activity['pauseInfo']>;

/**
 * What is being retried or was paused in a run and in those that carry out its steps: children, and the runs
 * of assistants. `steps` is the run's own board. Needs no worker.
 */
export async function pendingOf(
  client: Client,
  description: WorkflowExecutionDescription,
  steps: readonly StepProgress[],
): Promise<Pending> {
  const connection = description.workflowId.slice(description.workflowId.indexOf('/') + 1);
  const others = new Map([...runsAtWork(steps, connection), ...childrenOf(description)].slice(0, MOST_OTHERS));
  const described = await Promise.all(
    [...others].map(([workflowId, runId]) =>
      within(client, () => client.workflow.getHandle(workflowId, runId).describe()).catch(
        () => undefined, // closed or gone meanwhile
      ),
    ),
  );
  const runs = [description, ...described.filter((other) => other !== undefined).filter(isOfPatchbay)];
  return {
    retries: runs.flatMap(retriesIn),
    holds: runs.flatMap((run) => holdsIn(run, client.options.namespace)),
    limits: runs.flatMap((run) => limitsIn(run, client.options.namespace)),
  };
}

/** States in which another run may be carrying a step out. */
const UNDER_WAY: readonly StepState[] = ['running', 'undoing'];

/** The run with this workflow id: this one of its runs, or the newest. */
type OtherRun = readonly [workflowId: string, runId: string | undefined];

/**
 * None of them needs to be a child: an assistant's run takes orders of all, and a verification may be
 * another's.
 */
const runsAtWork = (steps: readonly StepProgress[], connection: string): readonly OtherRun[] =>
  steps.flatMap(({ name, state }) => {
    const workflowId = UNDER_WAY.includes(state) ? runOfStep(name, connection) : undefined;
    return workflowId === undefined ? [] : [[workflowId, undefined] as const];
  });

const childrenOf = ({ raw }: WorkflowExecutionDescription): readonly OtherRun[] =>
  (raw.pendingChildren ?? []).flatMap(({ workflowId, runId }) =>
    workflowId && runId ? [[workflowId, runId] as const] : [],
  );

/** Another application may hold an assistant's workflow id. */
const isOfPatchbay = (description: WorkflowExecutionDescription): boolean => isOurs(factsOf(description, ''));

function retriesIn(description: WorkflowExecutionDescription): Retry[] {
  return (description.raw.pendingActivities ?? []).flatMap((activity) => {
    const { attempt, lastFailure, nextAttemptScheduleTime } = activity;
    if (!lastFailure?.message || activity.paused === true || waitsItsTurn(activity)) return [];
    return [
      {
        step: stepOf(activity),
        ...ownerOf(description, activity),
        attempt: attempt ?? 1,
        why: lastFailure.message,
        ...(nextAttemptScheduleTime ? { nextAttemptAt: dateOf(nextAttemptScheduleTime) } : {}),
      },
    ];
  });
}

/** An order whose attempt ended without an answer: other edits of its assistant come first. */
const waitsItsTurn = ({ activityType, lastFailure }: Activity): boolean =>
  activityType?.name === ORDER && lastFailure?.timeoutFailureInfo != null;

/** The name of the activity that orders an edit (`activities/runs/otherRuns.ts`). */
const ORDER = 'orderAssistantEdit';

function holdsIn(description: WorkflowExecutionDescription, namespace: string): Hold[] {
  const { workflowId, raw } = description;
  const run = argumentsFor(description, namespace);
  const ofRun = raw.workflowExtendedInfo?.pauseInfo;
  const paused = (raw.pendingActivities ?? []).filter((activity) => activity.paused === true);
  return [
    ...(description.status.name === 'PAUSED'
      ? [
          {
            what: `the run ${workflowId}`,
            ...told(ofRun?.pausedTime, ofRun?.identity, ofRun?.reason),
            command: `temporal workflow unpause ${run}`,
          },
        ]
      : []),
    ...paused.map((activity) => ({
      what: stepOf(activity),
      ...ownerOf(description, activity),
      ...byWhom(activity.pauseInfo),
      command: `temporal activity unpause ${run} --activity-id ${activity.activityId ?? ''}`,
    })),
  ];
}

/**
 * `--restore-original-options` leaves limits as they are (server 1.31.2, command line 1.8.2), so each is
 * taken away by name.
 */
const WITHOUT_LIMITS = '--schedule-to-close-timeout 0s --schedule-to-start-timeout 0s --retry-maximum-attempts 0';

function limitsIn(description: WorkflowExecutionDescription, namespace: string): Limit[] {
  return (description.raw.pendingActivities ?? []).flatMap((activity) => {
    const { scheduleToCloseTimeout, scheduleToStartTimeout, retryPolicy } = activity.activityOptions ?? {};
    const attempts = retryPolicy?.maximumAttempts ?? 0;
    const inAllMs = millisecondsOf(scheduleToCloseTimeout);
    const toStartMs = millisecondsOf(scheduleToStartTimeout);
    const limits = [
      ...(attempts > 0 ? [`at most ${String(attempts)} attempts`] : []),
      ...(inAllMs > 0 ? [`${durationText(inAllMs)} in all`] : []),
      ...(toStartMs > 0 ? [`${durationText(toStartMs)} until a worker takes it`] : []),
    ];
    if (limits.length === 0) return [];
    const of = `${argumentsFor(description, namespace)} --activity-id ${activity.activityId ?? ''}`;
    const command = `temporal activity update-options ${of} ${WITHOUT_LIMITS}`;
    return [{ what: stepOf(activity), ...ownerOf(description, activity), limits, command }];
  });
}

const argumentsFor = ({ workflowId, runId }: WorkflowExecutionDescription, namespace: string): string =>
  `--namespace ${namespace} --workflow-id ${workflowId} --run-id ${runId}`;

function byWhom(info: PauseInfo | null | undefined): Pick<Hold, 'since' | 'by' | 'why'> {
  const who = info?.manual ?? info?.rule;
  return told(info?.pauseTime, who?.identity, who?.reason);
}

function told(
  since: PauseInfo['pauseTime'],
  by: string | null | undefined,
  why: string | null | undefined,
): Pick<Hold, 'since' | 'by' | 'why'> {
  return { ...(since ? { since: dateOf(since) } : {}), ...(by ? { by } : {}), ...(why ? { why } : {}) };
}

/** `ensureOutboundTrunk` as `ensure outbound trunk`. */
const stepOf = ({ activityType }: Activity): string =>
  (activityType?.name ?? 'step').replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase();

/** Steps on a number have it in their activity's id; an assistant's run has it in its own. */
function ownerOf({ workflowId }: WorkflowExecutionDescription, { activityId }: Activity): { readonly of?: string } {
  const number = numberOfActivity(activityId ?? '');
  if (number !== undefined) return { of: number };
  const [kind, id = ''] = workflowId.split('/', 2);
  return kind === 'assistant' ? { of: `assistant ${id}` } : {};
}

const dateOf = (time: NonNullable<PauseInfo['pauseTime']>): Date => new Date(millisecondsOf(time));

/** Of a time since the epoch, or of a duration; 0 where there is none. */
function millisecondsOf(time: PauseInfo['pauseTime']): number {
  return Number(time?.seconds ?? 0) * 1_000 + Math.floor((time?.nanos ?? 0) / 1_000_000);
}
