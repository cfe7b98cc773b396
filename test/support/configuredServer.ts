import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type DevServer, startDevServer } from '../../src/devserver/devServer.js';
import { findTemporalCli } from '../../src/devserver/temporalCli.js';

/** A server of the test's own, with these settings of its dynamic configuration; it ends with the test. */
export async function givenServer(settings: Readonly<Record<string, string>>): Promise<DevServer> {
  const folder = await mkdtemp(join(tmpdir(), 'patchbay-server-'));
  const cliPath = join(folder, 'temporal');
  const temporal = await findTemporalCli(() => undefined);
  const options = Object.entries(settings).map(([name, value]) => `--dynamic-config-value ${name}=${value}`);
  await writeFile(cliPath, `#!/bin/sh\nexec '${temporal}' "$@" ${options.join(' ')}\n`);
  await chmod(cliPath, 0o755);
  const server = await startDevServer({ cliPath });
  onTestFinished(async () => {
    await server.stop();
    await rm(folder, { recursive: true });
  });
  return server;
}
