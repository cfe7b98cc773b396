/**
 * Keeps a run from going on from a state that a query made. A worker that does not hold a run answers a
 * query by a replay, and that applies events for which no workflow task has begun: SDK 1.24.0 then holds the
 * run in that state. When the task comes, its remaining events are applied on their own. A later replay
 * applies all of the task's events at once, may reach their commands in another order, and the run would
 * stand still with a nondeterminism error. Seen on the real server: `test/e2e/queryReplay.test.ts`. Not seen
 * by this: a query whose events end within a task that another worker holds and then loses.
 */
import type { ActivateInput, WorkflowInterceptorsFactory } from '@temporalio/workflow';

/**
 * What the SDK calls once for every run. Fails the task that would go on from such a state; the worker
 * evicts the run, and Temporal hands the task out again, with the whole history.
 */
export const interceptors: WorkflowInterceptorsFactory = () => {
  let last: Moment | undefined;
  let isAhead = false;
  return {
    internals: [
      {
        activate(input, next) {
          const now = momentOf(input);
          if (!isQuery(input)) {
            if (isAhead) throw new AppliedAheadError();
            isAhead = last !== undefined && isSameTask(now, last) && now.historyLength > last.historyLength;
          }
          last = now;
          next(input);
        },
      },
    ],
  };
};

/** Fails the workflow task, and not the run, as whatever is no `TemporalFailure` does. */
class AppliedAheadError extends Error {
  override readonly name = 'AppliedAheadError';

  constructor() {
    super(
      'A query had this worker apply events ahead of their workflow task. The run is reloaded from its history: ' +
        'nothing is lost, and nothing is to be done.',
    );
  }
}

/** Which task a state belongs to, and how much of the history is applied. */
interface Moment {
  /** When the task began, as seconds and nanoseconds, and how large the history was then. */
  readonly began: string;
  readonly historyLength: number;
}

function momentOf({ activation }: ActivateInput): Moment {
  const { timestamp, historySizeBytes, historyLength } = activation;
  const began = [timestamp?.seconds, timestamp?.nanos, historySizeBytes].map(String).join(' ');
  return { began, historyLength: historyLength ?? 0 };
}

/**
 * Each task begins with an event of its own, from which the run has its time and the size of its history.
 * The size tells tasks apart where the server's clock was set back: the run's time then stands still.
 */
const isSameTask = (one: Moment, other: Moment): boolean => one.began === other.began;

const isQuery = ({ activation: { jobs } }: ActivateInput): boolean =>
  jobs?.every(({ queryWorkflow }) => queryWorkflow != null) ?? false;
