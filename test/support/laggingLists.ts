import type { Client } from '@temporalio/client';
import type { DevServer } from '../../src/devserver/devServer.js';
import { givenServer } from './configuredServer.js';
import { uniqueSlug } from './unique.js';

/** Changes of runs that the server's lists take in, a second. */
const WRITES_A_SECOND = 2;

/** So many that the lists need minutes for them. */
const CROWD = 400;

/** A server of the test's own, whose lists can fall behind its runs; it ends with the test. */
export const givenLaggingLists = (): Promise<DevServer> =>
  givenServer({ 'system.visibilityPersistenceMaxWriteQPS': WRITES_A_SECOND });

/** Has the lists fall behind from now on: others' runs are written into them before whatever comes next. */
export async function fallBehind(client: Client): Promise<void> {
  const start = () =>
    client.workflow.start('ofSomebodyElse', { workflowId: `crowd/${uniqueSlug()}`, taskQueue: 'of-nobody' });
  await Promise.all(Array.from({ length: CROWD }, start));
}
