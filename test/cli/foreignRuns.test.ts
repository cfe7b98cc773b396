import { Client, Connection } from '@temporalio/client';
import { expect, inject, onTestFinished, test } from 'vitest';
import { until } from '../support/until.js';
import { requestText } from './commandLines.js';
import { runPatchbay } from './runPatchbay.js';

/** Another application of the namespace, which has a workflow of its own under `connection/<slug>`. */
async function givenForeignRun(connection: string) {
  const address = inject('temporalAddress');
  const link = await Connection.connect({ address });
  onTestFinished(() => link.close());
  const client = new Client({ connection: link });
  const handle = await client.workflow.start('invoiceMonthly', {
    workflowId: `connection/${connection}`,
    taskQueue: 'billing',
  });
  onTestFinished(() =>
    handle.terminate().then(
      () => undefined,
      () => undefined,
    ),
  );
  const patchbay = (...args: readonly string[]) =>
    runPatchbay(args, { env: { TEMPORAL_ADDRESS: address }, input: requestText(connection) });
  return { client, handle, patchbay };
}

const name = (text: string): string => `${text}-${String(process.pid)}`;

test("another application's run is never acted on, and whoever meets it is told whose it is", async () => {
  const connection = name('billing');
  const { handle, patchbay } = await givenForeignRun(connection);
  const whose = `type invoiceMonthly on the task queue billing, run ${handle.firstExecutionRunId}`;

  const told = {
    onboard: await patchbay('onboard', '-', '--detach'),
    offboard: await patchbay('offboard', connection, '--region', 'us', '--detach'),
    cancel: await patchbay('cancel', connection),
    status: await patchbay('status', connection),
    watch: await patchbay('watch', connection),
    resume: await patchbay('resume', connection),
  };

  expect(Object.entries(told).map(([command, { code }]) => [command, code])).toEqual([
    ['onboard', 5],
    ['offboard', 5],
    ['cancel', 2],
    ['status', 2],
    ['watch', 2],
    ['resume', 2],
  ]);
  for (const { stderr } of Object.values(told)) {
    expect(stderr).toContain(whose);
    expect(stderr).not.toContain('patchbay cancel');
  }
  const history = await handle.fetchHistory();
  expect(history.events?.filter(({ workflowExecutionCancelRequestedEventAttributes: asked }) => asked)).toEqual([]);
});

test("another application's open run is not repeated or followed, and what there is of ours is not found behind it", async () => {
  const connection = name('ledger');
  const { handle, patchbay } = await givenForeignRun(connection);
  const whose = `type invoiceMonthly on the task queue billing, run ${handle.firstExecutionRunId}`;

  const retried = await patchbay('retry', connection);
  const verified = await patchbay('verify', connection, '--detach');

  expect([retried.code, verified.code]).toEqual([2, 2]);
  expect(retried.stderr).toContain(whose);
  expect(verified.stderr).toContain('--region');
});

test("another application's runs are not listed, open or closed, nor do they hide ours", async () => {
  const connection = name('invoices');
  const { client, handle, patchbay } = await givenForeignRun(connection);
  const listed = async (): Promise<readonly string[]> => {
    const { stdout } = await patchbay('list', '--json');
    return (JSON.parse(stdout) as readonly { readonly connection: string }[]).map((entry) => entry.connection);
  };
  const inList = (type: string) =>
    until(async () => {
      for await (const run of client.workflow.list({ query: `WorkflowId = "connection/${connection}"` })) {
        if (run.type === type) return true;
      }
      return undefined;
    });
  await inList('invoiceMonthly');
  expect(await listed()).not.toContain(connection);

  await handle.terminate();
  expect(await listed()).not.toContain(connection);

  await client.workflow.start('onboardConnection', {
    workflowId: `connection/${connection}`,
    taskQueue: 'of-nobody',
    args: [JSON.parse(requestText(connection))],
  });
  await inList('onboardConnection');
  expect(await listed()).toContain(connection);
  await client.workflow.getHandle(`connection/${connection}`).terminate();
});

test("another application's schedule is neither changed nor ended", async () => {
  const connection = name('statements');
  const { client, patchbay } = await givenForeignRun(connection);
  const scheduleId = `verification/${connection}`;
  const handle = await client.schedule.create({
    scheduleId,
    spec: { intervals: [{ every: '30 days' }] },
    action: { type: 'startWorkflow', workflowType: 'checkStatements', taskQueue: 'billing' },
  });
  onTestFinished(() => handle.delete());

  const told = [
    await patchbay('verify', connection, '--every', '24h', '--region', 'us'),
    await patchbay('verify', connection, '--stop'),
  ];

  for (const { code, stderr } of told) {
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: expect.stringContaining('starts checkStatements on the task queue billing') as string,
    });
  }
  expect((await handle.describe()).action).toMatchObject({ workflowType: 'checkStatements' });
});
