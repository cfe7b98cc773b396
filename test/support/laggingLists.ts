import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Client } from '@temporalio/client';
import { onTestFinished } from 'vitest';
import { type DevServer, startDevServer } from '../../src/devserver/devServer.js';
import { findTemporalCli } from '../../src/devserver/temporalCli.js';
import { uniqueSlug } from './unique.js';

/** Changes of runs that the server's lists take in, a second. */
const WRITES_A_SECOND = 2;

/** So many that the lists need minutes for them. */
const CROWD = 400;

/** A server of the test's own, whose lists fall behind its runs; it ends with the test. */
export async function givenLaggingLists(): Promise<DevServer> {
  const folder = await mkdtemp(join(tmpdir(), 'patchbay-lagging-'));
  const cliPath = join(folder, 'temporal');
  const temporal = await findTemporalCli(() => undefined);
  const setting = `system.visibilityPersistenceMaxWriteQPS=${String(WRITES_A_SECOND)}`;
  await writeFile(cliPath, `#!/bin/sh\nexec '${temporal}' "$@" --dynamic-config-value ${setting}\n`);
  await chmod(cliPath, 0o755);
  const server = await startDevServer({ cliPath });
  onTestFinished(async () => {
    await server.stop();
    await rm(folder, { recursive: true });
  });
  return server;
}

/** Has the lists fall behind from now on: others' runs are written into them before whatever comes next. */
export async function fallBehind(client: Client): Promise<void> {
  const start = () =>
    client.workflow.start('ofSomebodyElse', { workflowId: `crowd/${uniqueSlug()}`, taskQueue: 'of-nobody' });
  await Promise.all(Array.from({ length: CROWD }, start));
}
