import { Client, Connection, ServiceError } from '@temporalio/client';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { expect, inject, onTestFinished, test } from 'vitest';
import { runActivities, runWaitingActivities } from '../../src/activities/runs/otherRuns.js';
import { scheduledVerificationActivities } from '../../src/activities/verification/scheduledVerification.js';
import { serviceFailure, withinAttempt } from '../../src/activities/engine/serviceFailure.js';
import { answerOrder } from '../../src/activities/engine/answerOrder.js';
import { HTTP_MARGIN_MS, httpDeadline } from '../../src/activities/engine/attempt.js';
import { StepError } from '../../src/activities/engine/failures.js';
import { UnreachableError } from '../../src/runHistory/unreachable.js';

const PATIENCE = { forMs: 60_000, firstRetryMs: 10 };

/** An error as grpc-js makes it, within the one that Temporal's client throws. */
function answer(code: number, details: string): ServiceError {
  const cause = Object.assign(new Error(`${String(code)} ${details}`), { code, details, metadata: {} });
  return new ServiceError('Failed to start Workflow', { cause });
}

test.each([
  [1, 'network'],
  [2, 'provider-fault'],
  [3, 'invalid-request'],
  [4, 'network'],
  [5, 'not-found'],
  [6, 'conflict'],
  [7, 'permission'],
  [8, 'rate-limited'],
  [9, 'conflict'],
  [12, 'refused'],
  [13, 'provider-fault'],
  [14, 'network'],
  [16, 'authentication'],
] as const)(
  'an answer of Temporal with gRPC status %i is of class %s, in its own words and with its cause',
  (code, errorClass) => {
    const error = answer(code, 'Request unauthorized.');

    const failure = serviceFailure('look at the run connection/acme', error);

    expect(failure).toBeInstanceOf(StepError);
    expect(failure).toMatchObject({
      message: 'The Temporal service could not be asked to look at the run connection/acme: Request unauthorized.',
      facts: { provider: 'patchbay', class: errorClass },
      cause: error,
    });
  },
);

test('an outage that was found out before keeps the words of the service', () => {
  const outage = new UnreachableError('Temporal does not answer.', '', {
    cause: answer(14, 'No connection established'),
  });

  expect(serviceFailure('end the schedule', outage)).toMatchObject({
    message: 'The Temporal service could not be asked to end the schedule: No connection established.',
    facts: { class: 'network' },
  });
});

test('what is no answer of Temporal is given back as it is', () => {
  const fault = new TypeError('x is not a function');
  expect(serviceFailure('look', fault)).toBe(fault);
});

test('a namespace that does not exist fails what asks Temporal as not found', async () => {
  const connection = await Connection.connect({ address: inject('temporalAddress') });
  onTestFinished(() => connection.close());
  const temporal = new Client({ connection, namespace: 'of-nobody' });
  const environment = new MockActivityEnvironment(
    { startToCloseTimeoutMs: 20_000 },
    { logger: new DefaultLogger('ERROR', () => undefined) },
  );
  const edit = { region: 'us', assistantId: 'a1', toolId: 't1', attached: true } as const;
  const runs = runActivities({ temporal, taskQueue: 'q' });
  const schedules = scheduledVerificationActivities({ temporal });
  const waits = runWaitingActivities({ temporal });
  const asked = [
    environment.run(() => runs.orderAssistantEdit({ edit, patience: PATIENCE }, PATIENCE)),
    environment.run(() => schedules.findWanted({ connection: 'acme', region: 'us', transfer: false }, PATIENCE)),
    environment.run(() => waits.awaitRun('connection/acme', PATIENCE)),
    environment.run(() => runs.describeRun('connection/acme', PATIENCE)),
    environment.run(() => runs.recallConnection('acme', PATIENCE)),
  ];

  for (const failure of await Promise.all(
    asked.map((one) =>
      one.then(
        () => undefined,
        (error: unknown) => error,
      ),
    ),
  )) {
    expect(failure).toMatchObject({
      facts: { class: 'not-found' },
      message: expect.stringMatching(/of-nobody/) as string,
    });
  }
});

test('an order whose run has closed is answered to nobody, and that fails nothing', async () => {
  const connection = await Connection.connect({ address: inject('temporalAddress') });
  onTestFinished(() => connection.close());
  const environment = new MockActivityEnvironment({ startToCloseTimeoutMs: 20_000 });
  const closed = { workflowId: 'connection/closed', runId: '019e0000-0000-7000-8000-000000000000', activityId: '1' };

  await expect(environment.run(() => answerOrder(new Client({ connection }), closed, {}))).resolves.toBeUndefined();
});

test('what is asked of Temporal once an attempt has used its time up fails at once', async () => {
  const temporal = new Client({ connection: Connection.lazy({ address: inject('temporalAddress') }) });
  const environment = new MockActivityEnvironment(
    { startToCloseTimeoutMs: HTTP_MARGIN_MS },
    { logger: new DefaultLogger('ERROR', () => undefined) },
  );

  const failure: unknown = await environment
    .run(async () => {
      await new Promise((resolve) => httpDeadline().addEventListener('abort', resolve, { once: true }));
      return withinAttempt(temporal, () => new Promise<never>(() => undefined));
    })
    .catch((error: unknown) => error);

  expect(failure).toMatchObject({ facts: { class: 'network' } });
});

test('however many requests an attempt makes, Node warns of no listener', async () => {
  const connection = await Connection.connect({ address: inject('temporalAddress') });
  onTestFinished(() => connection.close());
  const temporal = new Client({ connection });
  const environment = new MockActivityEnvironment({ startToCloseTimeoutMs: 20_000 });
  const warnings: Error[] = [];
  const note = (warning: Error) => warnings.push(warning);
  process.on('warning', note);
  onTestFinished(() => void process.off('warning', note));
  const asked = () => temporal.workflowService.getSystemInfo({});

  await environment.run(() =>
    withinAttempt(temporal, () => Promise.all(Array.from({ length: 20 }, asked)).then(() => undefined)),
  );
  await new Promise(setImmediate); // Node warns a tick later

  expect(warnings).toEqual([]);
});
